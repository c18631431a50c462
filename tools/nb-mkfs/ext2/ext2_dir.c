/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_dir.c: directories as lists of names.
 *
 * An entry is inode (32 bits), length of the entry (16), length of the name
 * (8), type (8), name; it begins at a multiple of 4 and does not cross the
 * end of a block, to which the last one of a block reaches
 * (NetBSD sys/ufs/ext2fs/ext2fs_dir.h).
 */
#include <string.h>

#include "ext2.h"
#include "le.h"

#define ENT_INO		0
#define ENT_RECLEN	4
#define ENT_NAMELEN	6
#define ENT_TYPE	7
#define ENT_NAME	8

struct dir {
	struct ext2	*fs;
	uint8_t		 block[EXT2_BSIZE];
	uint32_t	 used;		/* of block */
	uint32_t	 last;		/* where block's last entry is */
	uint64_t	 lbn;
};

static uint8_t
type_of(const struct node *n)
{
	switch (n->kind) {
	case ENTRY_FILE: return 1;
	case ENTRY_DIR: return 2;
	case ENTRY_CHAR: return 3;
	case ENTRY_BLOCK: return 4;
	case ENTRY_FIFO: return 5;
	case ENTRY_SYMLINK: return 7;
	default: return 0;
	}
}

static int
block_end(struct dir *d, struct err *e)
{
	le_put16(d->block + d->last + ENT_RECLEN,
	    (uint16_t)(EXT2_BSIZE - d->last));
	if (ext2_file_block(d->fs, d->lbn++, d->block, EXT2_BSIZE, e) == -1)
		return -1;
	memset(d->block, 0, sizeof(d->block));
	d->used = 0;
	return 0;
}

static int
add(struct dir *d, const char *name, const struct node *n, struct err *e)
{
	const struct node *file = n->link != NULL ? n->link : n;
	size_t len = strlen(name);
	uint32_t need = (uint32_t)(ENT_NAME + len + 3) & ~3u;
	uint8_t *p;

	if (d->used + need > EXT2_BSIZE && block_end(d, e) == -1)
		return -1;
	d->last = d->used;
	d->used += need;
	p = d->block + d->last;
	le_put32(p + ENT_INO, file->ino);
	le_put16(p + ENT_RECLEN, (uint16_t)need);
	p[ENT_NAMELEN] = (uint8_t)len;
	p[ENT_TYPE] = type_of(file);
	memcpy(p + ENT_NAME, name, len);
	return 0;
}

int
ext2_dir_write(struct ext2 *fs, const struct node *n, struct ext2_ptrs *ptrs,
    uint64_t *size, struct err *e)
{
	struct dir d = { .fs = fs };

	ext2_file_begin(fs);
	if (add(&d, ".", n, e) == -1 || add(&d, "..", n->parent, e) == -1)
		return -1;
	for (const struct node *c = n->child; c != NULL; c = c->sibling) {
		if (strlen(c->name) > EXT2_NAME_MAX)
			return ext2_refuse(c, e, "a name of more than %u "
			    "bytes", EXT2_NAME_MAX);
		if (add(&d, c->name, c, e) == -1)
			return -1;
	}
	if (block_end(&d, e) == -1)
		return -1;
	*size = d.lbn * EXT2_BSIZE;
	return ext2_file_end(fs, ptrs, e);
}
