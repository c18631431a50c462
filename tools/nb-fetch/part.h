/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * part.h: what a run that was killed left of a download: NAME.part, and beside
 * it .NAME.origin.part, which says what it is a part of.
 *
 * The latter has lines of a word and a value: `url` it came from, `range` the
 * validator that If-Range takes (RFC 9110 13.1.5), `want` the sum that it is to
 * have, `length` of the whole. Both are removed together, by whatever ends a
 * run but SIGKILL.
 */
#ifndef NB_PART_H
#define NB_PART_H

#include <sys/stat.h>

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "outfile.h"

struct part {
	char		*url;		/* shown: without a password */
	char		*range;		/* NULL: the server gave none */
	char		*want;		/* lower-case hex, or NULL */
	uint64_t	 length;
	struct stat	 st;		/* of NAME.part when it was read */
	bool		 known;		/* all of the above is so */
	bool		 none;		/* there is no NAME.part */
};

/* part_read: of the file at path. Only lack of memory fails. */
int part_read(const char *path, struct part *, struct err *);

/* part_same: whether fd is that NAME.part, and nobody wrote to it since. */
bool part_same(const struct part *, int fd);

/* part_note: write down what path's part will be of (url, range, want, length
 * count); again: it was written down by the run that was killed. To be aborted
 * once there is no part; NULL: it cannot be. */
struct outfile *part_note(const char *path, const struct part *, bool again);

/* part_tidy: remove what is left, unless another process is at it; with none,
 * the note only. */
void part_tidy(const char *path, bool none);

void part_free(struct part *);

#endif
