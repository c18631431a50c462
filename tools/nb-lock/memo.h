/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * memo.h: sums of files that did not change since they were computed.
 *
 * A file is taken for the same while its size, inode and device, and the times
 * of its last modification and status change, to the nanosecond, are. What
 * changed just now is not remembered: it could do so again in the same tick.
 */
#ifndef NB_MEMO_H
#define NB_MEMO_H

#include "digest.h"
#include "err.h"

struct memo;

/* memo_open: what path remembers; NULL: nothing, and forget. all: look at
 * every file anew. A memo that cannot be read is an empty one. */
struct memo *memo_open(const char *path, bool all, struct err *);

/* memo_sum: SHA-256 of the file. -1: it is not there (ERR_MISSING), is no
 * regular file, or cannot be read. */
int memo_sum(struct memo *, const char *file, char hex[DIGEST_HEX_MAX],
    struct err *);

/* memo_close: remember what memo_sum was asked for, and free. NULL is
 * accepted. That it cannot be written down is no error. */
void memo_close(struct memo *);

#endif
