/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * limit.c: counts what comes, and says when it is too much.
 */
#include <sys/statvfs.h>

#include <inttypes.h>
#include <stdlib.h>

#include "bytes.h"
#include "limit.h"

#define SIZE_VAR	"NB_MAX_SIZE"
#define FILES_VAR	"NB_MAX_FILES"
#define SIZE_MAX_DEFAULT	(UINT64_C(64) << 30)
#define FILES_MAX_DEFAULT	(UINT64_C(4) << 20)	/* 2 GB of memory */

enum { SIZE_GIVEN = 1, FILES_GIVEN = 2 };

/* A variable's number, with k, m or g behind it: 1, 0: not set, -1. */
static int
variable(const char *name, uint64_t *value, struct err *e)
{
	const char *s = getenv(name);

	if (s == NULL || *s == '\0')
		return 0;
	if (bytes_parse(s, value) != 0 || *value == 0)
		return err_code(e, ERR_USAGE, "%s=%s: not a number (100m, 2g) "
		    "from 1 to 65536g", name, s);
	return 1;
}

int
limit_start(struct limit *l, struct err *e)
{
	int size, files;

	*l = (struct limit){ .size_max = SIZE_MAX_DEFAULT,
	    .files_max = FILES_MAX_DEFAULT };
	if ((size = variable(SIZE_VAR, &l->size_max, e)) < 0 ||
	    (files = variable(FILES_VAR, &l->files_max, e)) < 0)
		return -1;
	l->given = (size != 0 ? SIZE_GIVEN : 0) |
	    (files != 0 ? FILES_GIVEN : 0);
	return 0;
}

/* All but a sixteenth, when that is less than *max. */
static void
lower(uint64_t *max, uint64_t *rest, uint64_t avail)
{
	uint64_t most = avail - avail / 16;

	if (most >= *max)
		return;
	*max = most;
	*rest = avail;
}

void
limit_room(struct limit *l, int fd)
{
	struct statvfs v;

	if (fstatvfs(fd, &v) != 0)
		return;
	if ((l->given & SIZE_GIVEN) == 0)
		lower(&l->size_max, &l->size_free,
		    (uint64_t)v.f_bavail * v.f_frsize);
	/* Some file systems make inodes as they go, and tell 0. */
	if ((l->given & FILES_GIVEN) == 0 && v.f_favail != 0)
		lower(&l->files_max, &l->files_free, (uint64_t)v.f_favail);
}

static int
too_large(const struct limit *l, const char *from, const char *name,
    struct err *e)
{
	uint64_t mb = 1048576;

	if (l->size_free != 0)
		return err_set(e, "%s: %.255s: with it there would be over "
		    "%" PRIu64 " MB, and %" PRIu64 " MB are free: make room "
		    "(or, if it may fill the disk, set " SIZE_VAR ")", from,
		    name, l->size_max / mb, l->size_free / mb);
	if (l->size_max < mb)
		return err_set(e, "%s: %.255s: with it there would be over "
		    "%" PRIu64 " bytes: if it can be trusted, set a larger "
		    SIZE_VAR, from, name, l->size_max);
	return err_set(e, "%s: %.255s: with it there would be over %" PRIu64
	    " MB: if it can be trusted, set " SIZE_VAR "=%" PRIu64 "m", from,
	    name, l->size_max / mb, l->size_max / mb * 2);
}

static int
too_many(const struct limit *l, const char *from, const char *name,
    struct err *e)
{
	if (l->files_free != 0)
		return err_set(e, "%s: %.255s: with it there would be over "
		    "%" PRIu64 " files, and %" PRIu64 " inodes are free: make "
		    "room (or set " FILES_VAR ")", from, name, l->files_max,
		    l->files_free);
	return err_set(e, "%s: %.255s: with it there would be over %" PRIu64
	    " files: if it can be trusted, set " FILES_VAR "=%" PRIu64, from,
	    name, l->files_max, l->files_max * 2);
}

int
limit_data(struct limit *l, uint64_t len, const char *from, const char *name,
    struct err *e)
{
	if (l->size > l->size_max || len > l->size_max - l->size)
		return too_large(l, from, name, e);
	l->size += len;
	return 0;
}

static int
count_files(struct limit *l, uint64_t n, const char *from, const char *name,
    struct err *e)
{
	if (l->files > l->files_max || n > l->files_max - l->files)
		return too_many(l, from, name, e);
	l->files += n;
	return 0;
}

int
limit_file(struct limit *l, uint64_t n, size_t len, const char *from,
    const char *name, struct err *e)
{
	if (count_files(l, n, from, name, e) != 0)
		return -1;
	return limit_data(l, n * LIMIT_FILE + len, from, name, e);
}

int
limit_text(struct limit *l, size_t len, const char *from, const char *name,
    struct err *e)
{
	l->text += len;
	if (count_files(l, l->text / LIMIT_FILE, from, name, e) != 0)
		return -1;
	l->text %= LIMIT_FILE;
	return 0;
}
