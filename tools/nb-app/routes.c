/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * routes.c: from a request to what it asks for.
 */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "arch.h"
#include "builds.h"
#include "confs.h"
#include "console.h"
#include "events.h"
#include "files.h"
#include "host.h"
#include "name.h"
#include "routes.h"
#include "vms.h"

struct route {
	const char	*method, *path;
	struct answer	(*run)(const struct request *);
};

static const char *
text_of(const json_t *body, const char *key)
{
	const json_t *v = json_object_get(body, key);

	return json_is_string(v) && strlen(json_string_value(v)) ==
	    json_string_length(v) ? json_string_value(v) : NULL;
}

/* Who may not have it is told that there is one. */
static struct answer
get_token(const struct request *r)
{
	(void)r;
	return answer_ok(json_pack("{s:s?, s:b}", "token",
	    app.open ? app.token : NULL, "wanted", !app.open));
}

static struct answer
get_events(const struct request *r)
{
	(void)r;
	return events();
}

static struct answer
get_host(const struct request *r)
{
	(void)r;
	return host_facts();
}

static struct answer
get_files(const struct request *r)
{
	(void)r;
	return files_all();
}

static struct answer
get_services(const struct request *r)
{
	(void)r;
	return files_services();
}

static struct answer
get_vms(const struct request *r)
{
	(void)r;
	return vms_all();
}

static struct answer
post_vms(const struct request *r)
{
	const char *name = text_of(r->body, "name");
	struct answer a;

	if (name == NULL || !name_ok(name))
		return answer_error(400, "name: " NAME_RULE);
	a = confs_create(name, r->body);
	vms_look();
	return a;
}

static struct answer
get_vm(const struct request *r)
{
	return vms_one(r->arg);
}

static struct answer
patch_vm(const struct request *r)
{
	struct answer a = confs_change(r->arg, r->body);

	vms_look();
	return a;
}

static struct answer
delete_vm(const struct request *r)
{
	return vms_delete(r->arg);
}

static struct answer
clone_vm(const struct request *r)
{
	const char *name = text_of(r->body, "name");
	struct answer a;

	if (name == NULL || !name_ok(name))
		return answer_error(400, "name: " NAME_RULE);
	a = confs_clone(r->arg, name, r->body);
	vms_look();
	return a;
}

static struct answer
start_vm(const struct request *r)
{
	return vms_act(r->arg, VMS_START);
}

static struct answer
stop_vm(const struct request *r)
{
	return vms_act(r->arg, VMS_STOP);
}

static struct answer
kill_vm(const struct request *r)
{
	return vms_act(r->arg, VMS_KILL);
}

static struct answer
dismiss_vm(const struct request *r)
{
	return vms_dismiss(r->arg);
}

static struct answer
get_console(const struct request *r)
{
	return console_watch(r->arg, r->from);
}

static struct answer
post_console(const struct request *r)
{
	const char *input = text_of(r->body, "input");

	if (input == NULL)
		return answer_error(400, "input: a text is wanted");
	return console_type(r->arg, input);
}

static struct answer
get_builds(const struct request *r)
{
	(void)r;
	return builds_all();
}

static struct answer
post_builds(const struct request *r)
{
	return builds_start(r->body);
}

static struct answer
get_log(const struct request *r)
{
	return builds_log(r->arg, r->from);
}

static struct answer
delete_build(const struct request *r)
{
	return builds_stop(r->arg);
}

static const struct route routes[] = {
	{ "GET", "/api/token", get_token },
	{ "GET", "/api/events", get_events },
	{ "GET", "/api/host", get_host },
	{ "GET", "/api/files", get_files },
	{ "GET", "/api/services", get_services },
	{ "GET", "/api/vms", get_vms },
	{ "POST", "/api/vms", post_vms },
	{ "GET", "/api/vms/*", get_vm },
	{ "PATCH", "/api/vms/*", patch_vm },
	{ "DELETE", "/api/vms/*", delete_vm },
	{ "POST", "/api/vms/*/clone", clone_vm },
	{ "POST", "/api/vms/*/start", start_vm },
	{ "POST", "/api/vms/*/stop", stop_vm },
	{ "POST", "/api/vms/*/kill", kill_vm },
	{ "POST", "/api/vms/*/dismiss", dismiss_vm },
	{ "GET", "/api/vms/*/console", get_console },
	{ "POST", "/api/vms/*/console", post_console },
	{ "GET", "/api/builds", get_builds },
	{ "POST", "/api/builds", post_builds },
	{ "DELETE", "/api/builds/*", delete_build },
	{ "GET", "/api/builds/*/log", get_log },
};

#define N_ROUTES (sizeof(routes) / sizeof(routes[0]))

/* A * is one part of the path, and a name. */
static bool
match(const char *pattern, const char *path, char *arg)
{
	const char *star = strchr(pattern, '*');
	size_t len;

	if (star == NULL)
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, (size_t)(star - pattern)) != 0)
		return false;
	path += star - pattern;
	len = strcspn(path, "/");
	if (strcmp(path + len, star + 1) != 0 || len == 0 || len >= 128)
		return false;
	memcpy(arg, path, len);
	arg[len] = '\0';
	return true;
}

const struct route *
route_find(const char *method, const char *path, char *arg, struct answer *a)
{
	const struct route *other = NULL;

	*arg = '\0';
	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!match(routes[i].path, path, arg))
			continue;
		if (strcmp(routes[i].method, method) != 0) {
			other = &routes[i];
			continue;
		}
		if (*arg == '\0' || name_ok(arg))
			return &routes[i];
		*a = answer_error(400, "name: " NAME_RULE);
		return NULL;
	}
	*a = other != NULL ? answer_error(405, "%.16s: not for this", method) :
	    answer_error(404, "no such thing here");
	return NULL;
}

struct answer
route_run(const struct route *route, const struct request *r)
{
	return route->run(r);
}

bool
route_public(const struct route *route)
{
	return route->run == get_token;
}
