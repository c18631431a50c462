/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_file.c: content, as it arrives, into blocks and fragments.
 *
 * A file of up to twelve blocks ends in as many fragments as it needs, a
 * larger one in a whole block. The last block is always there, even where it
 * is all hole: NetBSD's kernel extends a file from its last block and panics
 * when there is none (sys/ufs/ffs/ffs_alloc.c, ffs_realloccg).
 */
#include <stdlib.h>
#include <string.h>

#include "ffs.h"
#include "mem.h"

#define NO_BLOCK	UINT64_MAX
#define ARENA_CHUNK	65536u

/* The records of files live as long as the file system is written. */
struct chunk {
	struct chunk	*next;
	size_t		 used, size;
	uint64_t	 data[];
};

static void *
arena_get(struct ffs *fs, size_t bytes)
{
	struct chunk *c = fs->arena;
	size_t words = (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t);
	size_t size = ARENA_CHUNK / sizeof(uint64_t);

	if (c == NULL || c->size - c->used < words) {
		if (size < words)
			size = words;
		c = malloc(sizeof(*c) + size * sizeof(uint64_t));
		if (c == NULL)
			return NULL;
		c->next = fs->arena;
		c->used = 0;
		c->size = size;
		fs->arena = c;
	}
	c->used += words;
	return c->data + c->used - words;
}

static int
add_run(struct ffs_content *c, uint64_t addr, uint32_t frags, struct err *e)
{
	struct ffs_run *r = c->runs;

	c->held += frags;
	if (c->nruns > 0 && r[c->nruns - 1].addr + r[c->nruns - 1].frags ==
	    addr) {
		r[c->nruns - 1].frags += frags;
		return 0;
	}
	r = mem_grow(c->runs, &c->cap, c->nruns + 1, sizeof(*r));
	if (r == NULL)
		return err_mem(e);
	c->runs = r;
	r[c->nruns++] = (struct ffs_run){ addr, frags };
	return 0;
}

/* A block of pointers for blkmap. */
static int
alloc_indirect(void *ctx, uint64_t *addr, struct err *e)
{
	struct ffs *fs = ctx;

	if (ffs_alloc_block(fs, addr, e) == -1)
		return -1;
	return add_run(&fs->c, *addr, fs->l.frag, e);
}

int
ffs_content_init(struct ffs *fs, struct err *e)
{
	fs->map = blkmap_new(fs->img, fs->l.bsize, fs->l.fsize, fs->l.ptrsize,
	    alloc_indirect, fs, e);
	if (fs->map == NULL)
		return -1;
	if ((fs->c.buf = mem_array(fs->l.bsize, 1)) == NULL)
		return err_mem(e);
	return 0;
}

void
ffs_content_free(struct ffs *fs)
{
	struct chunk *c, *next;

	for (c = fs->arena; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(fs->c.runs);
	free(fs->c.buf);
	blkmap_free(fs->map);
}

void
ffs_begin(struct ffs *fs, const struct node *n, uint64_t size)
{
	struct ffs_content *c = &fs->c;

	c->node = n;
	c->size = size;
	c->last = (size - 1) >> fs->l.bshift;
	c->tail = fs->l.frag;
	if (c->last < BLKMAP_DIRECT)
		c->tail = (uint32_t)ffs_frags(&fs->l,
		    size - (c->last << fs->l.bshift));
	c->lbn = NO_BLOCK;
	c->next = 0;
	c->told = !image_rehearsal(fs->img);
	c->held = 0;
	c->nruns = 0;
	blkmap_begin(fs->map);
}

static bool
is_zero(const uint8_t *p, size_t len)
{
	return p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

/* Give file block lbn its place and write it there: len bytes, then zeros. */
static int
put_block(struct ffs *fs, uint64_t lbn, const uint8_t *data, size_t len,
    struct err *e)
{
	struct ffs_content *c = &fs->c;
	uint32_t frags = lbn == c->last ? c->tail : fs->l.frag;
	size_t bytes = (size_t)frags << fs->l.fshift;
	uint64_t addr, fresh = fs->space.fresh;

	c->next = lbn + 1;
	if ((frags == fs->l.frag ? ffs_alloc_block(fs, &addr, e) :
	    ffs_alloc_frags(fs, frags, &addr, e)) == -1 ||
	    add_run(c, addr, frags, e) == -1 ||
	    blkmap_add(fs->map, lbn, addr, 1, e) == -1)
		return -1;
	/* What nobody had before reads as zeros already. */
	if (image_rehearsal(fs->img) ||
	    (addr >= fresh && is_zero(data, len)))
		return 0;
	return image_write_padded(fs->img, addr << fs->l.fshift, data, len,
	    bytes, e);
}

/* Bytes that the file has of block lbn. */
static size_t
whole(const struct ffs *fs, uint64_t lbn)
{
	const struct ffs_content *c = &fs->c;

	return lbn < c->last ? fs->l.bsize :
	    (size_t)(c->size - (c->last << fs->l.bshift));
}

/* Write the block that is being gathered. */
static int
flush(struct ffs *fs, struct err *e)
{
	struct ffs_content *c = &fs->c;
	uint64_t lbn = c->lbn;

	if (lbn == NO_BLOCK)
		return 0;
	c->lbn = NO_BLOCK;
	if (put_block(fs, lbn, c->buf, whole(fs, lbn), e) == -1)
		return -1;
	memset(c->buf, 0, whole(fs, lbn));
	return 0;
}

int
ffs_data(struct ffs *fs, uint64_t off, const void *data, size_t len,
    struct err *e)
{
	struct ffs_content *c = &fs->c;
	const uint8_t *p = data;

	c->told = true;
	while (len > 0) {
		uint64_t lbn = off >> fs->l.bshift;
		size_t at = (size_t)(off & (fs->l.bsize - 1));
		size_t n = fs->l.bsize - at;

		if (n > len)
			n = len;
		if (lbn != c->lbn && flush(fs, e) == -1)
			return -1;
		if (n == whole(fs, lbn)) {
			if (put_block(fs, lbn, p, n, e) == -1)
				return -1;
		} else {
			memcpy(c->buf + at, p, n);
			c->lbn = lbn;
		}
		p += n;
		off += n;
		len -= n;
	}
	return 0;
}

/* What the blocks of the file have become, to be kept. */
static struct ffs_file *
keep(struct ffs *fs, const uint64_t ptr[BLKMAP_POINTERS], struct err *e)
{
	const struct ffs_content *c = &fs->c;
	struct ffs_file *f;
	uint32_t nptr = BLKMAP_POINTERS;
	size_t v;

	while (nptr > 0 && ptr[nptr - 1] == 0)
		nptr--;
	f = arena_get(fs, sizeof(*f) +
	    (nptr + 2 * c->nruns) * sizeof(f->v[0]));
	if (f == NULL) {
		err_mem(e);
		return NULL;
	}
	f->held = c->held;
	f->nptr = nptr;
	f->nruns = (uint32_t)c->nruns;
	memcpy(f->v, ptr, nptr * sizeof(f->v[0]));
	v = nptr;
	for (size_t i = 0; i < c->nruns; i++) {
		f->v[v++] = c->runs[i].addr;
		f->v[v++] = c->runs[i].frags;
	}
	return f;
}

struct ffs_file *
ffs_end(struct ffs *fs, struct err *e)
{
	struct ffs_content *c = &fs->c;
	uint64_t ptr[BLKMAP_POINTERS], indirect;

	if (flush(fs, e) == -1)
		return NULL;
	/* In a rehearsal whose content was left out: as without holes. */
	if (c->told && c->next <= c->last)
		c->next = c->last;
	while (c->next <= c->last) {
		if (put_block(fs, c->next, c->buf, whole(fs, c->next), e) ==
		    -1)
			return NULL;
	}
	if (blkmap_end(fs->map, ptr, &indirect, e) == -1)
		return NULL;
	return keep(fs, ptr, e);
}

void
ffs_forget(struct ffs *fs, const struct ffs_file *f)
{
	const uint64_t *v = f->v + f->nptr;

	for (uint32_t i = 0; i < f->nruns; i++, v += 2)
		ffs_release(fs, v[0], v[1]);
}
