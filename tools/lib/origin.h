/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * origin.h: where a file on disk came from, kept in .NAME.origin beside it.
 *
 * Lines of a word and a value: `url`, `etag` and `modified` as the server
 * said them, `size` and `mtime` of the file as it was written, `sum` as it was
 * verified, or `packed-sum` when the file was decompressed after that. It is
 * believed only while the file still has that size and that time.
 */
#ifndef NB_ORIGIN_H
#define NB_ORIGIN_H

#include <sys/stat.h>

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct origin {
	char	*url;
	char	*etag;		/* with its quotes */
	char	*modified;	/* an HTTP date */
	char	*sum;		/* lower-case hex */
	char	*packed_sum;
	bool	 exists;	/* the file is there, a regular one */
	bool	 known;		/* and what is above is true of it */
	int64_t	 noted;		/* when: seconds since 1970 */
};

/* origin_read: of the file at path. Only lack of memory fails: what cannot be
 * read is not known. */
int origin_read(const char *path, struct origin *, struct err *);

/* origin_write: for the file at path, which is this one; exists, known are not
 * looked at. Values with control characters are left out. */
int origin_write(const char *path, const struct origin *, const struct stat *,
    struct err *);

/* origin_path: .NAME.origin of path, to be freed; NULL: no memory. */
char *origin_path(const char *path);

/* origin_touch: what is known of path is still true now. */
void origin_touch(const char *path);

/* origin_remove: whatever was known of path is not true any more. */
void origin_remove(const char *path);

void origin_free(struct origin *);

#endif
