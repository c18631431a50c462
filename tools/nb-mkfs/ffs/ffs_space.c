/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_space.c: which fragments are taken.
 *
 * Blocks are handed out first-fit, which is in sequence until something is
 * released. Fragments come from the smallest remnant of a broken block that
 * holds them, so that the tails of small files share blocks.
 */
#include <stdlib.h>
#include <string.h>

#include "ffs.h"
#include "mem.h"
#include "path.h"

static bool
is_used(const struct ffs_space *s, uint64_t addr)
{
	return (s->used[addr >> 3] >> (addr & 7) & 1) != 0;
}

/* Take (or give back) so many fragments. */
static void
mark(struct ffs_space *s, uint64_t addr, uint64_t frags, bool used)
{
	for (; frags > 0; addr++, frags--) {
		uint8_t bit = (uint8_t)(1u << (addr & 7));

		if ((addr & 7) == 0 && frags >= 8) {
			s->used[addr >> 3] = used ? 0xff : 0;
			addr += 7;
			frags -= 7;
		} else if (used)
			s->used[addr >> 3] |= bit;
		else
			s->used[addr >> 3] &= (uint8_t)~bit;
	}
}

/* The bits of one block, bit 0 its first fragment. */
static unsigned
block_bits(const struct ffs *fs, uint64_t block)
{
	uint64_t addr = block << fs->l.fragshift;

	return fs->space.used[addr >> 3] >> (addr & 7) &
	    ((1u << fs->l.frag) - 1);
}

static int
bin_push(struct ffs *fs, uint64_t addr, uint32_t n)
{
	struct ffs_bin *b = &fs->space.bin[n];
	uint64_t *p;

	p = mem_grow(b->addr, &b->cap, b->n + 1, sizeof(*p));
	if (p == NULL)
		return -1;
	b->addr = p;
	b->addr[b->n++] = addr;
	return 0;
}

/* Whether exactly n fragments are free at addr within their block. */
static bool
is_remnant(const struct ffs *fs, uint64_t addr, uint32_t n)
{
	uint32_t at = (uint32_t)(addr & (fs->l.frag - 1));

	if (at > 0 && !is_used(&fs->space, addr - 1))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (is_used(&fs->space, addr + i))
			return false;
	}
	return at + n == fs->l.frag || is_used(&fs->space, addr + n);
}

/* Put what is free of a broken block into the bins. */
static int
sort_remnants(struct ffs *fs, uint64_t block)
{
	uint64_t addr = block << fs->l.fragshift;
	unsigned bits = block_bits(fs, block);
	uint32_t from, at = 0;

	while (at < fs->l.frag) {
		if (bits >> at & 1) {
			at++;
			continue;
		}
		for (from = at; at < fs->l.frag && !(bits >> at & 1); at++)
			continue;
		if (bin_push(fs, addr + from, at - from) == -1)
			return -1;
	}
	return 0;
}

/* Everything that is no room for data, and what it leaves of broken blocks:
 * behind the summaries, and at the end. */
static int
mark_tables(struct ffs *fs, uint64_t bits)
{
	const struct ffs_layout *l = &fs->l;
	struct ffs_space *s = &fs->space;
	uint64_t end = l->csaddr + (l->cssize >> l->fshift);

	for (uint32_t cg = 0; cg < l->ncg; cg++)
		mark(s, ffs_cgbase(l, cg) + l->sblkno, l->dblkno - l->sblkno,
		    true);
	mark(s, 0, end, true);
	mark(s, l->size, bits - l->size, true);
	if ((end & (l->frag - 1)) != 0 &&
	    sort_remnants(fs, end >> l->fragshift) == -1)
		return -1;
	if ((l->size & (l->frag - 1)) != 0 &&
	    sort_remnants(fs, l->size >> l->fragshift) == -1)
		return -1;
	return 0;
}

int
ffs_space_init(struct ffs *fs, struct err *e)
{
	struct ffs_space *s = &fs->space;
	uint64_t bytes;

	s->blocks = fs->l.size >> fs->l.fragshift;
	bytes = fs->l.size / 8 + 2;	/* also for a last, broken block */
	if (bytes > SIZE_MAX ||
	    (s->used = mem_array((size_t)bytes, 1)) == NULL ||
	    mark_tables(fs, bytes * 8) == -1)
		return err_mem(e);
	return 0;
}

void
ffs_space_free(struct ffs *fs)
{
	for (size_t i = 0; i < FFS_MAXFRAG; i++)
		free(fs->space.bin[i].addr);
	free(fs->space.released);
	free(fs->space.used);
}

static int
no_room(const struct ffs *fs, struct err *e)
{
	char name[PATH_LEN_MAX];

	return err_code(e, ERR_FULL, "%s: no room left in a file system of "
	    "%llu KB", ffs_name(fs->c.node, name),
	    (unsigned long long)(fs->l.size << fs->l.fshift) / 1024);
}

static void
take(struct ffs *fs, uint64_t addr, uint32_t n)
{
	struct ffs_space *s = &fs->space;

	mark(s, addr, n, true);
	if (s->fresh < addr + n)
		s->fresh = addr + n;
}

static int
free_block(struct ffs *fs, uint64_t *addr, struct err *e)
{
	struct ffs_space *s = &fs->space;

	while (s->hint < s->blocks && block_bits(fs, s->hint) != 0)
		s->hint++;
	if (s->hint == s->blocks)
		return no_room(fs, e);
	*addr = s->hint++ << fs->l.fragshift;
	return 0;
}

int
ffs_alloc_block(struct ffs *fs, uint64_t *addr, struct err *e)
{
	if (free_block(fs, addr, e) == -1)
		return -1;
	take(fs, *addr, fs->l.frag);
	return 0;
}

int
ffs_alloc_frags(struct ffs *fs, uint32_t n, uint64_t *addr, struct err *e)
{
	uint32_t have;

	for (have = n; have < fs->l.frag; have++) {
		struct ffs_bin *b = &fs->space.bin[have];

		while (b->n > 0) {
			*addr = b->addr[--b->n];
			if (is_remnant(fs, *addr, have))
				goto found;
		}
	}
	if (free_block(fs, addr, e) == -1)
		return -1;
found:
	take(fs, *addr, n);
	if (have > n && bin_push(fs, *addr + n, have - n) == -1)
		return err_mem(e);
	return 0;
}

static int
note_released(struct ffs_space *s, uint64_t addr, uint64_t frags)
{
	struct ffs_run *p;

	p = mem_grow(s->released, &s->cap, s->nreleased + 1, sizeof(*p));
	if (p == NULL)
		return -1;
	s->released = p;
	p[s->nreleased++] = (struct ffs_run){ addr, frags };
	return 0;
}

void
ffs_release(struct ffs *fs, uint64_t addr, uint64_t frags)
{
	struct ffs_space *s = &fs->space;
	uint64_t block = addr >> fs->l.fragshift;
	uint64_t end = (addr + frags - 1) >> fs->l.fragshift;

	mark(s, addr, frags, false);
	if (note_released(s, addr, frags) == -1)
		s->nomem = true;
	for (; block <= end; block++) {
		if (block_bits(fs, block) == 0) {
			if (block < s->hint)
				s->hint = block;
		} else if (sort_remnants(fs, block) == -1)
			s->nomem = true;
	}
}

int
ffs_wipe(struct ffs *fs, struct err *e)
{
	static const uint8_t zeros[FFS_MAXBSIZE];
	const struct ffs_space *s = &fs->space;

	if (s->nomem)
		return err_mem(e);
	for (size_t i = 0; i < s->nreleased; i++) {
		uint64_t addr = s->released[i].addr;
		uint64_t end = addr + s->released[i].frags;

		for (; addr < end; addr++) {
			if (!is_used(s, addr) && image_write(fs->img,
			    addr << fs->l.fshift, zeros, fs->l.fsize, e) == -1)
				return -1;
		}
	}
	return 0;
}
