/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_inode.c: inodes and the tables that they stand in.
 */
#include <inttypes.h>
#include <string.h>

#include "ext2.h"
#include "le.h"

/* Offsets: NetBSD sys/ufs/ext2fs/ext2fs_dinode.h, struct ext2fs_dinode. */
#define I_MODE		0
#define I_UID		2
#define I_SIZE		4
#define I_ATIME		8
#define I_CTIME		12
#define I_MTIME		16
#define I_GID		24
#define I_LINKS		26
#define I_BLOCKS	28	/* of 512 bytes */
#define I_BLOCK		40
#define I_GENERATION	100
#define I_SIZE_HIGH	108	/* regular files */
#define I_UID_HIGH	120
#define I_GID_HIGH	122

/* NetBSD's dev_t of 32 bits: sys/sys/types.h. */
#define MAJOR_MAX	0xfffu
#define MINOR_MAX	0xfffffu

/* The target of a symbolic link has one block, and a NUL behind it. */
#define TARGET_MAX	(EXT2_BSIZE - 1)

static uint16_t
format_of(const struct node *n)
{
	switch (n->kind) {
	case ENTRY_FIFO: return 0x1000;
	case ENTRY_CHAR: return 0x2000;
	case ENTRY_DIR: return 0x4000;
	case ENTRY_BLOCK: return 0x6000;
	case ENTRY_FILE: return 0x8000;
	case ENTRY_SYMLINK: return 0xa000;
	default: return 0;
	}
}

static int
check(const struct node *n, struct err *e)
{
	if (n->mtime < INT32_MIN || n->mtime > INT32_MAX)
		return ext2_refuse(n, e, "time %" PRId64 " is outside what "
		    "ext2 holds, 1901 to 2038", n->mtime);
	if (n->nlink > EXT2_LINK_MAX)
		return ext2_refuse(n, e, n->kind == ENTRY_DIR ?
		    "%" PRIu32 " links by its subdirectories, ext2 holds %u" :
		    "%" PRIu32 " hard links, ext2 holds %u", n->nlink,
		    EXT2_LINK_MAX);
	if ((n->kind == ENTRY_CHAR || n->kind == ENTRY_BLOCK) &&
	    (n->major > MAJOR_MAX || n->minor > MINOR_MAX))
		return ext2_refuse(n, e, "device %" PRIu32 ",%" PRIu32
		    " is outside what ext2 holds, %u,%u", n->major, n->minor,
		    MAJOR_MAX, MINOR_MAX);
	if (n->kind == ENTRY_SYMLINK && (*n->target == '\0' ||
	    strlen(n->target) > TARGET_MAX))
		return ext2_refuse(n, e, "a symbolic link to %zu bytes, ext2 "
		    "holds 1 to %u", strlen(n->target), TARGET_MAX);
	return 0;
}

static int
symlink_write(struct ext2 *fs, const struct node *n, uint8_t *ino,
    struct ext2_ptrs *p, uint64_t *size, struct err *e)
{
	size_t len = strlen(n->target);

	*size = len;
	if (len < EXT2_FASTLINK) {
		memcpy(ino + I_BLOCK, n->target, len);
		return 0;
	}
	ext2_file_begin(fs);
	if (ext2_file_block(fs, 0, n->target, len, e) == -1)
		return -1;
	return ext2_file_end(fs, p, e);
}

/* What differs by kind: content and size. */
static int
content(struct ext2 *fs, const struct node *n, uint8_t *ino,
    struct ext2_ptrs *p, uint64_t *size, struct err *e)
{
	*size = 0;
	switch (n->kind) {
	case ENTRY_FILE:
		*size = n->size;
		if (n->size > INT32_MAX)
			fs->large_file = true;
		return ext2_file_ptrs(fs, n, p, e);
	case ENTRY_DIR:
		fs->dirs[(n->ino - 1) / fs->l.ipg]++;
		return ext2_dir_write(fs, n, p, size, e);
	case ENTRY_SYMLINK:
		return symlink_write(fs, n, ino, p, size, e);
	case ENTRY_CHAR:
	case ENTRY_BLOCK:
		/* Not what Linux writes above 255: NetBSD reads this one. */
		p->ptr[0] = entry_dev(n->major, n->minor);
		return 0;
	default:
		return 0;
	}
}

static void
fill(const struct ext2 *fs, const struct node *n, uint8_t *ino,
    const struct ext2_ptrs *p, uint64_t size)
{
	uint32_t time = (uint32_t)n->mtime;
	uint32_t generation = le_get32(fs->guid) ^ n->ino;

	le_put16(ino + I_MODE, (uint16_t)(format_of(n) | n->mode));
	le_put16(ino + I_UID, (uint16_t)n->uid);
	le_put16(ino + I_UID_HIGH, (uint16_t)(n->uid >> 16));
	le_put16(ino + I_GID, (uint16_t)n->gid);
	le_put16(ino + I_GID_HIGH, (uint16_t)(n->gid >> 16));
	le_put32(ino + I_SIZE, (uint32_t)size);
	if (n->kind == ENTRY_FILE)
		le_put32(ino + I_SIZE_HIGH, (uint32_t)(size >> 32));
	le_put32(ino + I_ATIME, time);
	le_put32(ino + I_CTIME, time);
	le_put32(ino + I_MTIME, time);
	le_put16(ino + I_LINKS, (uint16_t)n->nlink);
	le_put32(ino + I_BLOCKS, p->blocks * (EXT2_BSIZE / 512));
	/* With 0 NetBSD makes one up when it first reads the inode, and
	 * writes it back. */
	le_put32(ino + I_GENERATION, generation != 0 ? generation : 1);
	for (int i = 0; i < BLKMAP_POINTERS; i++)
		if (p->ptr[i] != 0)
			le_put32(ino + I_BLOCK + 4 * i, p->ptr[i]);
}

static uint64_t
table_block(const struct ext2_layout *l, uint32_t ino)
{
	uint32_t g = (ino - 1) / l->ipg, i = (ino - 1) % l->ipg;

	return ext2_group_bitmap(l, g) + 2 + i / EXT2_IPB;
}

int
ext2_inode_flush(struct ext2 *fs, struct err *e)
{
	uint64_t addr = fs->table_addr;

	if (addr == 0)
		return 0;
	fs->table_addr = 0;
	return image_write(fs->img, addr * EXT2_BSIZE, fs->table,
	    sizeof(fs->table), e);
}

int
ext2_inode_write(struct ext2 *fs, const struct node *n, struct err *e)
{
	uint64_t addr = table_block(&fs->l, n->ino), size;
	struct ext2_ptrs ptrs = { .blocks = 0 };
	uint8_t ino[EXT2_ISIZE] = { 0 };

	if (check(n, e) == -1 ||
	    content(fs, n, ino, &ptrs, &size, e) == -1)
		return -1;
	fill(fs, n, ino, &ptrs, size);
	if (addr != fs->table_addr) {
		if (ext2_inode_flush(fs, e) == -1)
			return -1;
		memset(fs->table, 0, sizeof(fs->table));
		fs->table_addr = addr;
	}
	memcpy(fs->table + (n->ino - 1) % EXT2_IPB * EXT2_ISIZE, ino,
	    sizeof(ino));
	return 0;
}
