/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stream.h: server-sent events (WHATWG HTML, 9.2), made as they are asked for.
 */
#ifndef NB_STREAM_H
#define NB_STREAM_H

#include <stdint.h>
#include <sys/types.h>

#include "text.h"

enum stream_turn { STREAM_QUIET, STREAM_TOLD, STREAM_END };

struct stream_maker {
	/* Add the events that there are to the text; called under app.lock,
	 * again when something has changed, and after STREAM_END no more. */
	enum stream_turn (*tell)(void *arg, struct text *);
	void (*free)(void *arg);
};

struct stream;

/* Takes arg over, also when it returns NULL: no memory. */
struct stream *stream_new(const struct stream_maker *, void *arg);

/* stream_read: up to max bytes to buf, at least one; -1 at the end. */
ssize_t stream_read(struct stream *, char *buf, size_t max);
void stream_free(struct stream *);

/* stream_event: one event to the text: name may be NULL, id negative. data has
 * no newline in it. */
void stream_event(struct text *, const char *name, int64_t id,
    const char *data);

#endif
