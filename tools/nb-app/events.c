/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * events.c: what a page wants to hear of.
 */
#include <pthread.h>
#include <stdlib.h>

#include "app.h"
#include "builds.h"
#include "events.h"
#include "vms.h"
#include "wait.h"

struct seen {
	uint64_t vms, builds;
};

static enum stream_turn
tell(struct seen *s, struct text *to)
{
	char *vms = vms_text(&s->vms), *builds = builds_text(&s->builds);

	if (vms != NULL)
		stream_event(to, "vms", -1, vms);
	if (builds != NULL)
		stream_event(to, "builds", -1, builds);
	free(vms);
	free(builds);
	return to->len > 0 ? STREAM_TOLD : STREAM_QUIET;
}

static enum stream_turn
next(void *arg, struct text *to)
{
	struct timespec until;
	enum stream_turn turn;

	wait_until(&until, STREAM_WAIT_MS);
	(void)pthread_mutex_lock(&app.lock);
	while ((turn = tell(arg, to)) == STREAM_QUIET && !app.ending &&
	    wait_changed(&until))
		;
	if (app.ending)
		turn = STREAM_END;
	(void)pthread_mutex_unlock(&app.lock);
	return turn;
}

static void
leave(void *arg)
{
	free(arg);
	(void)pthread_mutex_lock(&app.lock);
	vms_watcher(-1);
	(void)pthread_mutex_unlock(&app.lock);
}

struct answer
events(void)
{
	static const struct stream_maker maker = { next, leave };
	struct answer a = { .status = 200 };
	struct seen *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return answer_error(500, "out of memory");
	(void)pthread_mutex_lock(&app.lock);
	vms_watcher(1);
	(void)pthread_mutex_unlock(&app.lock);
	a.stream = stream_new(&maker, s);
	return a;
}
