/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_ext2.c: the superblock of an ext2 file system, its copies, its tables,
 * and what its inodes may be. The groups are check_ext2_map.c's.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check_ext2.h"
#include "le.h"
#include "mem.h"

/* Features whose rules are kept here. Compatible: prealloc, imagic_inodes,
 * has_journal, ext_attr, resize_inode, dir_index. */
#define COMPAT_KNOWN	0x003fu
#define RO_KNOWN	(EXT2D_RO_SPARSE_SUPER | EXT2D_RO_LARGE_FILE | \
			EXT2D_RO_DIR_NLINK | EXT2D_RO_EXTRA_ISIZE)

static int
able(struct check *c, struct err *e)
{
	const struct ext2_super *s = c->fs->super;

	if ((s->compat & ~COMPAT_KNOWN) != 0 || (s->ro_compat & ~RO_KNOWN) != 0)
		return err_set(e, "%s: cannot be checked here: it has features "
		    "that ext2 lacks (%#" PRIx32 ", %#" PRIx32 ")",
		    c->fs->path, s->compat & ~COMPAT_KNOWN,
		    s->ro_compat & ~RO_KNOWN);
	c->groups = s->groups;
	c->ipg = s->ipg;
	c->isize = s->isize;
	if (s->first_ino > EXT2D_BAD_INO)
		c->ino[EXT2D_BAD_INO].flags |= INO_BLOCKS;
	return 0;
}

const uint8_t *
check_ext2_gd(struct check *c, uint32_t g, struct err *e)
{
	return region_peek(c->fs->region, ext2_super_descriptor(c->fs->super,
	    g), EXT2D_GD_SIZE, e);
}

static void
want(struct check *c, const char *name, uint64_t have, uint64_t expected)
{
	if (have != expected)
		check_found(c, "superblock", "%s is %" PRIu64 ", it should be %"
		    PRIu64, name, have, expected);
}

static void
check_fields(struct check *c, const struct ext2_super *s)
{
	const uint8_t *p = s->raw;
	unsigned state = le_get16(p + E2S_STATE);

	want(c, "s_log_frag_size", le_get32(p + E2S_LOG_FSIZE),
	    le_get32(p + E2S_LOG_BSIZE));
	want(c, "s_frags_per_group", le_get32(p + E2S_FPG), s->bpg);
	if (s->first_ino < EXT2D_FIRST_INO || s->first_ino > s->inodes)
		check_found(c, "superblock", "s_first_ino is %" PRIu32 ", it "
		    "should be from %u to %" PRIu32, s->first_ino,
		    EXT2D_FIRST_INO, s->inodes);
	if (le_get32(p + E2S_RESERVED) > s->blocks)
		check_found(c, "superblock", "%" PRIu32 " of %" PRIu32
		    " blocks are reserved", le_get32(p + E2S_RESERVED),
		    s->blocks);
	if ((state & EXT2D_STATE_CLEAN) == 0)
		check_found(c, "superblock", "was not unmounted cleanly "
		    "(s_state is %u)", state);
	if ((state & EXT2D_STATE_ERROR) != 0)
		check_found(c, "superblock", "a system that had it mounted "
		    "found faults (s_state is %u)", state);
	if (le_get32(p + E2S_LAST_ORPHAN) != 0)
		check_found(c, "superblock", "a list of files that were to be "
		    "removed, from inode %" PRIu32 " on",
		    le_get32(p + E2S_LAST_ORPHAN));
	if (le_get16(p + E2S_GROUP) != 0)
		check_found(c, "superblock", "it says it is the copy of group "
		    "%u", le_get16(p + E2S_GROUP));
}

/* What a copy has as well. Features may come later: Linux marks large files
 * in the first one only. */
static const struct {
	const char	*name;
	unsigned	 at, len;
} copied[] = {
	{ "s_magic", E2S_MAGIC, 2 }, { "s_inodes_count", E2S_INODES, 4 },
	{ "s_blocks_count", E2S_BLOCKS, 4 },
	{ "s_first_data_block", E2S_FIRST_BLOCK, 4 },
	{ "s_log_block_size", E2S_LOG_BSIZE, 4 },
	{ "s_log_frag_size", E2S_LOG_FSIZE, 4 },
	{ "s_blocks_per_group", E2S_BPG, 4 },
	{ "s_frags_per_group", E2S_FPG, 4 },
	{ "s_inodes_per_group", E2S_IPG, 4 },
	{ "s_rev_level", E2S_REVISION, 4 },
	{ "s_first_ino", E2S_FIRST_INO, 4 },
	{ "s_inode_size", E2S_INODE_SIZE, 2 },
	{ "s_feature_incompat", E2S_INCOMPAT, 4 }, { "s_uuid", E2S_UUID, 16 }
};

static void
compare_super(struct check *c, uint32_t g, const uint8_t *raw)
{
	const struct ext2_super *s = c->fs->super;
	size_t i;

	for (i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
		if (memcmp(raw + copied[i].at, s->raw + copied[i].at,
		    copied[i].len) == 0)
			continue;
		check_group_found(c, g, "the copy of the superblock differs "
		    "in %s", copied[i].name);
		return;
	}
	if (le_get32(s->raw + E2S_REVISION) != 0 &&
	    le_get16(raw + E2S_GROUP) != (g & 0xffff))
		check_group_found(c, g, "the copy of the superblock says it "
		    "is that of group %u", le_get16(raw + E2S_GROUP));
}

/* The places in the descriptors; counts are kept in the first ones only. */
static int
compare_descriptors(struct check *c, uint32_t g, uint64_t off, struct err *e)
{
	const struct ext2_super *s = c->fs->super;
	uint8_t gd[EXT2D_GD_SIZE];
	const uint8_t *p;
	uint32_t i;

	for (i = 0; i < s->groups; i++, off += EXT2D_GD_SIZE) {
		if (region_read(c->fs->region, off, gd, sizeof(gd), e) != 0 ||
		    (p = check_ext2_gd(c, i, e)) == NULL)
			return -1;
		if (memcmp(gd, p, E2G_FREE_BLOCKS) == 0)
			continue;
		check_group_found(c, g, "the copy of the descriptors differs "
		    "for group %" PRIu32, i);
		break;
	}
	return 0;
}

static int
super(struct check *c, struct err *e)
{
	const struct ext2_super *s = c->fs->super;
	uint8_t raw[EXT2D_SB_SIZE];
	uint64_t off;
	uint32_t g;

	check_fields(c, s);
	for (g = 1; g < s->groups; g++) {
		if (!ext2_super_copy(s, g))
			continue;
		off = ((uint64_t)g * s->bpg + s->first) * s->bsize;
		if (region_read(c->fs->region, off, raw, sizeof(raw), e) != 0)
			return -1;
		compare_super(c, g, raw);
		if (compare_descriptors(c, g, off + s->bsize, e) != 0)
			return -1;
	}
	return 0;
}

/* The block of pointers to blocks that are kept for more descriptors. */
static int
resize_block(struct check *c, const struct ext2_super *s, struct err *e)
{
	struct fsread_inode in;

	if ((s->compat & EXT2D_COMPAT_RESIZE) == 0 ||
	    s->first_ino <= EXT2D_RESIZE_INO)
		return 0;
	if (c->fs->type->inode(c->fs, EXT2D_RESIZE_INO, &in, e) != 0)
		return -1;
	if (in.ptr[FSREAD_DIRECT + 1] != 0)
		check_table(c, 0, "the resize inode's block",
		    in.ptr[FSREAD_DIRECT + 1], 1);
	return 0;
}

static int
tables(struct check *c, struct err *e)
{
	const struct ext2_super *s = c->fs->super;
	uint64_t gdb = ((uint64_t)s->groups * EXT2D_GD_SIZE + s->bsize - 1) /
	    s->bsize, start;
	uint32_t itb = s->ipg / (s->bsize / s->isize), g;
	const uint8_t *gd;

	if ((s->compat & EXT2D_COMPAT_RESIZE) != 0)
		gdb += le_get16(s->raw + E2S_RESERVED_GDT);
	if (s->first != 0)
		check_table(c, 0, "the boot block", 0, 1);
	for (g = 0; g < s->groups; g++) {
		start = (uint64_t)g * s->bpg + s->first;
		if (ext2_super_copy(s, g))
			check_table(c, g, "superblock and descriptors", start,
			    1 + gdb);
		if ((gd = check_ext2_gd(c, g, e)) == NULL)
			return -1;
		check_table(c, g, "block bitmap",
		    le_get32(gd + E2G_BLOCK_BITMAP), 1);
		check_table(c, g, "inode bitmap",
		    le_get32(gd + E2G_INODE_BITMAP), 1);
		check_table(c, g, "inode table",
		    le_get32(gd + E2G_INODE_TABLE), itb);
	}
	return resize_block(c, s, e);
}

static int
inodes(struct check *c, uint32_t g, uint32_t *first, uint32_t *n,
    uint64_t *off, struct err *e)
{
	const struct ext2_super *s = c->fs->super;
	const uint8_t *gd = check_ext2_gd(c, g, e);

	if (gd == NULL)
		return -1;
	*first = g * s->ipg + 1;
	*n = s->ipg;
	*off = (uint64_t)le_get32(gd + E2G_INODE_TABLE) * s->bsize;
	/* Found to be outside already. */
	if (*off > region_size(c->fs->region) || (uint64_t)*n * s->isize >
	    region_size(c->fs->region) - *off)
		*n = 0;
	return 0;
}

static bool
in_use(struct check *c, const struct fsread_inode *in)
{
	const struct ext2_super *s = c->fs->super;
	unsigned i;

	if (in->ino == EXT2D_RESIZE_INO && in->ino < s->first_ino)
		return false;
	if ((c->ino[in->ino].flags & INO_BLOCKS) != 0) {
		for (i = 0; i < FSREAD_POINTERS; i++) {
			if (in->ptr[i] != 0)
				return true;
		}
		return false;
	}
	return in->nlink != 0;
}

static bool
nameless(struct check *c, const struct fsread_inode *in)
{
	const struct ext2_super *s = c->fs->super;

	if (in->ino < s->first_ino && in->ino != EXT2D_ROOT)
		return true;
	/* Directories with too many subdirectories to count them. */
	return (s->ro_compat & EXT2D_RO_DIR_NLINK) != 0 && in->nlink == 1 &&
	    (in->mode & FSREAD_IFMT) == FSREAD_IFDIR &&
	    c->ino[in->ino].names != 0;
}

const struct check_type check_ext2 = {
	able, super, tables, inodes, in_use, nameless, check_ext2_groups,
	/* By the upper four bits of a mode (ext2fs_dir.h, EXT2_FT_*). */
	{ [1] = 5, [2] = 3, [4] = 2, [6] = 4, [8] = 1, [10] = 7, [12] = 6 }
};
