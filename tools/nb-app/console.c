/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * console.c: what VMs write to their consoles, and what is typed there.
 *
 * One `nb-vm logs -f` for each VM that somebody watches, however many do. That
 * there is no log yet is none of what a console shows.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "child.h"
#include "clock.h"
#include "console.h"
#include "feed.h"
#include "name.h"
#include "thread.h"
#include "vms.h"
#include "writeall.h"

#define LOG_KEPT  (256u * 1024)
#define LOOK_MS	  1000
#define INPUT_MAX 4096u

/* How long a program at the keyboard may take to say that it cannot be there,
 * and how long it stays when nothing is typed: nobody else can be meanwhile. */
#define REFUSAL_MS 150
#define LEAVE_MS   15000

struct console {
	struct console	*next;
	char		 name[NAME_LEN + 1];
	struct feed	*feed;		/* of which the thread is a user */
	struct child	 child;
	pthread_t	 thread;
	bool		 over;		/* the thread has nothing more to do */
	bool		 typing;	/* there is a program at the keyboard */
	int64_t		 typed;		/* clock_ms() of the last time */
	struct child	 keyboard;
};

static struct console *consoles;	/* under `using` */

/* Before app.lock. */
static pthread_mutex_t using = PTHREAD_MUTEX_INITIALIZER;

/* ---- following ---- */

static bool
ending(void)
{
	bool e;

	(void)pthread_mutex_lock(&app.lock);
	e = app.ending;
	(void)pthread_mutex_unlock(&app.lock);
	return e;
}

/* What there is, or nothing for a second; false at the end. */
static bool
hear(struct console *c)
{
	struct pollfd p = { .fd = c->child.out, .events = POLLIN };
	char buf[8192];
	ssize_t n;

	if (poll(&p, 1, LOOK_MS) <= 0)
		return true;
	n = read(c->child.out, buf, sizeof(buf));
	if (n > 0)
		feed_add(c->feed, buf, (size_t)n);
	return n > 0 || (n == -1 && errno == EINTR);
}

/* With `using` held. */
static void
leave_keyboard(struct console *c)
{
	if (!c->typing)
		return;
	(void)kill(-c->keyboard.pid, SIGTERM);
	(void)child_wait(&c->keyboard);
	c->typing = false;
}

static void *
follow(void *arg)
{
	struct console *c = arg;
	bool wanted = true;

	while (hear(c)) {
		(void)pthread_mutex_lock(&using);
		wanted = !feed_alone(c->feed);
		/* From now on nobody finds it. */
		c->over = c->over || !wanted;
		if (c->typing && clock_ms() - c->typed > LEAVE_MS)
			leave_keyboard(c);
		(void)pthread_mutex_unlock(&using);
		if (!wanted || ending())
			break;
	}
	/* If it has not ended by itself: it is waited for. */
	(void)kill(-c->child.pid, SIGTERM);
	(void)child_wait(&c->child);
	feed_end(c->feed, "{}");
	(void)pthread_mutex_lock(&using);
	c->over = true;
	leave_keyboard(c);
	(void)pthread_mutex_unlock(&using);
	return NULL;
}

/* ---- consoles, with `using` held ---- */

static void
sweep(bool all)
{
	struct console **p = &consoles, *c;

	while ((c = *p) != NULL) {
		if (!c->over && !all) {
			p = &c->next;
			continue;
		}
		*p = c->next;
		(void)pthread_mutex_unlock(&using);
		(void)pthread_join(c->thread, NULL);
		(void)pthread_mutex_lock(&using);
		feed_drop(c->feed);
		free(c);
		p = &consoles;
	}
}

static struct console *
begin(const char *name, struct err *e)
{
	struct console *c = calloc(1, sizeof(*c));
	char logs[] = "logs", option[] = "-f";
	char *argv[] = { app.nb_vm, logs, option, NULL, NULL };
	int rv;

	if (c == NULL || (c->feed = feed_new(LOG_KEPT)) == NULL) {
		free(c);
		(void)err_mem(e);
		return NULL;
	}
	memcpy(c->name, name, strlen(name));
	argv[3] = vms_name(name);
	rv = argv[3] != NULL ? child_start(&c->child, argv, 0, e) :
	    err_mem(e);
	free(argv[3]);
	if (rv == -1) {
		feed_drop(c->feed);
		free(c);
		return NULL;
	}
	if (!thread_start(&c->thread, follow, c)) {
		(void)kill(-c->child.pid, SIGTERM);
		(void)child_wait(&c->child);
		feed_drop(c->feed);
		free(c);
		(void)err_set(e, "no thread can be started");
		return NULL;
	}
	c->next = consoles;
	consoles = c;
	return c;
}

static struct console *
find(const char *name)
{
	struct console *c;

	for (c = consoles; c != NULL; c = c->next) {
		if (!c->over && strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

struct answer
console_watch(const char *name, uint64_t from)
{
	struct answer a = { .status = 200 };
	struct console *c;
	struct err e;

	(void)pthread_mutex_lock(&using);
	sweep(false);
	if ((c = find(name)) == NULL)
		c = begin(name, &e);
	if (c == NULL)
		a = answer_error(500, "%s", e.text);
	else
		a.stream = feed_stream(c->feed, from);
	(void)pthread_mutex_unlock(&using);
	return a;
}

void
console_end(void)
{
	(void)pthread_mutex_lock(&using);
	sweep(true);
	(void)pthread_mutex_unlock(&using);
}

/* ---- typing, with `using` held ---- */

static int
sit_down(struct console *c, struct err *e)
{
	char word[] = "console", *name = vms_name(c->name);
	char *argv[] = { app.nb_vm, word, name, NULL };
	int rv = -1;

	if (name == NULL)
		(void)err_mem(e);
	else
		rv = child_start(&c->keyboard, argv, CHILD_INPUT, e);
	free(name);
	if (rv == 0)
		c->typing = true;
	return rv;
}

/* What it shows is in the log too. -1 when it has ended: why it says so. */
static int
look_at_it(struct console *c, int ms, struct err *e)
{
	struct pollfd p = { .fd = c->keyboard.out, .events = POLLIN };
	struct pollfd why = { .fd = c->keyboard.err, .events = POLLIN };
	char text[1024];
	ssize_t n;

	while (poll(&p, 1, ms) > 0) {
		n = read(c->keyboard.out, text, sizeof(text));
		if (n > 0) {
			ms = 0;
			continue;
		}
		/* It may live, and have nothing to say. */
		n = poll(&why, 1, REFUSAL_MS) > 0 ?
		    read(c->keyboard.err, text, sizeof(text) - 1) : 0;
		text[n > 0 ? n : 0] = '\0';
		text[strcspn(text, "\n")] = '\0';
		(void)err_set(e, "%s", *text != '\0' ? text :
		    "the console has gone");
		leave_keyboard(c);
		return -1;
	}
	return 0;
}

static struct answer
type(struct console *c, const char *input, size_t len)
{
	bool fresh = !c->typing;
	struct err e;

	if (fresh && sit_down(c, &e) == -1)
		return answer_error(500, "%s", e.text);
	if (!fresh && look_at_it(c, 0, &e) == -1)
		return type(c, input, len);
	c->typed = clock_ms();
	(void)err_set(&e, "the guest does not take what is typed");
	if (write_all(c->keyboard.in, input, len) == -1)
		(void)look_at_it(c, REFUSAL_MS, &e);
	else if (!fresh || look_at_it(c, REFUSAL_MS, &e) == 0)
		return answer_ok(json_pack("{s:I}", "typed", (json_int_t)len));
	leave_keyboard(c);
	return answer_error(409, "%s", e.text);
}

struct answer
console_type(const char *name, const char *input)
{
	size_t len = strlen(input);
	struct console *c;
	struct answer a;
	struct err e;
	int runs;

	if (len > INPUT_MAX)
		return answer_error(413, "input: more than %u bytes",
		    INPUT_MAX);
	if ((runs = vms_runs(name, &e)) == -1)
		return answer_error(500, "%s", e.text);
	if (runs == 0)
		return answer_error(409, "%s: does not run", name);
	(void)pthread_mutex_lock(&using);
	sweep(false);
	if ((c = find(name)) == NULL)
		c = begin(name, &e);
	a = c != NULL ? type(c, input, len) : answer_error(500, "%s", e.text);
	(void)pthread_mutex_unlock(&using);
	return a;
}
