/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_path.c: from an inode to one of its names.
 */
#include <string.h>

#include "check_impl.h"
#include "path.h"

#define DEPTH_MAX (PATH_LEN_MAX / 2)

struct seek {
	uint32_t	ino;
	uint32_t	len;
	char		name[PATH_NAME_MAX + 1];
};

static int
same_inode(void *ctx, const struct fsread_dirent *d, struct err *e)
{
	struct seek *s = ctx;

	(void)e;
	if (d->ino != s->ino)
		return 0;
	s->len = d->namlen;
	memcpy(s->name, d->name, d->namlen);
	return 1;
}

/* What directory dir calls ino. */
static bool
find_name(struct check *c, uint32_t dir, struct seek *s)
{
	struct fsread_inode in;
	struct err e;

	fsread_stream_limit(c->stream, UINT64_MAX);
	return c->fs->type->inode(c->fs, dir, &in, &e) == 0 &&
	    fsread_dir(c->fs, c->stream, &in, "", same_inode, s, &e) == 1;
}

bool
check_path(struct check *c, uint32_t ino, char *buf)
{
	struct seek s;
	char *p = buf + (PATH_LEN_MAX - 1);
	unsigned depth;

	*p = '\0';
	for (depth = 0; ino != c->fs->root; depth++) {
		s.ino = ino;
		if (ino > c->fs->inodes || depth == DEPTH_MAX ||
		    (ino = c->ino[ino].parent) == 0 ||
		    !find_name(c, ino, &s) ||
		    (size_t)(p - buf) < s.len + 1u)
			return false;
		if (*p != '\0')
			*--p = '/';
		p -= s.len;
		memcpy(p, s.name, s.len);
	}
	(void)memmove(buf, p, strlen(p) + 1);
	return true;
}
