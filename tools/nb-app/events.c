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

struct seen {
	uint64_t vms, builds;
};

static enum stream_turn
tell(void *arg, struct text *to)
{
	struct seen *s = arg;
	char *vms = vms_text(&s->vms), *builds = builds_text(&s->builds);

	if (vms != NULL)
		stream_event(to, "vms", -1, vms);
	if (builds != NULL)
		stream_event(to, "builds", -1, builds);
	free(vms);
	free(builds);
	return to->len > 0 ? STREAM_TOLD : STREAM_QUIET;
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
	static const struct stream_maker maker = { tell, leave };
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
