/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * builds.c: services being built by bmake.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app.h"
#include "arch.h"
#include "builds.h"
#include "child.h"
#include "feed.h"
#include "mem.h"
#include "name.h"
#include "thread.h"
#include "vms.h"

#define BUILDS_KEPT 8
#define LOG_KEPT    (256u * 1024)
#define VARS_MAX    64

enum state { RUNNING, DONE, FAILED, STOPPED };

struct build {
	unsigned	 id;		/* 0: nothing here */
	char		 service[NAME_LEN + 1];
	const char	*target, *arch;
	enum state	 state;
	bool		 stop;		/* somebody asked for it */
	bool		 gone;		/* there is no process any more */
	int		 status;
	time_t		 started, ended;
	struct child	 child;
	struct feed	*log;
};

static struct build builds[BUILDS_KEPT];	/* a ring; under app.lock */
static unsigned last_id;
static uint64_t version = 1;
static pthread_t thread;
static bool joinable;
static char *const *vars;
static int nvars;

void
builds_setup(char *const *variables, int n)
{
	vars = variables;
	nvars = n < VARS_MAX ? n : VARS_MAX;
}

static void
changed(void)
{
	version++;
	(void)pthread_cond_broadcast(&app.changed);
}

/* ---- the thread that reads what bmake says ---- */

static const char *const states[] = { "running", "done", "failed",
	"stopped" };

/* Whoever starts the next build waits for this thread, with app.lock held:
 * what is done last must be all that wants it. */
static void
over(struct build *b, int status)
{
	enum state state;
	char *data;

	(void)pthread_mutex_lock(&app.lock);
	state = status == 0 ? DONE : b->stop ? STOPPED : FAILED;
	(void)pthread_mutex_unlock(&app.lock);
	data = mem_printf("{\"status\":%d,\"state\":\"%s\"}", status,
	    states[state]);
	feed_end(b->log, data != NULL ? data : "{}");
	free(data);
	(void)pthread_mutex_lock(&app.lock);
	b->status = status;
	b->ended = time(NULL);
	b->state = state;
	changed();
	(void)pthread_mutex_unlock(&app.lock);
}

static void *
follow(void *arg)
{
	struct build *b = arg;
	char buf[8192];
	ssize_t n;

	while ((n = read(b->child.out, buf, sizeof(buf))) != 0) {
		if (n == -1 && errno != EINTR)
			break;
		if (n > 0)
			feed_add(b->log, buf, (size_t)n);
	}
	/* Nobody hears it: it would wait for that. */
	if (n == -1)
		(void)kill(-b->child.pid, SIGTERM);
	/* Once it has been waited for, its number may be another's. */
	child_linger(&b->child);
	(void)pthread_mutex_lock(&app.lock);
	b->gone = true;
	(void)pthread_mutex_unlock(&app.lock);
	over(b, child_wait(&b->child));
	return NULL;
}

/* ---- starting ---- */

static const char *
word_of(const json_t *body, const char *key, const char *otherwise)
{
	const json_t *v = json_object_get(body, key);

	if (v == NULL || json_is_null(v))
		return otherwise;
	return json_is_string(v) && strlen(json_string_value(v)) ==
	    json_string_length(v) ? json_string_value(v) : "";
}

static const char *
target_of(const char *word)
{
	static const char *const targets[] = { "base", "build", "kernfetch" };

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i], word) == 0)
			return targets[i];
	}
	return NULL;
}

/* -1: no memory. */
static int
is_service(const char *name)
{
	char *path = mem_printf("%s/%s", app.services, name);
	struct stat st;
	int is = path == NULL ? -1 : name_ok(name) &&
	    strcmp(name, "common") != 0 && stat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode);

	free(path);
	return is;
}

static int
run_make(struct build *b, struct err *e)
{
	char *argv[VARS_MAX + 5], *service, *arch, *target;
	int n = 0, rv = -1;

	service = mem_printf("SERVICE=%s", b->service);
	arch = mem_printf("ARCH=%s", b->arch);
	target = strdup(b->target);
	if (service != NULL && arch != NULL && target != NULL) {
		argv[n++] = app.make;
		for (int i = 0; i < nvars; i++)
			argv[n++] = vars[i];
		argv[n++] = service;
		argv[n++] = arch;
		argv[n++] = target;
		argv[n] = NULL;
		rv = child_start(&b->child, argv, CHILD_MERGED, e);
	} else
		(void)err_mem(e);
	free(service);
	free(arch);
	free(target);
	return rv;
}

static json_t *
describe(const struct build *b)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:I, s:I}", "id",
	    (int)b->id, "service", b->service, "target", b->target, "arch",
	    b->arch, "state", states[b->state], "status", b->status, "started",
	    (json_int_t)b->started, "ended", (json_int_t)b->ended);
}

/* With app.lock held, and no build running. */
static struct answer
start(const char *service, const char *target, const char *arch)
{
	struct build *b = &builds[last_id % BUILDS_KEPT];
	struct answer a;
	struct err e;

	if (joinable) {
		(void)pthread_join(thread, NULL);
		joinable = false;
	}
	memset(b->service, 0, sizeof(b->service));
	memcpy(b->service, service, strlen(service));
	b->target = target;
	b->arch = arch;
	b->id = 0;
	b->stop = b->gone = false;
	b->status = 0;
	b->started = time(NULL);
	b->ended = 0;
	b->state = RUNNING;
	if ((b->log = feed_new(LOG_KEPT)) == NULL)
		return answer_error(500, "out of memory");
	if (run_make(b, &e) == -1)
		return answer_error(500, "%s", e.text);
	if (!thread_start(&thread, follow, b)) {
		(void)kill(-b->child.pid, SIGKILL);
		(void)child_wait(&b->child);
		return answer_error(500, "no thread can be started");
	}
	joinable = true;
	b->id = ++last_id;
	changed();
	a = answer_ok(describe(b));
	a.status = 201;
	return a;
}

static const struct build *
running(void)
{
	for (size_t i = 0; i < BUILDS_KEPT; i++) {
		if (builds[i].id != 0 && builds[i].state == RUNNING)
			return &builds[i];
	}
	return NULL;
}

struct answer
builds_start(const json_t *body)
{
	const char *service = word_of(body, "service", "");
	const char *target = target_of(word_of(body, "target", "base"));
	const struct arch *arch = arch_find(word_of(body, "arch",
	    arch_host()->name));
	const struct build *other;
	struct feed *old = NULL;
	struct answer a;
	int is = is_service(service);

	if (is == -1)
		return answer_error(500, "out of memory");
	if (is == 0)
		return answer_error(400, "service: no such service");
	if (target == NULL)
		return answer_error(400, "target: base, build or kernfetch");
	if (arch == NULL)
		return answer_error(400,
		    "arch: amd64, i386 or evbarm-aarch64");
	if (app.make == NULL)
		return answer_error(503, "bmake: not found: nb-app -m names "
		    "the program");
	(void)pthread_mutex_lock(&app.lock);
	if ((other = running()) != NULL)
		a = answer_error(409, "%s is being built: one at a time",
		    other->service);
	else {
		old = builds[last_id % BUILDS_KEPT].log;
		builds[last_id % BUILDS_KEPT].log = NULL;
		a = start(service, target, arch->name);
	}
	(void)pthread_mutex_unlock(&app.lock);
	feed_drop(old);
	return a;
}

/* ---- asking ---- */

static json_t *
list(void)
{
	json_t *l = json_array();

	/* The newest first. */
	for (unsigned i = 0; i < BUILDS_KEPT && i < last_id; i++) {
		const struct build *b =
		    &builds[(last_id - 1 - i) % BUILDS_KEPT];

		if (b->id != 0)
			(void)json_array_append_new(l, describe(b));
	}
	return json_pack("{s:o}", "builds", l);
}

struct answer
builds_all(void)
{
	struct answer a;

	(void)pthread_mutex_lock(&app.lock);
	a = answer_ok(list());
	(void)pthread_mutex_unlock(&app.lock);
	return a;
}

char *
builds_text(uint64_t *seen)
{
	json_t *j;
	char *text;

	if (*seen == version)
		return NULL;
	*seen = version;
	j = list();
	text = json_dumps(j, ANSWER_DUMP);
	json_decref(j);
	return text;
}

/* With app.lock held. */
static struct build *
find(const char *id)
{
	char text[16];

	for (size_t i = 0; i < BUILDS_KEPT; i++) {
		(void)snprintf(text, sizeof(text), "%u", builds[i].id);
		if (builds[i].id != 0 && strcmp(text, id) == 0)
			return &builds[i];
	}
	return NULL;
}

struct answer
builds_log(const char *id, uint64_t from)
{
	struct answer a = { .status = 200 };
	struct feed *log = NULL;
	struct build *b;

	(void)pthread_mutex_lock(&app.lock);
	b = find(id);
	(void)pthread_mutex_unlock(&app.lock);
	if (b != NULL)
		log = feed_use(b->log);
	if (log == NULL)
		return answer_error(404, "%.16s: no such build", id);
	a.stream = feed_stream(log, from);
	feed_drop(log);
	return a;
}

/* With app.lock held. */
static void
end(struct build *b)
{
	if (b->id == 0 || b->state != RUNNING || b->gone)
		return;
	b->stop = true;
	(void)kill(-b->child.pid, SIGTERM);
}

struct answer
builds_stop(const char *id)
{
	struct answer a;
	struct build *b;

	(void)pthread_mutex_lock(&app.lock);
	if ((b = find(id)) == NULL)
		a = answer_error(404, "%.16s: no such build", id);
	else {
		end(b);
		a = answer_ok(describe(b));
	}
	(void)pthread_mutex_unlock(&app.lock);
	return a;
}

void
builds_end(void)
{
	(void)pthread_mutex_lock(&app.lock);
	for (size_t i = 0; i < BUILDS_KEPT; i++)
		end(&builds[i]);
	(void)pthread_mutex_unlock(&app.lock);
	if (joinable)
		(void)pthread_join(thread, NULL);
	for (size_t i = 0; i < BUILDS_KEPT; i++)
		feed_drop(builds[i].log);
}
