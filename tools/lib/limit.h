/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * limit.h: how much layers or an archive may bring: a few kilobytes may become
 * more than a disk holds.
 *
 * Counted are content, less holes, and for each file or folder, those that are
 * only implied by a name too, its name and LIMIT_FILE bytes.
 */
#ifndef NB_LIMIT_H
#define NB_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define LIMIT_FILE	512u	/* an inode and a line of METALOG, about */

struct limit {
	uint64_t	size, files;		/* as far as it was told */
	uint64_t	text;			/* what makes no file yet */
	uint64_t	size_max, files_max;
	uint64_t	size_free, files_free;	/* 0: not what limits */
	int		given;			/* LIMIT_* of the environment */
};

/*
 * limit_start: nothing was told yet. The limits are NB_MAX_SIZE and
 * NB_MAX_FILES of the environment; what is no number there is an error.
 */
int limit_start(struct limit *, struct err *);

/*
 * limit_room: what is written goes to the file system of descriptor fd, of
 * which a sixteenth of what is free now stays free. Limits that were given
 * stand.
 */
void limit_room(struct limit *, int fd);

/*
 * limit_file, limit_data: n files, the last with a name of len bytes; len bytes
 * of content. -1 when that is too much. from and name stand in the message.
 */
int limit_file(struct limit *, uint64_t n, size_t len, const char *from,
    const char *name, struct err *);
int limit_data(struct limit *, uint64_t len, const char *from,
    const char *name, struct err *);

/* limit_text: len bytes that are kept in memory: LIMIT_FILE of them count as
 * a file. */
int limit_text(struct limit *, size_t len, const char *from,
    const char *name, struct err *);

#endif
