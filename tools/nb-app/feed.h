/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * feed.h: what a program or a guest writes, kept so that several can read it
 * while it grows, each from where they are.
 */
#ifndef NB_FEED_H
#define NB_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "stream.h"

struct feed;

/* feed_new: keeps the last bytes only, max at least. With one user, us. NULL:
 * no memory. */
struct feed *feed_new(size_t max);
struct feed *feed_use(struct feed *);
void feed_drop(struct feed *);		/* NULL is accepted */

/* feed_alone: nobody but the caller uses it. */
bool feed_alone(const struct feed *);

void feed_add(struct feed *, const char *, size_t);
/* feed_end: nothing more will come; data is the last event's, JSON. */
void feed_end(struct feed *, const char *data);

/*
 * feed_stream: its text from offset `from` on as events {"text": "..."} whose
 * id is the offset behind it; "lost" when some of it is not kept any more;
 * "end" with feed_end's data. The stream is a user of its own. NULL: no
 * memory.
 */
struct stream *feed_stream(struct feed *, uint64_t from);

#endif
