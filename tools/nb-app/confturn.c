/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confturn.c: a conf's writers, one after the other.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"
#include "confturn.h"
#include "mem.h"
#include "turn.h"

#define PAUSE 5		/* milliseconds between two looks */
#define LONG  5000	/* milliseconds: a writer is not at it that long */

/* A lock of fcntl(2) is the process's: its threads have another. */
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

/* As nb-hold: where there can be no lock, we go on without. */
static int
wait_turn(struct confturn *c, const struct turn *t, struct err *e)
{
	int64_t until = clock_ms() + LONG;
	struct turn_holder by;
	char text[TURN_TEXT];
	int r;

	if ((c->fd = turn_open(t, e)) == -1)
		return 0;
	while ((r = turn_try(t, &c->fd, getpid(), "nb-app", &by, e)) == 0) {
		if (clock_ms() >= until) {
			turn_text(&by, text);
			return err_set(e, "%s: %s is at it: try again when "
			    "that has ended", t->name, text);
		}
		(void)poll(NULL, 0, PAUSE);
	}
	if (r == 1)
		(void)fcntl(c->fd, F_SETFD, FD_CLOEXEC);
	return r == 1 || e->code == ERR_MISSING ? 0 : -1;
}

int
confturn_take(struct confturn *c, const char *name, struct err *e)
{
	char *path = mem_printf("%s/.lock", app.confs);
	char *file = mem_printf("%s.conf", name);
	struct turn t = { path, file };
	int r;

	(void)pthread_mutex_lock(&writing);
	c->fd = -1;
	if (path == NULL || file == NULL)
		r = err_mem(e);
	else
		r = wait_turn(c, &t, e);
	if (r == -1)
		confturn_give(c);
	free(path);
	free(file);
	return r;
}

void
confturn_give(struct confturn *c)
{
	if (c->fd != -1)
		(void)close(c->fd);
	(void)pthread_mutex_unlock(&writing);
}
