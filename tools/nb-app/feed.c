/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * feed.c: what a program or a guest writes, for several readers.
 */
#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "app.h"
#include "feed.h"

/* What one event has at most. */
#define PIECE 16384

struct feed {
	size_t		 users, max;
	struct text	 text;
	uint64_t	 base;		/* offset of the first byte kept */
	char		*last;		/* ended, with this */
};

struct reader {
	struct feed	*feed;
	uint64_t	 at;
};

struct feed *
feed_new(size_t max)
{
	struct feed *f = calloc(1, sizeof(*f));

	if (f != NULL) {
		f->users = 1;
		f->max = max;
	}
	return f;
}

struct feed *
feed_use(struct feed *f)
{
	(void)pthread_mutex_lock(&app.lock);
	f->users++;
	(void)pthread_mutex_unlock(&app.lock);
	return f;
}

void
feed_drop(struct feed *f)
{
	bool gone;

	if (f == NULL)
		return;
	(void)pthread_mutex_lock(&app.lock);
	gone = --f->users == 0;
	(void)pthread_mutex_unlock(&app.lock);
	if (!gone)
		return;
	free(f->text.s);
	free(f->last);
	free(f);
}

bool
feed_alone(const struct feed *f)
{
	bool alone;

	(void)pthread_mutex_lock(&app.lock);
	alone = f->users == 1;
	(void)pthread_mutex_unlock(&app.lock);
	return alone;
}

void
feed_add(struct feed *f, const char *s, size_t len)
{
	(void)pthread_mutex_lock(&app.lock);
	if (f->text.len + len > 2 * f->max) {
		size_t drop = f->text.len > f->max ? f->text.len - f->max : 0;

		memmove(f->text.s, f->text.s + drop, f->text.len - drop);
		f->text.len -= drop;
		f->base += drop;
	}
	if (!text_add(&f->text, s, len))
		f->base += len;		/* lost */
	(void)pthread_cond_broadcast(&app.changed);
	(void)pthread_mutex_unlock(&app.lock);
}

void
feed_end(struct feed *f, const char *data)
{
	(void)pthread_mutex_lock(&app.lock);
	if (f->last == NULL)
		f->last = strdup(data);
	(void)pthread_cond_broadcast(&app.changed);
	(void)pthread_mutex_unlock(&app.lock);
}

/* Bytes of s to give now: a character whose end is still to come waits. */
static size_t
whole(const char *s, size_t len, bool ended)
{
	for (size_t back = 1; !ended && back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)s[len - back];

		if ((c & 0xc0) == 0x80)
			continue;
		if (c >= 0xc0 && back < (c < 0xe0 ? 2u : c < 0xf0 ? 3u : 4u))
			return len - back;
		break;
	}
	return len;
}

static enum stream_turn
tell(void *arg, struct text *to)
{
	struct reader *r = arg;
	struct feed *f = r->feed;
	size_t len;
	json_t *j;
	char *data;

	if (r->at < f->base || r->at > f->base + f->text.len) {
		r->at = f->base;
		stream_event(to, "lost", (int64_t)r->at, "{}");
	}
	if ((len = f->base + f->text.len - r->at) > 0)
		len = whole(f->text.s + (r->at - f->base), len < PIECE ? len :
		    PIECE, f->last != NULL);
	if (len == 0 && f->last != NULL) {
		stream_event(to, "end", (int64_t)r->at, f->last);
		return STREAM_END;
	}
	if (len == 0)
		return to->len > 0 ? STREAM_TOLD : STREAM_QUIET;
	j = json_pack("{s:o}", "text",
	    answer_text(f->text.s + (r->at - f->base), len));
	r->at += len;
	if ((data = json_dumps(j, ANSWER_DUMP)) != NULL)
		stream_event(to, NULL, (int64_t)r->at, data);
	free(data);
	json_decref(j);
	return STREAM_TOLD;
}

static void
reader_free(void *arg)
{
	struct reader *r = arg;

	feed_drop(r->feed);
	free(r);
}

struct stream *
feed_stream(struct feed *f, uint64_t from)
{
	static const struct stream_maker maker = { tell, reader_free };
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->feed = feed_use(f);
	r->at = from;
	return stream_new(&maker, r);
}
