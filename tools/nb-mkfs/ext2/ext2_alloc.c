/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_alloc.c: which blocks are in use. Blocks are given out one by one from
 * the start to the end of the file system; what discarded files held is used
 * when the end has been reached, and by directories.
 */
#include <string.h>

#include "ext2.h"
#include "mem.h"

static bool
in_use(const struct ext2_map *m, uint64_t addr)
{
	return m->bits[addr / 8] >> addr % 8 & 1;
}

static void
mark(struct ext2_map *m, uint64_t addr)
{
	m->bits[addr / 8] |= (uint8_t)(1 << addr % 8);
}

int
ext2_map_init(struct ext2 *fs, struct err *e)
{
	const struct ext2_layout *l = &fs->l;
	struct ext2_map *m = &fs->map;
	uint64_t end = ext2_group_start(l, l->groups);

	if ((m->bits = mem_array(l->groups, l->bpg / 8)) == NULL)
		return err_mem(e);
	m->free = l->blocks;
	for (uint32_t g = 0; g < l->groups; g++) {
		uint64_t start = ext2_group_start(l, g);
		uint32_t meta = ext2_group_meta(l, g);

		for (uint64_t addr = start; addr < start + meta; addr++)
			mark(m, addr);
		m->free -= meta;
	}
	/* The last bitmap says of blocks that do not exist: not free. */
	for (uint64_t addr = l->blocks; addr < end; addr++)
		mark(m, addr);
	return 0;
}

int
ext2_alloc(struct ext2 *fs, uint64_t *addr, struct err *e)
{
	struct ext2_map *m = &fs->map;

	if (m->free == 0)
		return ext2_full(fs, e);
	for (;;) {
		if (m->cursor == fs->l.blocks)
			m->cursor = 0;
		if (m->cursor % 8 == 0 && m->bits[m->cursor / 8] == 0xff &&
		    fs->l.blocks - m->cursor >= 8)
			m->cursor += 8;
		else if (in_use(m, m->cursor))
			m->cursor++;
		else
			break;
	}
	*addr = m->cursor++;
	mark(m, *addr);
	m->free--;
	m->fresh = *addr >= m->top;
	if (m->fresh)
		m->top = *addr + 1;
	return 0;
}

void
ext2_free(struct ext2 *fs, uint32_t addr, uint32_t n)
{
	struct ext2_map *m = &fs->map;

	m->free += n;
	for (; n > 0; n--, addr++)
		m->bits[addr / 8] &= (uint8_t)~(1 << addr % 8);
}

int
ext2_map_wipe(struct ext2 *fs, struct err *e)
{
	static const uint8_t zeros[EXT2_BSIZE];

	for (uint64_t addr = 0; addr < fs->map.top; addr++)
		if (fs->map.bits[addr / 8] != 0xff && !in_use(&fs->map, addr) && image_write(fs->img,
		    addr * EXT2_BSIZE, zeros, sizeof(zeros), e) == -1)
			return -1;
	return 0;
}

uint32_t
ext2_group_free(const struct ext2 *fs, uint32_t g)
{
	uint32_t n = 0, len = fs->l.bpg / 8;
	const uint8_t *p = fs->map.bits + (size_t)g * len;

	for (uint32_t i = 0; i < len; i++)
		for (uint8_t free = (uint8_t)~p[i]; free != 0; n++)
			free &= (uint8_t)(free - 1);
	return n;
}
