/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_super.c: superblock, group descriptors and bitmaps.
 */
#include <stdlib.h>
#include <string.h>

#include "ext2.h"
#include "le.h"
#include "mem.h"

/* Offsets: NetBSD sys/ufs/ext2fs/ext2fs.h, struct ext2fs. */
#define SB_OFFSET		1024	/* in the file system */
#define SB_SIZE			1024
#define SB_INODES		0
#define SB_BLOCKS		4
#define SB_RESERVED		8
#define SB_FREE_BLOCKS		12
#define SB_FREE_INODES		16
#define SB_FIRST_BLOCK		20
#define SB_LOG_BSIZE		24
#define SB_LOG_FSIZE		28
#define SB_BPG			32
#define SB_FPG			36
#define SB_IPG			40
#define SB_MTIME		44
#define SB_WTIME		48
#define SB_MAX_MOUNTS		54
#define SB_MAGIC		56
#define SB_STATE		58
#define SB_ERRORS		60
#define SB_LASTCHECK		64
#define SB_CREATOR		72
#define SB_REVISION		76
#define SB_FIRST_INO		84
#define SB_INODE_SIZE		88
#define SB_GROUP		90
#define SB_COMPAT		92
#define SB_INCOMPAT		96
#define SB_RO_COMPAT		100
#define SB_UUID			104
#define SB_LABEL		120
#define SB_MKFS_TIME		264	/* Linux fs/ext4/ext4.h */

#define MAGIC			0xef53
#define STATE_CLEAN		1
#define ERRORS_CONTINUE		1
#define CREATOR_LINUX		0
#define REVISION_DYNAMIC	1
#define INCOMPAT_FILETYPE	0x0002
#define RO_COMPAT_SPARSE_SUPER	0x0001
#define RO_COMPAT_LARGE_FILE	0x0002

/* struct ext2_gd. */
#define GD_BLOCK_BITMAP		0
#define GD_INODE_BITMAP		4
#define GD_INODE_TABLE		8
#define GD_FREE_BLOCKS		12
#define GD_FREE_INODES		14
#define GD_DIRS			16

/* The GUID's first three groups are big-endian numbers here: both show the
 * same text. */
static void
uuid_fill(uint8_t *p, const uint8_t guid[16])
{
	static const uint8_t order[16] = {
		3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
	};

	for (int i = 0; i < 16; i++)
		p[i] = guid[order[i]];
}

static void
super_fill(const struct ext2 *fs, uint8_t *sb)
{
	const struct ext2_layout *l = &fs->l;
	uint32_t now = (uint32_t)fs->epoch;

	le_put32(sb + SB_INODES, (uint32_t)l->inodes);
	le_put32(sb + SB_BLOCKS, (uint32_t)l->blocks);
	le_put32(sb + SB_RESERVED, (uint32_t)(l->blocks * fs->minfree / 100));
	le_put32(sb + SB_FREE_BLOCKS, (uint32_t)fs->map.free);
	le_put32(sb + SB_FREE_INODES, (uint32_t)(l->inodes - fs->last_ino));
	le_put32(sb + SB_FIRST_BLOCK, 0);
	le_put32(sb + SB_LOG_BSIZE, EXT2_LOG_BSIZE);
	le_put32(sb + SB_LOG_FSIZE, EXT2_LOG_BSIZE);
	le_put32(sb + SB_BPG, l->bpg);
	le_put32(sb + SB_FPG, l->bpg);
	le_put32(sb + SB_IPG, l->ipg);
	le_put32(sb + SB_MTIME, now);
	le_put32(sb + SB_WTIME, now);
	le_put16(sb + SB_MAX_MOUNTS, 0xffff);	/* -1: never */
	le_put16(sb + SB_MAGIC, MAGIC);
	le_put16(sb + SB_STATE, STATE_CLEAN);
	le_put16(sb + SB_ERRORS, ERRORS_CONTINUE);
	le_put32(sb + SB_LASTCHECK, now);
	le_put32(sb + SB_CREATOR, CREATOR_LINUX);
	le_put32(sb + SB_REVISION, REVISION_DYNAMIC);
	le_put32(sb + SB_FIRST_INO, EXT2_FIRST_INO);
	le_put16(sb + SB_INODE_SIZE, EXT2_ISIZE);
	le_put32(sb + SB_COMPAT, 0);
	le_put32(sb + SB_INCOMPAT, INCOMPAT_FILETYPE);
	le_put32(sb + SB_RO_COMPAT, RO_COMPAT_SPARSE_SUPER |
	    (fs->large_file ? RO_COMPAT_LARGE_FILE : 0));
	uuid_fill(sb + SB_UUID, fs->guid);
	memcpy(sb + SB_LABEL, fs->label, sizeof(fs->label));
	le_put32(sb + SB_MKFS_TIME, now);
}

/* Inodes are given out in order: how many of group g are in use. */
static uint32_t
inodes_used(const struct ext2 *fs, uint32_t g)
{
	uint64_t before = (uint64_t)g * fs->l.ipg;

	if (fs->last_ino <= before)
		return 0;
	if (fs->last_ino - before >= fs->l.ipg)
		return fs->l.ipg;
	return (uint32_t)(fs->last_ino - before);
}

static void
descriptor_fill(const struct ext2 *fs, uint32_t g, uint8_t *gd)
{
	uint32_t bitmap = (uint32_t)ext2_group_bitmap(&fs->l, g);

	le_put32(gd + GD_BLOCK_BITMAP, bitmap);
	le_put32(gd + GD_INODE_BITMAP, bitmap + 1);
	le_put32(gd + GD_INODE_TABLE, bitmap + 2);
	le_put16(gd + GD_FREE_BLOCKS, (uint16_t)ext2_group_free(fs, g));
	le_put16(gd + GD_FREE_INODES,
	    (uint16_t)(fs->l.ipg - inodes_used(fs, g)));
	le_put16(gd + GD_DIRS, fs->dirs[g]);
}

static void
bits_set(uint8_t *p, uint32_t from, uint32_t to)
{
	for (; from < to; from++)
		p[from / 8] |= (uint8_t)(1 << from % 8);
}

static int
bitmaps_write(const struct ext2 *fs, uint32_t g, struct err *e)
{
	uint64_t off = ext2_group_bitmap(&fs->l, g) * EXT2_BSIZE;
	uint8_t blocks[EXT2_BSIZE], inodes[EXT2_BSIZE] = { 0 };
	size_t len = fs->l.bpg / 8;

	memcpy(blocks, fs->map.bits + g * len, len);
	memset(blocks + len, 0xff, sizeof(blocks) - len);
	bits_set(inodes, 0, inodes_used(fs, g));
	bits_set(inodes, fs->l.ipg, 8 * EXT2_BSIZE);
	if (image_write(fs->img, off, blocks, sizeof(blocks), e) == -1)
		return -1;
	return image_write(fs->img, off + EXT2_BSIZE, inodes, EXT2_BSIZE, e);
}

/* The first superblock leaves room for a boot block; the copies, which say in
 * which group they are, do not. */
static int
copy_write(const struct ext2 *fs, uint32_t g, uint8_t *sb, const uint8_t *gds,
    struct err *e)
{
	uint64_t off = ext2_group_start(&fs->l, g) * EXT2_BSIZE;

	le_put16(sb + SB_GROUP, (uint16_t)g);
	if (image_write(fs->img, g == 0 ? SB_OFFSET : off, sb, SB_SIZE,
	    e) == -1)
		return -1;
	return image_write(fs->img, off + EXT2_BSIZE, gds,
	    (size_t)fs->l.gdb * EXT2_BSIZE, e);
}

int
ext2_super_write(struct ext2 *fs, struct err *e)
{
	uint8_t sb[SB_SIZE] = { 0 }, *gds;
	int r = -1;

	if ((gds = mem_array(fs->l.gdb, EXT2_BSIZE)) == NULL)
		return err_mem(e);
	super_fill(fs, sb);
	for (uint32_t g = 0; g < fs->l.groups; g++)
		descriptor_fill(fs, g, gds + (size_t)g * EXT2_GDSIZE);
	for (uint32_t g = 0; g < fs->l.groups; g++) {
		if (ext2_has_super(g) && copy_write(fs, g, sb, gds, e) == -1)
			goto out;
		if (bitmaps_write(fs, g, e) == -1)
			goto out;
	}
	r = 0;
out:
	free(gds);
	return r;
}
