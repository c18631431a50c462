/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * running.c: the VMs that run, as nb-vm tells.
 */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "child.h"
#include "clock.h"
#include "mem.h"
#include "name.h"
#include "running.h"

#define LIST_LIMIT 10	/* seconds */

/* What each had used of its processors at the last look: {pid: [ms, used]}. */
static json_t *before;

static json_t *
run_list(struct err *e)
{
	char list[] = "list", option[] = "-J";
	char *argv[] = { app.nb_vm, list, option, NULL };
	struct child_said *s = child_run(argv, LIST_LIMIT, e);
	json_error_t why;
	json_t *j = NULL;

	if (s == NULL)
		return NULL;
	if (s->status != 0)
		(void)err_set(e, "%s", *s->err != '\0' ? s->err :
		    "nb-vm list failed");
	else if ((j = json_loadb(s->out, s->outlen, 0, &why)) == NULL)
		(void)err_set(e, "nb-vm list: no JSON: %s", why.text);
	free(s);
	return j;
}

static const char *
text(const json_t *vm, const char *key)
{
	const char *s = json_string_value(json_object_get(vm, key));

	return s != NULL ? s : "";
}

static double
number(const json_t *vm, const char *key)
{
	return json_number_value(json_object_get(vm, key));
}

/* A file of this project's folder. */
static bool
here(const char *path)
{
	size_t len = strlen(app.folder);

	return strncmp(path, app.folder, len) == 0 && path[len] == '/';
}

/*
 * nb-start names a VM's pid file after its conf, nb-vm the VM, but for one of
 * the same name from elsewhere, which makes it NAME.2. NULL: it is of another
 * folder.
 */
static char *
conf_of(const json_t *vm)
{
	const char *pidfile = text(vm, "pidfile");
	const char *slash = strrchr(pidfile, '/');
	char *name;
	size_t len;

	if (!here(pidfile) && !here(text(vm, "image")))
		return NULL;
	slash = slash != NULL ? slash + 1 : pidfile;
	len = strlen(slash);
	if (strncmp(slash, "qemu-", 5) != 0 || len < 10 ||
	    strcmp(slash + len - 4, ".pid") != 0)
		return strdup(text(vm, "name"));
	name = mem_printf("%.*s", (int)(len - 9), slash + 5);
	return name;
}

/* Percent of one processor since the last look, which stands in was. */
static json_t *
load(const json_t *vm, json_t *now, int64_t ms)
{
	double used = number(vm, "cpu_seconds"), then;
	char pid[32];
	json_t *was;

	(void)snprintf(pid, sizeof(pid), "%.0f", number(vm, "pid"));
	was = json_object_get(before, pid);
	(void)json_object_set_new(now, pid, json_pack("[I, f]",
	    (json_int_t)ms, used));
	if (was == NULL)
		return json_real(number(vm, "cpu_percent"));
	then = json_number_value(json_array_get(was, 1));
	ms -= json_integer_value(json_array_get(was, 0));
	if (ms <= 0)
		return json_null();
	return json_real(used > then ?
	    (double)(long)((used - then) * 1e6 / (double)ms + 0.5) / 10 : 0);
}

static json_t *
describe(const json_t *vm, json_t *now, int64_t ms)
{
	const char *console = text(vm, "console");

	return json_pack("{s:s, s:s, s:I, s:I, s:o, s:I, s:s, s:s, s:s, s:b}",
	    "name", text(vm, "name"), "state", text(vm, "state"),
	    "pid", (json_int_t)number(vm, "pid"),
	    "uptime", (json_int_t)number(vm, "uptime_seconds"),
	    "cpu", load(vm, now, ms),
	    "memory", (json_int_t)(number(vm, "memory_bytes") / 1048576),
	    "accel", text(vm, "accel"), "image", text(vm, "image"),
	    "console", console,
	    "input", (int)(strcmp(console, "socket") == 0));
}

static void
add(json_t *by_name, const char *name, json_t *vm, bool ours)
{
	if (!name_ok(name) || (!ours &&
	    json_object_get(by_name, name) != NULL))
		json_decref(vm);
	else
		(void)json_object_set_new(by_name, name, vm);
}

json_t *
running_list(struct err *e)
{
	json_t *list = run_list(e), *by_name, *v, *now;
	int64_t ms = clock_ms();
	size_t i;

	if (list == NULL)
		return NULL;
	by_name = json_object();
	now = json_object();
	json_array_foreach(list, i, v) {
		char *conf = conf_of(v);
		json_t *vm;

		if (strcmp(text(v, "state"), "stale") != 0) {
			vm = describe(v, now, ms);
			(void)json_object_set_new(vm, "elsewhere",
			    json_boolean(conf == NULL));
			add(by_name, conf != NULL ? conf : text(v, "name"),
			    vm, conf != NULL);
		}
		free(conf);
	}
	json_decref(list);
	json_decref(before);
	before = now;
	return by_name;
}

void
running_forget(void)
{
	json_decref(before);
}
