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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define WRITER_PIECE	(1024u * 1024)	/* bytes of a piece */
#define WRITER_GRAIN	512u		/* what is written comes in these */
#define WRITER_PIECES	8		/* pieces in all */

#define WRITER_GRAINS	(WRITER_PIECE / WRITER_GRAIN)

/* So many bytes of the file, some of which are to be written. */
struct writer_piece {
	unsigned char	*buf;		/* of WRITER_PIECE bytes */
	uint64_t	 off;		/* in the file */
	/* Nothing was written there before: short gaps may become zeros. */
	bool		 fresh;
	/* One bit a grain, the lowest first: it is to be written. */
	uint64_t	 have[WRITER_GRAINS / 64];
};

struct writer;

/* writer_new: for descriptor fd, which stays the caller's; path is for
 * messages. Where no thread can be had, pieces are written at once. */
struct writer *writer_new(int fd, const char *path, struct err *);

/* writer_take: a piece of which nothing is to be written yet; the caller's
 * until writer_put. Waits while all but those that the caller has are on
 * their way; so let it have fewer than WRITER_PIECES. */
struct writer_piece *writer_take(struct writer *);

/* writer_put: write what the piece has. */
int writer_put(struct writer *, struct writer_piece *, struct err *);

/* writer_wait: until all that was put is in the file. */
int writer_wait(struct writer *, struct err *);

/* writer_free: ends the thread; what it has not begun is dropped. */
void writer_free(struct writer *);

#endif
