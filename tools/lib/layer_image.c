/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_image.c: a layer that is an image: what its file system holds.
 *
 * Sockets are passed over: they mean nothing without the process that made
 * them, and a system that has run leaves some behind.
 */
#include <stdlib.h>

#include "fsread.h"
#include "layer_impl.h"
#include "mem.h"

struct image_layer {
	struct fsread		*fs;
	struct fsread_walk	*walk;
	const char		*pattern;
	struct entry		 link;
};

static void
image_close(void *ctx)
{
	struct image_layer *l = ctx;

	fsread_walk_free(l->walk);
	fsread_close(l->fs);
	free(l);
}

static void *
image_open(const char *path, const char *arg, struct err *e)
{
	struct image_layer *l = mem_array(1, sizeof(*l));

	if (l == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	l->pattern = arg;
	if ((l->fs = fsread_open(path, e)) != NULL &&
	    (l->walk = fsread_walk_new(l->fs, arg, e)) != NULL)
		return l;
	image_close(l);
	return NULL;
}

/*
 * The pattern stays when the whole is asked for: the first of a file's names
 * that it takes brings the content, so none outside is ever a target.
 */
static int
image_rewind(void *ctx, bool whole, struct err *e)
{
	struct image_layer *l = ctx;

	(void)whole;
	fsread_walk_free(l->walk);
	l->walk = fsread_walk_new(l->fs, l->pattern, e);
	return l->walk != NULL ? 0 : -1;
}

static int
image_next(void *ctx, const struct entry **ep, struct err *e)
{
	struct image_layer *l = ctx;
	const struct fsread_entry *f;
	int r;

	do {
		if ((r = fsread_walk_next(l->walk, &f, e)) <= 0)
			return r;
	} while ((f->inode.mode & FSREAD_IFMT) == FSREAD_IFSOCK);
	*ep = &f->ent;
	if (f->first != NULL) {
		l->link = f->ent;
		l->link.kind = ENTRY_HARDLINK;
		l->link.target = f->first;
		l->link.size = 0;
		*ep = &l->link;
	}
	return 1;
}

static int
image_data(void *ctx, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	struct image_layer *l = ctx;

	return fsread_walk_data(l->walk, buf, len, off, e);
}

static int
image_range(void *ctx, uint64_t *off, uint64_t *len, struct err *e)
{
	return fsread_walk_run(((struct image_layer *)ctx)->walk, off, len, e);
}

const struct layer_ops layer_image = {
	image_open, image_next, image_data, image_range, image_rewind,
	image_close
};
