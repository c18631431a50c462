/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vms.c: all VMs, and what can be done with them.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "child.h"
#include "clock.h"
#include "confs.h"
#include "mem.h"
#include "name.h"
#include "running.h"
#include "thread.h"
#include "vms.h"
#include "wait.h"

/* How often nb-vm is asked while somebody watches, and how old an answer may
 * be that is given again. */
#define LOOK_MS 700
#define AGE_MS	1000

/* Seconds that nb-start and nb-vm get. */
#define START_LIMIT 60
#define STOP_LIMIT  90

enum busy { IDLE, STARTING, STOPPING };

/* What this program knows of a VM and no file does. */
struct note {
	struct note	*next;
	char		*failure;	/* of the last start, or NULL */
	char		*hint;		/* what the last start said */
	time_t		 failed, ended;	/* when; 0: it did not */
	enum busy	 busy;
	bool		 ran;		/* when last looked at */
	char		 name[NAME_LEN + 1];
};

static struct {
	struct note	*notes;
	char		*text;		/* of the last look */
	json_t		*vms;		/* the same, array */
	uint64_t	 version;
	int64_t		 at;		/* clock_ms() of it */
	bool		 failed;	/* it could not tell all */
	struct err	 why;
	int		 watchers;
	bool		 look;		/* now rather than later */
} all;		/* under app.lock */

/* Who holds it looks; the others wait and use that. Before app.lock. */
static pthread_mutex_t looking = PTHREAD_MUTEX_INITIALIZER;

/* What was known when it could last be told, under looking: a VM does not end
 * because there is no descriptor to ask with. */
static json_t *last_names, *last_running;

static pthread_t watch_thread;

/* ---- notes, with app.lock held ---- */

static struct note *
find_note(const char *name, bool make)
{
	struct note *n;

	for (n = all.notes; n != NULL; n = n->next) {
		if (strcmp(n->name, name) == 0)
			return n;
	}
	if (!make || !name_ok(name) || (n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	memcpy(n->name, name, strlen(name));
	n->next = all.notes;
	all.notes = n;
	return n;
}

static void
forget(const char *name)
{
	struct note **p, *n;

	for (p = &all.notes; (n = *p) != NULL; p = &n->next) {
		if (strcmp(n->name, name) != 0)
			continue;
		*p = n->next;
		free(n->failure);
		free(n->hint);
		free(n);
		return;
	}
}

static json_t *
words_of(const char *s)
{
	return s != NULL ? answer_text(s, strlen(s)) : json_null();
}

static json_t *
when(time_t t)
{
	return t != 0 ? json_integer((json_int_t)t) : json_null();
}

/* Ours of it, or else what QEMU says: running, paused, suspended... */
static const char *
state_of(const struct note *n, const json_t *run, bool usable)
{
	const char *qemus = json_string_value(json_object_get(run, "state"));

	if (n != NULL && n->busy == STARTING)
		return "starting";
	if (n != NULL && n->busy == STOPPING)
		return "stopping";
	if (run == NULL)
		return usable ? "stopped" : "unusable";
	return qemus != NULL && *qemus != '\0' ? qemus : "running";
}

/* That it ended without our doing is worth telling. */
static void
mark(struct note *n, bool runs)
{
	if (runs)
		n->ended = 0;
	else if (n->ran && n->busy == IDLE)
		n->ended = time(NULL);
	n->ran = runs;
}

static void
add_note(json_t *vm, const char *name, const json_t *run, bool usable)
{
	bool runs = run != NULL;
	struct note *n = find_note(name, runs);

	if (n != NULL)
		mark(n, runs);
	(void)json_object_set_new(vm, "state",
	    json_string(state_of(n, run, usable)));
	(void)json_object_set_new(vm, "failure",
	    words_of(n != NULL ? n->failure : NULL));
	(void)json_object_set_new(vm, "failed",
	    when(n != NULL ? n->failed : 0));
	(void)json_object_set_new(vm, "hint",
	    words_of(n != NULL && runs ? n->hint : NULL));
	(void)json_object_set_new(vm, "ended",
	    when(n != NULL ? n->ended : 0));
}

/* ---- looking ---- */

static json_t *
describe(const char *name, json_t *conf, json_t *run)
{
	json_t *vm = conf != NULL ? json_incref(conf) : json_pack(
	    "{s:{}, s:[], s:n, s:n}", "settings", "ports", "revision", "error");
	bool usable = json_is_null(json_object_get(vm, "error"));

	(void)json_object_set_new(vm, "name", json_string(name));
	(void)json_object_set_new(vm, "configured", json_boolean(conf != NULL));
	(void)json_object_set_new(vm, "running", run != NULL ?
	    json_incref(run) : json_null());
	add_note(vm, name, run, usable);
	return vm;
}

/* The configured ones in order, then those that were started otherwise. */
static json_t *
put_together(json_t *names, json_t *confs, json_t *running)
{
	json_t *vms = json_array(), *v;
	const char *name;
	size_t i;

	json_array_foreach(names, i, v) {
		json_t *run;

		name = json_string_value(v);
		run = json_object_get(running, name);
		/* Another folder's of the same name is not this one. */
		if (json_is_true(json_object_get(run, "elsewhere")))
			run = NULL;
		(void)json_array_append_new(vms, describe(name,
		    json_object_get(confs, name), run));
	}
	json_object_foreach(running, name, v) {
		if (json_object_get(confs, name) == NULL && name_ok(name))
			(void)json_array_append_new(vms,
			    describe(name, NULL, v));
	}
	return vms;
}

/* why NULL: all could be told. */
static void
publish(json_t *vms, const struct err *why)
{
	json_t *top = json_pack("{s:O, s:o}", "vms", vms, "error",
	    words_of(why != NULL ? why->text : NULL));
	char *text = json_dumps(top, ANSWER_DUMP);

	json_decref(top);
	json_decref(all.vms);
	all.vms = vms;
	all.at = clock_ms();
	all.failed = why != NULL || text == NULL;
	if (why != NULL)
		all.why = *why;
	else if (text == NULL)
		(void)err_mem(&all.why);
	if (text == NULL || (all.text != NULL && strcmp(text, all.text) == 0)) {
		free(text);
		return;
	}
	free(all.text);
	all.text = text;
	all.version++;
	(void)pthread_cond_broadcast(&app.changed);
}

/* now becomes what was known last; NULL: that stays. */
static bool
keep(json_t **last, json_t *now)
{
	if (now == NULL)
		return false;
	json_decref(*last);
	*last = now;
	return true;
}

/* What each conf says, by name. */
static json_t *
read_confs(const json_t *names)
{
	json_t *confs = json_object(), *v;
	size_t i;

	json_array_foreach(names, i, v) {
		json_t *conf = confs_get(json_string_value(v));

		if (conf != NULL)
			(void)json_object_set_new(confs, json_string_value(v),
			    conf);
	}
	return confs;
}

static void
look(void)
{
	json_t *confs;
	struct err e;
	bool told = keep(&last_names, confs_names(&e));

	confs = read_confs(last_names);
	told = keep(&last_running, running_list(&e)) && told;
	(void)pthread_mutex_lock(&app.lock);
	publish(put_together(last_names, confs, last_running),
	    told ? NULL : &e);
	(void)pthread_mutex_unlock(&app.lock);
	json_decref(confs);
}

void
vms_look(void)
{
	(void)pthread_mutex_lock(&looking);
	look();
	(void)pthread_mutex_unlock(&looking);
}

static void
look_if_old(void)
{
	bool old;

	(void)pthread_mutex_lock(&looking);
	(void)pthread_mutex_lock(&app.lock);
	old = all.text == NULL || all.failed || clock_ms() - all.at > AGE_MS;
	(void)pthread_mutex_unlock(&app.lock);
	if (old)
		look();
	(void)pthread_mutex_unlock(&looking);
}

static void *
watch(void *arg)
{
	struct timespec until;

	(void)pthread_mutex_lock(&app.lock);
	while (!app.ending) {
		wait_until(&until, LOOK_MS);
		if (all.watchers == 0) {
			(void)pthread_cond_wait(&app.changed, &app.lock);
			continue;
		}
		(void)pthread_mutex_unlock(&app.lock);
		vms_look();
		(void)pthread_mutex_lock(&app.lock);
		while (!app.ending && !all.look && wait_changed(&until))
			;
		all.look = false;
	}
	(void)pthread_mutex_unlock(&app.lock);
	return arg;
}

bool
vms_watch(void)
{
	return thread_start(&watch_thread, watch, NULL);
}

void
vms_watch_end(void)
{
	(void)pthread_join(watch_thread, NULL);
	while (all.notes != NULL)
		forget(all.notes->name);
	free(all.text);
	json_decref(all.vms);
	json_decref(last_names);
	json_decref(last_running);
}

void
vms_watcher(int more)
{
	all.watchers += more;
	all.look = true;
	(void)pthread_cond_broadcast(&app.changed);
}

char *
vms_text(uint64_t *seen)
{
	if (all.text == NULL || all.version == *seen)
		return NULL;
	*seen = all.version;
	return strdup(all.text);
}

/* ---- answers ---- */

struct answer
vms_all(void)
{
	json_t *j;

	look_if_old();
	(void)pthread_mutex_lock(&app.lock);
	j = all.text != NULL ? json_loads(all.text, 0, NULL) : NULL;
	(void)pthread_mutex_unlock(&app.lock);
	return answer_ok(j);
}

/* A copy: the original is the next look's. */
static json_t *
find(const char *name)
{
	json_t *vm = NULL, *v;
	size_t i;

	(void)pthread_mutex_lock(&app.lock);
	json_array_foreach(all.vms, i, v) {
		if (strcmp(name, json_string_value(json_object_get(v,
		    "name"))) == 0)
			vm = json_deep_copy(v);
	}
	(void)pthread_mutex_unlock(&app.lock);
	return vm;
}

/* -1: the last look could not tell all. */
static int
looked(struct err *e)
{
	int rv = 0;

	look_if_old();
	(void)pthread_mutex_lock(&app.lock);
	if (all.failed) {
		*e = all.why;
		rv = -1;
	}
	(void)pthread_mutex_unlock(&app.lock);
	return rv;
}

struct answer
vms_one(const char *name)
{
	struct err e;
	json_t *vm;

	if (looked(&e) == -1)
		return answer_error(500, "%s", e.text);
	vm = find(name);
	if (vm == NULL)
		return answer_error(404, "%s: no such VM", name);
	return answer_ok(vm);
}

int
vms_runs(const char *name, struct err *e)
{
	json_t *vm;
	int runs;

	if (looked(e) == -1)
		return -1;
	vm = find(name);
	runs = vm != NULL && json_is_object(json_object_get(vm, "running"));
	json_decref(vm);
	return runs;
}

char *
vms_name(const char *name)
{
	json_t *vm = find(name);
	const char *real = json_string_value(json_object_get(json_object_get(vm,
	    "running"), "name"));
	char *copy = strdup(real != NULL ? real : name);

	json_decref(vm);
	return copy;
}

/* ---- acting ---- */

/* false: something is being done with it already. */
static bool
begin(const char *name, enum busy what)
{
	struct note *n;
	bool ok;

	(void)pthread_mutex_lock(&app.lock);
	n = find_note(name, true);
	/* Who wants it stopped twice has reasons. */
	ok = n != NULL && (n->busy == IDLE ||
	    (what == STOPPING && n->busy == STOPPING));
	if (ok) {
		n->busy = what;
		n->ended = 0;
	}
	if (ok && what == STARTING) {
		free(n->failure);
		free(n->hint);
		n->failure = n->hint = NULL;
		n->failed = 0;
	}
	all.look = true;
	(void)pthread_cond_broadcast(&app.changed);
	(void)pthread_mutex_unlock(&app.lock);
	return ok;
}

/* failure or hint may be NULL; both are taken over. */
static void
finish(const char *name, char *failure, char *hint)
{
	struct note *n;

	(void)pthread_mutex_lock(&app.lock);
	if ((n = find_note(name, false)) == NULL) {
		free(failure);
		free(hint);
	} else {
		if (failure != NULL) {
			free(n->failure);
			n->failure = failure;
			n->failed = time(NULL);
		}
		if (hint != NULL) {
			free(n->hint);
			n->hint = hint;
		}
		/* What ends by our doing did not end by itself. */
		if (n->busy == STOPPING)
			n->ran = false;
		n->busy = IDLE;
	}
	(void)pthread_mutex_unlock(&app.lock);
	vms_look();
}

/* What it said, or that it said nothing. */
static char *
reason(const struct child_said *s, const char *what, unsigned limit)
{
	if (s->late)
		return mem_printf("%s%s%s did not end within %u seconds",
		    s->err, *s->err != '\0' ? "\n" : "", what, limit);
	if (*s->err != '\0')
		return strdup(s->err);
	return mem_printf("%s ended with status %d", what, s->status);
}

static struct answer
run(const char *name, char *const argv[], const char *what, unsigned limit,
    bool start)
{
	struct err e;
	struct child_said *s = child_run(argv, limit, &e);
	char *why = NULL, *hint = NULL;
	struct answer a = { .status = 0 };

	if (s == NULL)
		why = strdup(e.text);
	else if (s->status != 0)
		why = reason(s, what, limit);
	else if (start && *s->err != '\0')
		hint = strdup(s->err);
	free(s);
	if (why != NULL)
		a = answer_error(500, "%s", why);
	if (!start) {
		free(why);
		why = NULL;
	}
	finish(name, why, hint);
	return a;
}

static struct answer
start(const char *name)
{
	char *conf = mem_printf("%s/%s.conf", app.confs, name);
	char options[] = "-df";
	char *argv[] = { app.nb_start, options, conf, NULL };
	struct answer a;

	if (conf == NULL) {
		finish(name, NULL, NULL);
		return answer_error(500, "out of memory");
	}
	a = run(name, argv, "nb-start", START_LIMIT, true);
	free(conf);
	return a.status != 0 ? a : vms_one(name);
}

/*
 * Whoever else stopped it meanwhile, it is stopped, which is what was asked
 * for.
 */
static struct answer
stop(const char *name, bool kill)
{
	char word[] = "stop", option[] = "-t", limit[] = "10", none[] = "0";
	char *copy = vms_name(name);
	char *argv[] = { app.nb_vm, word, option, kill ? none : limit, copy,
		NULL };
	struct answer a;
	struct err e;

	if (copy == NULL) {
		finish(name, NULL, NULL);
		return answer_error(500, "out of memory");
	}
	a = run(name, argv, "nb-vm", STOP_LIMIT, false);
	free(copy);
	if (a.status != 0 && vms_runs(name, &e) != 0)
		return a;
	if (a.status != 0)
		json_decref(a.body);
	a = vms_one(name);
	if (a.status == 404) {
		json_decref(a.body);
		a = answer_ok(json_pack("{s:s, s:s}", "name", name, "state",
		    "stopped"));
	}
	return a;
}

struct answer
vms_act(const char *name, enum vms_act act)
{
	struct answer a;
	const char *state;
	bool there;

	/* A command may have been at it since the last look. */
	vms_look();
	a = vms_one(name);
	if (a.status != 200)
		return a;
	state = json_string_value(json_object_get(a.body, "state"));
	there = (act == VMS_START) == json_is_object(json_object_get(a.body,
	    "running"));
	if (strcmp(state, "starting") == 0 || strcmp(state, "stopping") == 0)
		there = false;
	/* To be where one wants to be is no error. */
	if (there)
		return a;
	json_decref(a.body);
	if (!begin(name, act == VMS_START ? STARTING : STOPPING))
		return answer_error(409, "%s: is being started or stopped",
		    name);
	return act == VMS_START ? start(name) : stop(name, act == VMS_KILL);
}

struct answer
vms_delete(const char *name)
{
	struct answer a;
	struct err e;
	int runs;

	vms_look();
	runs = vms_runs(name, &e);
	if (runs == -1)
		return answer_error(500, "%s", e.text);
	if (runs == 1)
		return answer_error(409, "%s: it runs: stop it first", name);
	a = confs_delete(name);
	if (a.status == 200) {
		(void)pthread_mutex_lock(&app.lock);
		forget(name);
		(void)pthread_mutex_unlock(&app.lock);
	}
	vms_look();
	return a;
}

struct answer
vms_dismiss(const char *name)
{
	struct note *n;

	(void)pthread_mutex_lock(&app.lock);
	if ((n = find_note(name, false)) != NULL) {
		free(n->failure);
		n->failure = NULL;
		n->failed = n->ended = 0;
	}
	(void)pthread_mutex_unlock(&app.lock);
	vms_look();
	return vms_one(name);
}
