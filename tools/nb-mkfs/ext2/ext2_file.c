/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_file.c: file content into blocks, while it streams in.
 *
 * Every block is allocated, mapped and written for itself, so that the image
 * does not depend on the size of the pieces in which content arrives; struct
 * image gathers the writes.
 */
#include <inttypes.h>
#include <string.h>

#include "ext2.h"
#include "mem.h"
#include "path.h"

/*
 * What the arena keeps of a regular file: the inode's pointers, the number of
 * blocks, and the extents that discard gives back. Words of 32 bits.
 */
#define REC_PTR		0
#define REC_BLOCKS	BLKMAP_POINTERS
#define REC_EXTENTS	(REC_BLOCKS + 1)	/* how many */
#define REC_WORDS	(REC_EXTENTS + 1)	/* first, length, first, ... */

/* node->where is the place in the arena plus 1: 0 is a file without content
 * here. */
static uint32_t *
record(const struct ext2 *fs, const struct node *n)
{
	return fs->arena.word + (n->where - 1);
}

static uint32_t *
arena_add(struct ext2 *fs, size_t n, struct err *e)
{
	struct ext2_arena *a = &fs->arena;
	uint32_t *p = mem_grow(a->word, &a->cap, a->len + n, sizeof(*p));

	if (p == NULL) {
		err_mem(e);
		return NULL;
	}
	a->word = p;
	p += a->len;
	memset(p, 0, n * sizeof(*p));
	a->len += n;
	return p;
}

/* The record of the file being written is the last in the arena. */
static int
extent_add(struct ext2 *fs, const struct node *n, uint64_t addr,
    struct err *e)
{
	uint32_t *rec = record(fs, n), *last = rec + REC_WORDS;

	if (rec[REC_EXTENTS] > 0) {
		last += 2 * (rec[REC_EXTENTS] - 1);
		if (last[0] + last[1] == addr) {
			last[1]++;
			return 0;
		}
	}
	if ((last = arena_add(fs, 2, e)) == NULL)
		return -1;
	last[0] = (uint32_t)addr;
	last[1] = 1;
	record(fs, n)[REC_EXTENTS]++;
	return 0;
}

/* A block of the open file, for data and, from blkmap, for pointers. */
int
ext2_file_alloc(void *ctx, uint64_t *addr, struct err *e)
{
	struct ext2 *fs = ctx;

	if (ext2_alloc(fs, addr, e) == -1)
		return -1;
	fs->file_blocks++;
	return fs->node != NULL ? extent_add(fs, fs->node, *addr, e) : 0;
}

static void
open_file(struct ext2 *fs, struct node *n)
{
	blkmap_begin(fs->blkmap);
	fs->node = n;
	fs->file_blocks = 0;
	fs->pending = false;
	fs->seen = false;
}

void
ext2_file_begin(struct ext2 *fs)
{
	open_file(fs, NULL);
}

static bool
all_zero(const uint8_t *p, size_t len)
{
	return p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

int
ext2_file_block(struct ext2 *fs, uint64_t lbn, const void *data, size_t len,
    struct err *e)
{
	uint64_t addr;
	bool fresh;

	if (ext2_file_alloc(fs, &addr, e) == -1)
		return -1;
	/* Before blkmap allocates as well. */
	fresh = fs->map.fresh;
	if (blkmap_add(fs->blkmap, lbn, addr, 1, e) == -1)
		return -1;
	/* Zeros are there already, as a hole in the image. */
	if (fresh && all_zero(data, len))
		return 0;
	return image_write_padded(fs->img, addr * EXT2_BSIZE, data, len,
	    EXT2_BSIZE, e);
}

int
ext2_file_end(struct ext2 *fs, struct ext2_ptrs *p, struct err *e)
{
	uint64_t ptr[BLKMAP_POINTERS], indirect;

	if (blkmap_end(fs->blkmap, ptr, &indirect, e) == -1)
		return -1;
	for (int i = 0; i < BLKMAP_POINTERS; i++)
		p->ptr[i] = (uint32_t)ptr[i];
	p->blocks = fs->file_blocks;
	return 0;
}

/* i_blocks counts 512 bytes in 32 bits. */
static bool
too_large(uint64_t size)
{
	uint64_t n = size / EXT2_BSIZE + (size % EXT2_BSIZE != 0);
	uint64_t max = UINT32_MAX / (EXT2_BSIZE / 512), indirect;

	indirect = blkmap_indirect(EXT2_BSIZE, sizeof(uint32_t), n);
	return n > max || indirect > max - n;
}

int
ext2_sink_begin(void *ctx, struct node *n, struct err *e)
{
	struct ext2 *fs = ctx;

	if (too_large(n->size))
		return ext2_refuse(n, e, "%" PRIu64 " bytes, ext2 holds files "
		    "of less than 2 TB", n->size);
	n->where = fs->arena.len + 1;
	if (arena_add(fs, REC_WORDS, e) == NULL)
		return -1;
	open_file(fs, n);
	return 0;
}

static int
flush(struct ext2 *fs, struct err *e)
{
	if (!fs->pending)
		return 0;
	fs->pending = false;
	return ext2_file_block(fs, fs->lbn, fs->buf, EXT2_BSIZE, e);
}

/* A piece that does not cross the end of block lbn; last: of the file. */
static int
piece(struct ext2 *fs, uint64_t lbn, uint32_t at, const uint8_t *p,
    uint32_t len, bool last, struct err *e)
{
	if (fs->pending && fs->lbn != lbn && flush(fs, e) == -1)
		return -1;
	if (at == 0 && (len == EXT2_BSIZE || last))
		return ext2_file_block(fs, lbn, p, len, e);
	if (!fs->pending) {
		memset(fs->buf, 0, sizeof(fs->buf));
		fs->pending = true;
		fs->lbn = lbn;
	}
	memcpy(fs->buf + at, p, len);
	return 0;
}

int
ext2_sink_data(void *ctx, struct node *n, uint64_t off, const void *data,
    size_t len, struct err *e)
{
	struct ext2 *fs = ctx;
	const uint8_t *p = data;

	fs->seen = true;
	while (len > 0) {
		uint32_t at = (uint32_t)(off % EXT2_BSIZE);
		uint32_t part = EXT2_BSIZE - at;

		if (part > len)
			part = (uint32_t)len;
		if (piece(fs, off / EXT2_BSIZE, at, p, part,
		    off + part == n->size, e) == -1)
			return -1;
		p += part;
		off += part;
		len -= part;
	}
	return 0;
}

/* The blocks of a file without holes, for which no data came. */
static int
rehearse(struct ext2 *fs, const struct node *n, struct err *e)
{
	uint64_t need = n->size / EXT2_BSIZE + (n->size % EXT2_BSIZE != 0);
	uint64_t addr;

	need += blkmap_indirect(EXT2_BSIZE, sizeof(uint32_t), need);
	if (need > fs->map.free)
		return ext2_full(fs, e);
	for (; need > 0; need--)
		if (ext2_file_alloc(fs, &addr, e) == -1)
			return -1;
	return 0;
}

int
ext2_sink_end(void *ctx, struct node *n, struct err *e)
{
	struct ext2 *fs = ctx;
	struct ext2_ptrs ptrs;
	uint32_t *rec;
	int r;

	if (image_rehearsal(fs->img) && !fs->seen)
		r = rehearse(fs, n, e);
	else
		r = flush(fs, e);
	if (r == -1 || ext2_file_end(fs, &ptrs, e) == -1)
		return -1;
	rec = record(fs, n);
	memcpy(rec + REC_PTR, ptrs.ptr, sizeof(ptrs.ptr));
	rec[REC_BLOCKS] = ptrs.blocks;
	return 0;
}

void
ext2_sink_discard(void *ctx, struct node *n)
{
	struct ext2 *fs = ctx;
	const uint32_t *rec, *extent;

	if (n->where == 0)
		return;
	rec = record(fs, n);
	extent = rec + REC_WORDS;
	for (uint32_t i = 0; i < rec[REC_EXTENTS]; i++, extent += 2)
		ext2_free(fs, extent[0], extent[1]);
	n->where = 0;
}

int
ext2_file_ptrs(const struct ext2 *fs, const struct node *n,
    struct ext2_ptrs *p, struct err *e)
{
	const uint32_t *rec;

	memset(p, 0, sizeof(*p));
	if (n->size == 0)
		return 0;
	if (n->where == 0)
		return ext2_refuse(n, e, "its content was not read");
	rec = record(fs, n);
	memcpy(p->ptr, rec + REC_PTR, sizeof(p->ptr));
	p->blocks = rec[REC_BLOCKS];
	return 0;
}
