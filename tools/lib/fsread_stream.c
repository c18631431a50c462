/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread_stream.c: from the pointers of an inode to content: twelve direct
 * ones, then trees of one, two and three levels of blocks full of them; 0 is a
 * hole. FFS and ext2 share the shape.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fsread_impl.h"
#include "le.h"
#include "mem.h"

#define PIECE	(256u * 1024)	/* a multiple of every block */

struct level {
	uint8_t		*buf;		/* one block of pointers */
	uint64_t	 addr;		/* 0: none is in it */
	uint64_t	 place;		/* of that block in the file's trees */
};

struct fsread_stream {
	struct fsread	*fs;
	const struct fsread_inode *in;
	const char	*shown;
	uint64_t	 left;		/* bytes in blocks still allowed */
	uint64_t	 lbn;		/* the file's next block, */
	uint64_t	 blocks;	/* of so many */
	struct level	 level[FSREAD_LEVELS];	/* [0] points at data */
	/* The run whose content is being handed out. */
	uint64_t	 off, len;
	uint64_t	 at;		/* bytes from the region's start */
	uint8_t		*buf;
};

uint64_t
fsread_span(const struct fsread *fs, unsigned level)
{
	uint64_t n = 1;

	while (level-- > 0)
		n *= fs->bsize / fs->ptrsize;
	return n;
}

uint64_t
fsread_reach(const struct fsread *fs)
{
	uint64_t n = FSREAD_DIRECT;
	unsigned level;

	for (level = 1; level <= FSREAD_LEVELS; level++)
		n += fsread_span(fs, level);
	return n * fs->bsize;
}

uint64_t
fsread_pointer(const struct fsread *fs, const uint8_t *block, uint64_t i)
{
	return fs->ptrsize == 4 ? le_get32(block + 4 * i) :
	    le_get64(block + 8 * i);
}

struct fsread_stream *
fsread_stream_new(struct fsread *fs, struct err *e)
{
	struct fsread_stream *s = mem_array(1, sizeof(*s));
	unsigned i;

	if (s == NULL)
		goto nomem;
	s->fs = fs;
	s->left = fs->units * fs->unit;
	for (i = 0; i < FSREAD_LEVELS; i++) {
		if ((s->level[i].buf = mem_array(fs->bsize, 1)) == NULL)
			goto nomem;
	}
	if ((s->buf = malloc(PIECE)) == NULL)
		goto nomem;
	return s;
nomem:
	fsread_stream_free(s);
	(void)err_mem(e);
	return NULL;
}

void
fsread_stream_free(struct fsread_stream *s)
{
	unsigned i;

	if (s == NULL)
		return;
	for (i = 0; i < FSREAD_LEVELS; i++)
		free(s->level[i].buf);
	free(s->buf);
	free(s);
}

void
fsread_stream_limit(struct fsread_stream *s, uint64_t bytes)
{
	s->left = bytes;
}

void
fsread_stream_begin(struct fsread_stream *s, const struct fsread_inode *in,
    const char *shown)
{
	unsigned i;

	s->in = in;
	s->shown = shown;
	s->lbn = 0;
	s->blocks = in->size / s->fs->bsize + (in->size % s->fs->bsize != 0);
	s->len = 0;
	for (i = 0; i < FSREAD_LEVELS; i++)
		s->level[i].addr = 0;
}

/* bytes at addr belong to the file: whether that can be. */
static int
take(struct fsread_stream *s, uint64_t addr, uint64_t bytes, struct err *e)
{
	const struct fsread *fs = s->fs;
	uint64_t n = bytes / fs->unit + (bytes % fs->unit != 0);

	if (addr >= fs->units || n > fs->units - addr)
		return err_set(e, "%s: /%s: damaged: a block at %" PRIu64 ", "
		    "the file system ends at %" PRIu64, fs->path, s->shown,
		    addr, fs->units);
	if (bytes > s->left)
		return err_set(e, "%s: /%s: damaged: more blocks than the "
		    "file system has: some are used twice", fs->path, s->shown);
	s->left -= bytes;
	return 0;
}

/* Pointer block addr, number `place` of the trees of the file, into level l. */
static int
load(struct fsread_stream *s, unsigned l, uint64_t addr, uint64_t place,
    struct err *e)
{
	struct level *v = &s->level[l];
	const struct fsread *fs = s->fs;

	if (v->addr == addr && v->place == place)
		return 0;
	if (take(s, addr, fs->bsize, e) != 0)
		return -1;
	v->addr = 0;
	if (region_read(fs->region, addr * fs->unit, v->buf, fs->bsize,
	    e) != 0)
		return -1;
	v->addr = addr;
	v->place = place;
	return 0;
}

/* Where block lbn of the file is; *n blocks from there on are alike when it is
 * a hole. */
static int
find(struct fsread_stream *s, uint64_t lbn, uint64_t *addr, uint64_t *n,
    struct err *e)
{
	const struct fsread *fs = s->fs;
	uint64_t a, span, entry, per = fs->bsize / fs->ptrsize;
	unsigned depth = 1, l;

	*n = 1;
	if (lbn < FSREAD_DIRECT) {
		*addr = s->in->ptr[lbn];
		return 0;
	}
	lbn -= FSREAD_DIRECT;
	while (lbn >= fsread_span(fs, depth))
		lbn -= fsread_span(fs, depth++);
	a = s->in->ptr[FSREAD_DIRECT + depth - 1];
	for (l = depth; l > 0 && a != 0; l--) {
		span = fsread_span(fs, l);
		if (load(s, l - 1, a, (uint64_t)depth << 60 | lbn / span,
		    e) != 0)
			return -1;
		/* A block has 512 bytes or more, so per is not 0, and the span
		 * is a power of it.
		 * NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
		entry = lbn / (span / per) % per;
		a = fsread_pointer(fs, s->level[l - 1].buf, entry);
	}
	*addr = a;
	if (a == 0) {
		span = fsread_span(fs, l);
		*n = span - lbn % span;
	}
	return 0;
}

/* Bytes of the file in its block lbn. */
static uint64_t
bytes_in(const struct fsread_stream *s, uint64_t lbn)
{
	uint64_t left = s->in->size - lbn * s->fs->bsize;

	return left < s->fs->bsize ? left : s->fs->bsize;
}

int
fsread_stream_run(struct fsread_stream *s, uint64_t *off, uint64_t *len,
    struct err *e)
{
	const struct fsread *fs = s->fs;
	uint64_t first = 0, addr, n;

	while (s->lbn < s->blocks) {
		if (find(s, s->lbn, &first, &n, e) != 0)
			return -1;
		if (first != 0)
			break;
		s->lbn += n;
	}
	if (s->lbn >= s->blocks)
		return 0;
	*off = s->lbn * fs->bsize;
	*len = 0;
	s->at = first * fs->unit;
	addr = first;
	do {
		n = bytes_in(s, s->lbn);
		if (take(s, addr, n, e) != 0)
			return -1;
		*len += n;
		first = addr + fs->bsize / fs->unit;
		if (++s->lbn < s->blocks &&
		    find(s, s->lbn, &addr, &n, e) != 0)
			return -1;
	} while (s->lbn < s->blocks && addr == first);
	return 1;
}

int
fsread_stream_data(struct fsread_stream *s, const void **buf, size_t *len,
    uint64_t *off, struct err *e)
{
	size_t n;
	int r;

	if (s->len == 0 &&
	    (r = fsread_stream_run(s, &s->off, &s->len, e)) <= 0)
		return r;
	n = s->len < PIECE ? (size_t)s->len : PIECE;
	if (region_read(s->fs->region, s->at, s->buf, n, e) != 0)
		return -1;
	*buf = s->buf;
	*len = n;
	*off = s->off;
	s->off += n;
	s->at += n;
	s->len -= n;
	return 1;
}
