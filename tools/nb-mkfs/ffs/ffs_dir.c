/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_dir.c: directories: entries in blocks of 512 bytes, none across two of
 * them, the last of each reaching to its end (NetBSD sys/ufs/ufs/dir.h).
 */
#include <string.h>

#include "le.h"
#include "ffs.h"

#define DIRBLKSIZ	512u
#define ENTRY_HEAD	8u	/* inode, record length, type, name length */

struct dirblock {
	uint8_t		buf[DIRBLKSIZ];
	uint32_t	used, last;	/* bytes; where the last entry is */
	uint64_t	off;		/* in the directory */
};

/* The name ends in at least one NUL, and entries in words of four bytes. */
static uint32_t
entry_size(size_t namlen)
{
	return ENTRY_HEAD + (uint32_t)((namlen + 1 + 3) & ~(size_t)3);
}

uint64_t
ffs_dir_size(const struct node *dir)
{
	uint32_t used = entry_size(1) + entry_size(2);
	uint64_t size = DIRBLKSIZ;

	for (const struct node *n = dir->child; n != NULL; n = n->sibling) {
		uint32_t need = entry_size(strlen(n->name));

		if (used + need > DIRBLKSIZ) {
			size += DIRBLKSIZ;
			used = 0;
		}
		used += need;
	}
	return size;
}

static int
put_dirblock(struct ffs *fs, struct dirblock *b, struct err *e)
{
	le_put16(b->buf + b->last + 4, (uint16_t)(DIRBLKSIZ - b->last));
	if (ffs_data(fs, b->off, b->buf, DIRBLKSIZ, e) == -1)
		return -1;
	b->off += DIRBLKSIZ;
	b->used = b->last = 0;
	memset(b->buf, 0, sizeof(b->buf));
	return 0;
}

static int
add_entry(struct ffs *fs, struct dirblock *b, const char *name,
    const struct node *n, struct err *e)
{
	size_t len = strlen(name);
	uint32_t need = entry_size(len);
	uint8_t *p;

	if (b->used + need > DIRBLKSIZ && put_dirblock(fs, b, e) == -1)
		return -1;
	p = b->buf + b->used;
	le_put32(p, n->ino);
	le_put16(p + 4, (uint16_t)need);
	p[6] = (uint8_t)ffs_file_type(n);
	p[7] = (uint8_t)len;
	memcpy(p + ENTRY_HEAD, name, len);
	b->last = b->used;
	b->used += need;
	return 0;
}

int
ffs_dir_write(struct ffs *fs, const struct node *dir, struct err *e)
{
	struct dirblock b = { .used = 0 };

	if (add_entry(fs, &b, ".", dir, e) == -1 ||
	    add_entry(fs, &b, "..", dir->parent, e) == -1)
		return -1;
	for (const struct node *n = dir->child; n != NULL; n = n->sibling) {
		if (add_entry(fs, &b, n->name, n, e) == -1)
			return -1;
	}
	return put_dirblock(fs, &b, e);
}
