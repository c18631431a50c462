/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread_dir.c: the entries of one directory.
 */
#include <inttypes.h>
#include <string.h>

#include "fsread_impl.h"
#include "le.h"
#include "path.h"

#define WHITEOUT_INO	1u	/* NetBSD sys/ufs/ufs/dinode.h, UFS_WINO */
#define WHITEOUT_TYPE	14u	/* sys/dirent.h, DT_WHT */

const char *
fsread_dirent(const struct fsread *fs, const uint8_t *chunk, uint32_t at,
    struct fsread_dirent *d)
{
	const uint8_t *p = chunk + at;
	uint32_t left = fs->dirchunk - at;

	if (left < DIRENT_MIN)
		return "an entry without room";
	d->ino = le_get32(p);
	d->reclen = le_get16(p + 4);
	d->namlen = fs->type_at != 0 ? p[fs->namlen_at] : le_get16(p + 6);
	d->type = fs->type_at != 0 ? p[fs->type_at] : 0;
	d->name = (const char *)p + DIRENT_HEAD;
	if (d->reclen < DIRENT_MIN || d->reclen % 4 != 0 || d->reclen > left)
		return "an entry of an impossible length";
	if (d->ino != 0 && d->namlen > d->reclen - DIRENT_HEAD)
		return "an entry with more name than room";
	return NULL;
}

int
fsread_isdot(const struct fsread_dirent *d)
{
	if (d->namlen == 1 && d->name[0] == '.')
		return 1;
	return d->namlen == 2 && memcmp(d->name, "..", 2) == 0 ? 2 : 0;
}

const char *
fsread_badname(const struct fsread_dirent *d)
{
	if (d->namlen == 0)
		return "an entry without a name";
	if (d->namlen > PATH_NAME_MAX)
		return "a name of over 255 bytes";
	if (memchr(d->name, '/', d->namlen) != NULL)
		return "a slash in a name";
	if (memchr(d->name, '\0', d->namlen) != NULL)
		return "a NUL in a name";
	return NULL;
}

bool
fsread_noentry(const struct fsread *fs, const struct fsread_dirent *d)
{
	return d->ino == 0 || (fs->type == &fsread_ffs &&
	    d->ino == WHITEOUT_INO && d->type == WHITEOUT_TYPE);
}

static int
damaged(const struct fsread *fs, const char *shown, const char *why,
    struct err *e)
{
	return err_set(e, "%s: /%s: damaged directory: %s", fs->path, shown,
	    why);
}

/* What a directory of this size cannot be. */
static const char *
bad_size(const struct fsread *fs, const struct fsread_inode *in)
{
	if (in->size == 0 || in->size % fs->dirchunk != 0)
		return "its size";
	if (in->size > FSREAD_DIR_MAX)
		return "too large";
	return NULL;
}

struct each {
	struct fsread	*fs;
	const char	*shown;
	int		(*fn)(void *, const struct fsread_dirent *,
			    struct err *);
	void		*ctx;
};

static int
chunk_entries(const struct each *w, const uint8_t *chunk, struct err *e)
{
	struct fsread_dirent d;
	uint32_t at;
	const char *why;
	int r;

	for (at = 0; at < w->fs->dirchunk; at += d.reclen) {
		if ((why = fsread_dirent(w->fs, chunk, at, &d)) != NULL)
			return damaged(w->fs, w->shown, why, e);
		if (fsread_noentry(w->fs, &d) || fsread_isdot(&d) != 0)
			continue;
		if ((why = fsread_badname(&d)) != NULL)
			return damaged(w->fs, w->shown, why, e);
		if ((r = w->fn(w->ctx, &d, e)) != 0)
			return r;
	}
	return 0;
}

int
fsread_dir(struct fsread *fs, struct fsread_stream *s,
    const struct fsread_inode *in, const char *shown,
    int (*fn)(void *, const struct fsread_dirent *, struct err *), void *ctx,
    struct err *e)
{
	struct each w = { fs, shown, fn, ctx };
	const char *why = bad_size(fs, in);
	const void *buf;
	uint64_t off, want = 0;
	size_t len, at;
	int r;

	if (why != NULL)
		return damaged(fs, shown, why, e);
	fsread_stream_begin(s, in, shown);
	while ((r = fsread_stream_data(s, &buf, &len, &off, e)) > 0) {
		if (off != want)
			return damaged(fs, shown, "a hole", e);
		for (at = 0; at < len; at += fs->dirchunk) {
			r = chunk_entries(&w, (const uint8_t *)buf + at, e);
			if (r != 0)
				return r;
		}
		want += len;
	}
	if (r == 0 && want != in->size)
		return damaged(fs, shown, "a hole", e);
	return r;
}
