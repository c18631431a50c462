/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * blkmap.c: the tree of indirect blocks of one file, built from left to
 * right with one buffer a level.
 *
 * A pointer block gets its address when the last pointer has gone into it, so
 * that a file's data stay together and what is written only moves forward.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "blkmap.h"
#include "le.h"
#include "mem.h"

#define LEVELS	(BLKMAP_POINTERS - BLKMAP_DIRECT)

struct level {
	uint8_t		*buf;		/* one block of pointers */
	bool		 used;		/* one of them is not 0 */
};

struct blkmap {
	struct image	*img;
	uint32_t	 bsize;
	uint32_t	 unit;
	unsigned	 ptrsize;
	uint64_t	 per;		/* pointers in a block */
	int		(*alloc)(void *, uint64_t *, struct err *);
	void		*ctx;

	struct level	 level[LEVELS];	/* [0] points at data */
	/* Where the buffers belong: the tree of `depth` levels (0: none is
	 * begun), and in it the data block `index`. */
	unsigned	 depth;
	uint64_t	 index;
	uint64_t	 ptr[BLKMAP_POINTERS];
	uint64_t	 indirect;
};

struct blkmap *
blkmap_new(struct image *img, uint32_t bsize, uint32_t unit, unsigned ptrsize,
    int (*alloc)(void *, uint64_t *, struct err *), void *ctx, struct err *e)
{
	struct blkmap *m;

	if ((m = mem_array(1, sizeof(*m))) == NULL)
		goto nomem;
	m->img = img;
	m->bsize = bsize;
	m->unit = unit;
	m->ptrsize = ptrsize;
	m->per = bsize / ptrsize;
	m->alloc = alloc;
	m->ctx = ctx;
	for (unsigned i = 0; i < LEVELS; i++) {
		m->level[i].buf = mem_array(bsize, 1);
		if (m->level[i].buf == NULL)
			goto nomem;
	}
	return m;
nomem:
	blkmap_free(m);
	err_mem(e);
	return NULL;
}

void
blkmap_free(struct blkmap *m)
{
	if (m == NULL)
		return;
	for (unsigned i = 0; i < LEVELS; i++)
		free(m->level[i].buf);
	free(m);
}

static void
level_clear(struct blkmap *m, unsigned l)
{
	if (!m->level[l].used)
		return;
	memset(m->level[l].buf, 0, m->bsize);
	m->level[l].used = false;
}

void
blkmap_begin(struct blkmap *m)
{
	for (unsigned l = 0; l < LEVELS; l++)
		level_clear(m, l);
	memset(m->ptr, 0, sizeof(m->ptr));
	m->depth = 0;
	m->index = 0;
	m->indirect = 0;
}

static void
level_set(struct blkmap *m, unsigned l, uint64_t slot, uint64_t addr)
{
	uint8_t *p = m->level[l].buf + slot * m->ptrsize;

	if (m->ptrsize == 4)
		le_put32(p, (uint32_t)addr);
	else
		le_put64(p, addr);
	m->level[l].used = true;
}

/* How many data blocks one pointer of level l reaches. */
static uint64_t
span(const struct blkmap *m, unsigned l)
{
	uint64_t n = 1;

	while (l-- > 0)
		n *= m->per;
	return n;
}

/* Level l's block is complete: write it and hang it into the level above. */
static int
level_close(struct blkmap *m, unsigned l, struct err *e)
{
	uint64_t addr;

	if (!m->level[l].used)
		return 0;
	if (m->alloc(m->ctx, &addr, e) == -1)
		return -1;
	if (m->ptrsize == 4 && addr > UINT32_MAX)
		return err_set(e, "block address %llu needs more than 32 bits",
		    (unsigned long long)addr);
	if (image_write(m->img, addr * m->unit, m->level[l].buf, m->bsize,
	    e) == -1)
		return -1;
	m->indirect++;
	level_clear(m, l);
	if (l + 1 == m->depth)
		m->ptr[BLKMAP_DIRECT + l] = addr;
	else
		level_set(m, l + 1, m->index / span(m, l + 1) % m->per, addr);
	return 0;
}

/* Close what does not reach to data block `index` of the tree of `depth`. */
static int
move(struct blkmap *m, unsigned depth, uint64_t index, struct err *e)
{
	for (unsigned l = 0; l < m->depth; l++) {
		uint64_t reach = span(m, l + 1);

		if (depth == m->depth && m->index / reach == index / reach)
			break;
		if (level_close(m, l, e) == -1)
			return -1;
	}
	m->depth = depth;
	m->index = index;
	return 0;
}

/* One block into the trees; lbn is counted from the end of the direct ones. */
static int
add_indirect(struct blkmap *m, uint64_t lbn, uint64_t addr, struct err *e)
{
	unsigned depth = 1;

	while (lbn >= span(m, depth)) {
		lbn -= span(m, depth);
		if (++depth > LEVELS)
			return err_set(e,
			    "too large for the file system's block size");
	}
	if (move(m, depth, lbn, e) == -1)
		return -1;
	level_set(m, 0, lbn % m->per, addr);
	return 0;
}

int
blkmap_add(struct blkmap *m, uint64_t lbn, uint64_t addr, uint64_t n,
    struct err *e)
{
	uint64_t step = m->bsize / m->unit;

	if (m->ptrsize == 4 && n > 0 && addr + (n - 1) * step > UINT32_MAX)
		return err_set(e, "block address %llu needs more than 32 bits",
		    (unsigned long long)(addr + (n - 1) * step));
	for (; n > 0; n--, lbn++, addr += step) {
		if (lbn < BLKMAP_DIRECT)
			m->ptr[lbn] = addr;
		else if (add_indirect(m, lbn - BLKMAP_DIRECT, addr, e) == -1)
			return -1;
	}
	return 0;
}

int
blkmap_end(struct blkmap *m, uint64_t ptr[BLKMAP_POINTERS],
    uint64_t *indirect, struct err *e)
{
	if (move(m, 0, 0, e) == -1)
		return -1;
	memcpy(ptr, m->ptr, sizeof(m->ptr));
	*indirect = m->indirect;
	return 0;
}

static uint64_t
blocks_of(uint64_t n, uint64_t per)
{
	return n / per + (n % per != 0);
}

uint64_t
blkmap_indirect(uint32_t bsize, unsigned ptrsize, uint64_t n)
{
	uint64_t per = bsize / ptrsize, total = 0, reach = 1;

	if (n <= BLKMAP_DIRECT)
		return 0;
	n -= BLKMAP_DIRECT;
	for (unsigned depth = 1; depth <= LEVELS; depth++) {
		uint64_t part;

		reach *= per;
		part = n < reach ? n : reach;
		n -= part;
		for (unsigned l = 0; l < depth; l++)
			total += part = blocks_of(part, per);
		if (n == 0)
			return total;
	}
	return UINT64_MAX;
}
