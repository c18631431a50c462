/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread_lookup.c: from a name to its file, and the text of symbolic links.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fsread_impl.h"
#include "mem.h"
#include "path.h"

#define LINKS_MAX 32		/* NetBSD's MAXSYMLINKS */
#define DEPTH_MAX (PATH_LEN_MAX / 2)

struct lookup {
	struct fsread		*fs;
	struct fsread_stream	*s;
	const char		*name;		/* as asked for */
	char			 rest[2 * PATH_LEN_MAX];	/* to be gone */
	uint32_t		 dirs[DEPTH_MAX];	/* from the root to
							 * where rest begins */
	size_t			 depth;
	unsigned		 links;
	char			 part[PATH_NAME_MAX + 1];
	uint32_t		 found;		/* part's inode, or 0 */
};

int
fsread_text(struct fsread *fs, struct fsread_stream *s,
    const struct fsread_inode *in, const char *shown, char *buf,
    struct err *e)
{
	const void *p;
	uint64_t off, at = 0;
	size_t len;
	int r = 0;

	if (in->size == 0 || in->size >= PATH_LEN_MAX)
		return err_set(e, "%s: /%s: damaged: a symbolic link to %"
		    PRIu64 " bytes", fs->path, shown, in->size);
	if (in->inside) {
		memcpy(buf, in->text, (size_t)in->size);
		at = in->size;
	} else {
		fsread_stream_begin(s, in, shown);
		while ((r = fsread_stream_data(s, &p, &len, &off, e)) > 0) {
			if (off != at)
				break;
			memcpy(buf + off, p, len);
			at += len;
		}
	}
	if (r < 0)
		return -1;
	buf[in->size] = '\0';
	if (at != in->size || strlen(buf) != in->size)
		return err_set(e, "%s: /%s: damaged: a symbolic link with a "
		    "NUL in its text", fs->path, shown);
	return 0;
}

static int
missing(const struct lookup *l, const char *why, struct err *e)
{
	return err_code(e, ERR_MISSING, "%s: /%s: %s", l->fs->path, l->name,
	    why);
}

/* The next part of the name, without its slashes: 1, 0 at the end, -1. */
static int
next_part(struct lookup *l, struct err *e)
{
	char *p = l->rest + strspn(l->rest, "/");
	size_t len = strcspn(p, "/");

	if (len > PATH_NAME_MAX)
		return missing(l, "not in it", e);
	memcpy(l->part, p, len);
	l->part[len] = '\0';
	memmove(l->rest, p + len, strlen(p + len) + 1);
	return len != 0;
}

static int
same_name(void *ctx, const struct fsread_dirent *d, struct err *e)
{
	struct lookup *l = ctx;

	(void)e;
	if (strlen(l->part) != d->namlen ||
	    memcmp(l->part, d->name, d->namlen) != 0)
		return 0;
	l->found = d->ino;
	return 1;
}

/* Part is a symbolic link: go where it leads. */
static int
follow(struct lookup *l, const struct fsread_inode *in, struct err *e)
{
	char text[PATH_LEN_MAX];
	size_t len, rest = strlen(l->rest);

	if (++l->links > LINKS_MAX)
		return missing(l, "too many symbolic links", e);
	if (fsread_text(l->fs, l->s, in, l->part, text, e) != 0)
		return -1;
	len = strlen(text);
	if (len + rest + 1 > sizeof(l->rest))
		return missing(l, "through symbolic links to names that are "
		    "too long", e);
	memmove(l->rest + len, l->rest, rest + 1);
	memcpy(l->rest, text, len);
	if (text[0] == '/')
		l->depth = 1;
	return 0;
}

/* One part further down; in is where that is. */
static int
step(struct lookup *l, struct fsread_inode *in, struct err *e)
{
	if ((in->mode & FSREAD_IFMT) != FSREAD_IFDIR)
		return missing(l, "goes through a file that is no directory",
		    e);
	if (strcmp(l->part, ".") == 0)
		return 0;
	if (strcmp(l->part, "..") == 0) {
		if (l->depth > 1)
			l->depth--;
		return fsread_inode(l->fs, l->dirs[l->depth - 1], in, e);
	}
	l->found = 0;
	fsread_stream_limit(l->s, l->fs->units * l->fs->unit);
	if (fsread_dir(l->fs, l->s, in, l->name, same_name, l, e) < 0)
		return -1;
	if (l->found == 0)
		return missing(l, "not in it", e);
	if (fsread_inode(l->fs, l->found, in, e) != 0)
		return -1;
	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFLNK:
		if (follow(l, in, e) != 0)
			return -1;
		return fsread_inode(l->fs, l->dirs[l->depth - 1], in, e);
	case FSREAD_IFDIR:
		if (l->depth == DEPTH_MAX)
			return missing(l, "too deep", e);
		l->dirs[l->depth++] = in->ino;
		return 0;
	default:
		return 0;
	}
}

static int
look(struct lookup *l, struct fsread_inode *in, struct err *e)
{
	size_t len = strlen(l->name);
	int r;

	if (len >= PATH_LEN_MAX)
		return missing(l, "too long", e);
	memcpy(l->rest, l->name, len + 1);
	l->dirs[l->depth++] = l->fs->root;
	if (fsread_inode(l->fs, l->fs->root, in, e) != 0)
		return -1;
	while ((r = next_part(l, e)) > 0) {
		if (step(l, in, e) != 0)
			return -1;
	}
	return r;
}

int
fsread_lookup(struct fsread *fs, const char *name, struct fsread_inode *in,
    struct err *e)
{
	struct lookup *l = mem_array(1, sizeof(*l));
	int r;

	if (l == NULL)
		return err_mem(e);
	l->fs = fs;
	l->name = name;
	if ((l->s = fsread_stream_new(fs, e)) == NULL) {
		free(l);
		return -1;
	}
	r = look(l, in, e);
	fsread_stream_free(l->s);
	free(l);
	return r;
}
