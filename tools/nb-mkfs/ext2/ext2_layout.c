/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_layout.c: from a size to block groups, by arithmetic alone.
 */
#include <inttypes.h>

#include "ext2.h"

/*
 * One inode for every 4 KB of the first GB and for every 16 KB of the rest:
 * what mke2fs gives small and ordinary file systems, but without the step
 * down between them, so that a larger image never holds less.
 */
#define DENSITY_SMALL	4096u
#define DENSITY_LARGE	16384u
#define SMALL_SIZE	(UINT64_C(1) << 30)

/* mke2fs leaves out a last group that has less room than this for files. */
#define LAST_MIN	50u

static uint64_t
divide_up(uint64_t n, uint64_t by)
{
	return n / by + (n % by != 0);
}

static bool
power_of(uint32_t n, uint32_t base)
{
	while (n % base == 0)
		n /= base;
	return n == 1;
}

bool
ext2_has_super(uint32_t g)
{
	return g <= 1 || power_of(g, 3) || power_of(g, 5) || power_of(g, 7);
}

uint64_t
ext2_group_start(const struct ext2_layout *l, uint32_t g)
{
	return (uint64_t)g * l->bpg;
}

uint32_t
ext2_group_blocks(const struct ext2_layout *l, uint32_t g)
{
	if (g + 1 < l->groups)
		return l->bpg;
	return (uint32_t)(l->blocks - ext2_group_start(l, g));
}

uint64_t
ext2_group_bitmap(const struct ext2_layout *l, uint32_t g)
{
	return ext2_group_start(l, g) + (ext2_has_super(g) ? 1 + l->gdb : 0);
}

uint32_t
ext2_group_meta(const struct ext2_layout *l, uint32_t g)
{
	return (ext2_has_super(g) ? 1 + l->gdb : 0) + 2 + l->itb;
}

static uint64_t
inodes_wanted(uint64_t size, const struct fs_params *p)
{
	uint64_t n, small = size < SMALL_SIZE ? size : SMALL_SIZE;

	if (p->density != 0)
		n = size / p->density;
	else
		n = small / DENSITY_SMALL + (size - small) / DENSITY_LARGE;
	if (n < p->inodes)
		n = p->inodes;
	return n;
}

/*
 * The blocks of a group fill its bitmap; fewer only where its inodes would be
 * more than theirs can count, as mke2fs has it.
 */
static uint32_t
group_size(uint64_t blocks, uint64_t inodes)
{
	uint64_t groups = divide_up(inodes, EXT2_IPG_MAX), bpg;

	if (groups <= divide_up(blocks, EXT2_BPG_MAX))
		return EXT2_BPG_MAX;
	/* Whole bytes of map; down, so that there are groups enough. */
	bpg = blocks / groups / 8 * 8;
	return bpg > 8 ? (uint32_t)bpg : 8;
}

static void
divide(struct ext2_layout *l, uint64_t blocks, uint64_t inodes)
{
	uint64_t ipb;

	l->blocks = blocks;
	l->bpg = group_size(blocks, inodes);
	l->groups = (uint32_t)divide_up(blocks, l->bpg);
	l->gdb = (uint32_t)divide_up((uint64_t)l->groups * EXT2_GDSIZE,
	    EXT2_BSIZE);
	/* Whole blocks of inodes, as many as a bitmap can count. */
	ipb = divide_up(divide_up(inodes, l->groups), EXT2_IPB);
	if (ipb == 0)
		ipb = 1;
	l->itb = (uint32_t)ipb;
	l->ipg = l->itb * EXT2_IPB;
	l->inodes = (uint64_t)l->groups * l->ipg;
}

/* What is wanted of a file system that has lost its last group: by default no
 * more inodes than the others can count. */
static uint64_t
fewer_inodes(uint64_t inodes, uint64_t blocks, uint32_t groups,
    const struct fs_params *p)
{
	uint64_t most = (uint64_t)groups * EXT2_IPG_MAX;

	if (p->density != 0)
		return inodes_wanted(blocks * EXT2_BSIZE, p);
	if (most < p->inodes)
		most = p->inodes;
	return inodes < most ? inodes : most;
}

/* Divide size bytes; a last group without room is left away. */
static void
divide_all(struct ext2_layout *l, uint64_t size, const struct fs_params *p)
{
	uint64_t blocks = size / EXT2_BSIZE;
	uint64_t inodes = inodes_wanted(size, p);
	uint32_t last;

	for (;;) {
		divide(l, blocks, inodes);
		last = l->groups - 1;
		if (last == 0 || ext2_group_blocks(l, last) >=
		    ext2_group_meta(l, last) + LAST_MIN)
			return;
		blocks = ext2_group_start(l, last);
		inodes = fewer_inodes(inodes, blocks, last, p);
	}
}

int
ext2_layout(struct ext2_layout *l, uint64_t size, const struct fs_params *p,
    struct err *e)
{
	uint64_t blocks = size / EXT2_BSIZE;

	if (blocks > UINT32_MAX)
		return err_set(e, "ext2: %" PRIu64 " bytes are more than the "
		    "16 TB that 32-bit block numbers reach", size);
	if (blocks == 0)
		return err_code(e, ERR_FULL, "ext2: %" PRIu64 " bytes are "
		    "too few for a file system", size);
	divide_all(l, size, p);
	/* One block more, for the root directory. The first group's tables
	 * are as large as any. */
	if (ext2_group_blocks(l, 0) < ext2_group_meta(l, 0) + 1)
		return err_code(e, ERR_FULL, "ext2: %" PRIu64 " bytes are "
		    "too few for a file system of %" PRIu64 " inodes", size,
		    l->inodes);
	if (l->inodes > UINT32_MAX)
		return err_code(e, ERR_USAGE, "ext2: %" PRIu64 " inodes do "
		    "not fit in 32 bits: give a larger density", l->inodes);
	return 0;
}
