/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * writer.h: a thread that writes, while the caller decodes what comes next.
 *
 * Pieces go to the file in the order in which they were given. A failure is
 * told to the next call; what comes after it is not written.
 */
#ifndef NB_WRITER_H
#define NB_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define WRITER_PIECE	(1024u * 1024)	/* bytes of a piece at most */

struct writer;

/* writer_new: for descriptor fd, which stays the caller's; path is for
 * messages. Where no thread can be had, pieces are written at once. */
struct writer *writer_new(int fd, const char *path, struct err *);

/* writer_buffer: room for the next piece, of WRITER_PIECE bytes; the caller's
 * until writer_put. Waits while all are on their way. */
unsigned char *writer_buffer(struct writer *);

/* writer_put: write the first len bytes of that room at byte off of the file. */
int writer_put(struct writer *, uint64_t off, size_t len, struct err *);

/* writer_wait: until all that was put is in the file. */
int writer_wait(struct writer *, struct err *);

/* writer_free: ends the thread; what it has not begun is dropped. */
void writer_free(struct writer *);

#endif
