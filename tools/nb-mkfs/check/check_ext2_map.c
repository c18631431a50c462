/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_ext2_map.c: block groups: bitmaps and counts against what the inodes
 * say. A count is right when it agrees with its bitmap or with the inodes.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check_ext2.h"
#include "le.h"
#include "mem.h"

struct group {
	struct check	*c;
	const struct ext2_super *s;
	uint32_t	 g;
	uint32_t	 marked_blocks, marked_inodes;	/* free by bitmaps, */
	uint32_t	 free_blocks, free_inodes;	/* and by inodes */
	uint32_t	 dirs;
	uint8_t		*bits;		/* one block */
};

struct total {
	uint64_t	blocks, inodes;
};

/* The bitmap at block addr, unless it was found to be outside: 1, 0, -1. */
static int
read_bitmap(struct group *g, uint32_t addr, struct err *e)
{
	if (addr >= g->s->blocks)
		return 0;
	return region_read(g->c->fs->region, (uint64_t)addr * g->s->bsize,
	    g->bits, g->s->bsize, e) == 0 ? 1 : -1;
}

/* Bits behind the last that counts are set. */
static void
check_padding(struct group *g, uint32_t from, const char *what)
{
	uint32_t i;

	for (i = from; i < 8 * g->s->bsize; i++) {
		if (check_bit(g->bits, i))
			continue;
		check_group_found(g->c, g->g, "the %s bitmap's padding is not "
		    "set", what);
		return;
	}
}

static void
check_blocks(struct group *g)
{
	uint64_t base = (uint64_t)g->g * g->s->bpg + g->s->first;
	uint64_t lost0 = 0, free0 = 0;
	uint32_t n = ext2_super_blocks(g->s, g->g), lost = 0, freed = 0, i;
	bool used, marked;

	for (i = 0; i < n; i++) {
		used = check_bit(g->c->used, base + i);
		marked = check_bit(g->bits, i);
		g->free_blocks += !used;
		g->marked_blocks += !marked;
		if (used && !marked && freed++ == 0)
			free0 = base + i;
		if (marked && !used && lost++ == 0)
			lost0 = base + i;
	}
	if (freed != 0)
		check_group_found(g->c, g->g, "%" PRIu32 " blocks in use are "
		    "marked free, the first is %" PRIu64, freed, free0);
	if (lost != 0)
		check_group_found(g->c, g->g, "%" PRIu32 " blocks are marked "
		    "as in use and are lost, the first is %" PRIu64, lost,
		    lost0);
	check_padding(g, n, "block");
}

static void
check_inode_bits(struct group *g)
{
	struct check *c = g->c;
	uint32_t i, ino, freed = 0, first = 0;
	bool used, marked;

	for (i = 0; i < g->s->ipg; i++) {
		ino = g->g * g->s->ipg + i + 1;
		used = ino < g->s->first_ino || c->ino[ino].type != 0;
		marked = check_bit(g->bits, i);
		g->free_inodes += !used;
		g->marked_inodes += !marked;
		if (c->ino[ino].type == FSREAD_IFDIR >> 12)
			g->dirs++;
		if (used && !marked)
			check_inode_found(c, ino, "%s, but marked free",
			    c->ino[ino].type != 0 ? "in use" : "reserved");
		else if (marked && !used && freed++ == 0)
			first = ino;
	}
	if (freed != 0)
		check_group_found(c, g->g, "%" PRIu32 " inodes are marked as "
		    "in use and are not, the first is %" PRIu32, freed, first);
	check_padding(g, g->s->ipg, "inode");
}

static void
want(struct group *g, const char *name, unsigned have, uint32_t marked,
    uint32_t truth)
{
	if (have != (marked & 0xffff) && have != (truth & 0xffff))
		check_group_found(g->c, g->g, "it counts %u %s, there are %"
		    PRIu32, have, name, truth);
}

static int
check_group(struct group *g, struct total *sum, struct err *e)
{
	uint8_t gd[EXT2D_GD_SIZE];
	const uint8_t *p = check_ext2_gd(g->c, g->g, e);
	int r;

	if (p == NULL)
		return -1;
	memcpy(gd, p, sizeof(gd));
	sum->blocks += le_get16(gd + E2G_FREE_BLOCKS);
	sum->inodes += le_get16(gd + E2G_FREE_INODES);
	r = read_bitmap(g, le_get32(gd + E2G_BLOCK_BITMAP), e);
	if (r < 0)
		return -1;
	if (r > 0) {
		check_blocks(g);
		want(g, "free blocks", le_get16(gd + E2G_FREE_BLOCKS),
		    g->marked_blocks, g->free_blocks);
	}
	r = read_bitmap(g, le_get32(gd + E2G_INODE_BITMAP), e);
	if (r < 0)
		return -1;
	if (r > 0) {
		check_inode_bits(g);
		want(g, "free inodes", le_get16(gd + E2G_FREE_INODES),
		    g->marked_inodes, g->free_inodes);
		want(g, "directories", le_get16(gd + E2G_DIRS), g->dirs,
		    g->dirs);
	}
	return 0;
}

static void
check_totals(struct check *c, const struct ext2_super *s,
    const struct total *sum)
{
	const uint8_t *p = s->raw;

	if (le_get32(p + E2S_FREE_BLOCKS) != sum->blocks)
		check_found(c, "superblock", "it counts %" PRIu32 " free "
		    "blocks, its groups %" PRIu64,
		    le_get32(p + E2S_FREE_BLOCKS), sum->blocks);
	if (le_get32(p + E2S_FREE_INODES) != sum->inodes)
		check_found(c, "superblock", "it counts %" PRIu32 " free "
		    "inodes, its groups %" PRIu64,
		    le_get32(p + E2S_FREE_INODES), sum->inodes);
	if (c->large && (s->ro_compat & EXT2D_RO_LARGE_FILE) == 0)
		check_found(c, "superblock", "a file has 2 GB or more, but the "
		    "feature large_file is not set");
}

int
check_ext2_groups(struct check *c, struct err *e)
{
	const struct ext2_super *s = c->fs->super;
	struct total sum = { 0, 0 };
	struct group g = { .c = c, .s = s };
	uint8_t *bits = mem_array(s->bsize, 1);
	int r = 0;

	if (bits == NULL)
		return err_mem(e);
	for (; g.g < s->groups && r == 0; g.g++) {
		g.bits = bits;
		g.marked_blocks = g.marked_inodes = 0;
		g.free_blocks = g.free_inodes = g.dirs = 0;
		r = check_group(&g, &sum, e);
	}
	if (r == 0)
		check_totals(c, s, &sum);
	free(bits);
	return r;
}
