/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stream.c: server-sent events.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "stream.h"
#include "wait.h"

/* How long to wait for something to tell, and so how soon a client that went
 * away is seen. */
#define STREAM_WAIT_MS 1000

struct stream {
	const struct stream_maker *maker;
	void		*arg;
	struct text	 pending;
	size_t		 given;		/* of pending */
	bool		 ended;
};

struct stream *
stream_new(const struct stream_maker *maker, void *arg)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		maker->free(arg);
		return NULL;
	}
	s->maker = maker;
	s->arg = arg;
	/* At once, so that who asked has an answer to look at. */
	(void)text_add(&s->pending, ": hello\n\n", 9);
	return s;
}

static enum stream_turn
wait_for(struct stream *s)
{
	struct timespec until;
	enum stream_turn turn;

	wait_until(&until, STREAM_WAIT_MS);
	(void)pthread_mutex_lock(&app.lock);
	while ((turn = s->maker->tell(s->arg, &s->pending)) == STREAM_QUIET &&
	    !app.ending && wait_changed(&until))
		;
	if (app.ending)
		turn = STREAM_END;
	(void)pthread_mutex_unlock(&app.lock);
	return turn;
}

/* When there is nothing to tell, a comment tells that we are there. */
static bool
more(struct stream *s)
{
	if (s->ended)
		return false;
	s->pending.len = s->given = 0;
	switch (wait_for(s)) {
	case STREAM_END:
		s->ended = true;
		break;
	case STREAM_QUIET:
		(void)text_add(&s->pending, ":\n\n", 3);
		break;
	case STREAM_TOLD:
		break;
	}
	return s->pending.len > 0;
}

ssize_t
stream_read(struct stream *s, char *buf, size_t max)
{
	size_t n;

	if (s->given == s->pending.len && !more(s))
		return -1;
	n = s->pending.len - s->given;
	if (n > max)
		n = max;
	memcpy(buf, s->pending.s + s->given, n);
	s->given += n;
	return (ssize_t)n;
}

void
stream_free(struct stream *s)
{
	s->maker->free(s->arg);
	free(s->pending.s);
	free(s);
}

void
stream_event(struct text *t, const char *name, int64_t id, const char *data)
{
	if (name != NULL)
		(void)text_addf(t, "event: %s\n", name);
	if (id >= 0)
		(void)text_addf(t, "id: %lld\n", (long long)id);
	(void)text_addf(t, "data: %s\n\n", data);
}
