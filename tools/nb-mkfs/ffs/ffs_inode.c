/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_inode.c: inodes (NetBSD sys/ufs/ufs/dinode.h).
 */
#include <stdlib.h>
#include <string.h>

#include "le.h"
#include "ffs.h"
#include "mem.h"
#include "path.h"

/* Offsets that struct ufs1_dinode and struct ufs2_dinode do not share. */
static const struct dinode {
	unsigned	size, blocks, db, gen, uid, gid;
} dinode[3] = {
	[1] = { .size = 8, .blocks = 104, .db = 40, .gen = 108, .uid = 112,
	    .gid = 116 },
	[2] = { .size = 16, .blocks = 24, .db = 112, .gen = 80, .uid = 4,
	    .gid = 8 }
};

#define DI_MODE		0	/* 16 bits */
#define DI_NLINK	2	/* 16 bits */

unsigned
ffs_file_type(const struct node *n)
{
	switch ((enum entry_kind)n->kind) {
	case ENTRY_FIFO:
		return 1;
	case ENTRY_CHAR:
		return 2;
	case ENTRY_DIR:
		return 4;
	case ENTRY_BLOCK:
		return 6;
	case ENTRY_SYMLINK:
		return 10;
	case ENTRY_FILE:
	case ENTRY_HARDLINK:
		break;
	}
	return 8;
}

static bool
is_device(const struct node *n)
{
	return n->kind == ENTRY_CHAR || n->kind == ENTRY_BLOCK;
}

int
ffs_inode_check(const struct ffs *fs, const struct node *n, struct err *e)
{
	char name[PATH_LEN_MAX];

	if (n->nlink > FFS_LINK_MAX)
		return err_set(e, "%s: %u links, FFS holds %u",
		    ffs_name(n, name), n->nlink, FFS_LINK_MAX);
	if (fs->l.version == 1 &&
	    (n->mtime < INT32_MIN || n->mtime > INT32_MAX))
		return err_set(e, "%s: time %lld needs more than FFSv1's 32 "
		    "bits, take FFSv2", ffs_name(n, name),
		    (long long)n->mtime);
	/* NetBSD's dev_t: 12 bits and 20 bits (entry_dev). */
	if (is_device(n) && (n->major > 0xfff || n->minor > 0xfffff))
		return err_set(e, "%s: no device number: %u, %u",
		    ffs_name(n, name), n->major, n->minor);
	return 0;
}

/* Access, modification, change and, in v2, birth are one and the same. */
static void
put_times(int version, uint8_t *p, int64_t sec, uint32_t ns)
{
	if (version == 1) {
		for (unsigned at = 16; at <= 32; at += 8) {
			le_put32(p + at, (uint32_t)sec);
			le_put32(p + at + 4, ns);
		}
		return;
	}
	for (unsigned i = 0; i < 4; i++) {
		le_put64(p + 32 + 8 * i, (uint64_t)sec);
		le_put32(p + 64 + 4 * i, ns);
	}
}

/* A number that says which file an NFS handle was for: any will do, as long
 * as it is not easily guessed from the inode's number alone. */
static uint32_t
generation(const struct ffs *fs, uint32_t ino)
{
	uint64_t x = le_get64(fs->guid) ^ le_get64(fs->guid + 8);

	x = (x + ino) * UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 32) & INT32_MAX;
	return x != 0 ? (uint32_t)x : 1;
}

/* What stands in the place of the block pointers. */
static void
put_pointers(const struct ffs *fs, uint8_t *p, const struct node *n)
{
	const struct dinode *d = &dinode[fs->l.version];
	const struct ffs_file *f = (const void *)(uintptr_t)n->where;
	uint64_t blocks;

	if (is_device(n)) {
		/* The upper half of v2's is 0. */
		le_put32(p + d->db, entry_dev(n->major, n->minor));
		return;
	}
	if (n->kind == ENTRY_SYMLINK && n->size < fs->l.maxsymlinklen) {
		memcpy(p + d->db, n->target, (size_t)n->size);
		return;
	}
	if (f == NULL)
		return;
	for (uint32_t i = 0; i < f->nptr; i++) {
		if (fs->l.version == 1)
			le_put32(p + d->db + 4 * i, (uint32_t)f->v[i]);
		else
			le_put64(p + d->db + 8 * i, f->v[i]);
	}
	blocks = f->held << fs->l.fshift >> 9;	/* of 512 bytes */
	if (fs->l.version == 1)
		le_put32(p + d->blocks, (uint32_t)blocks);
	else
		le_put64(p + d->blocks, blocks);
}

static void
put_inode(const struct ffs *fs, uint8_t *p, const struct node *n)
{
	const struct dinode *d = &dinode[fs->l.version];
	uint64_t size = n->size;

	if (n->kind == ENTRY_DIR)
		size = ffs_dir_size(n);
	else if (n->kind != ENTRY_FILE && n->kind != ENTRY_SYMLINK)
		size = 0;
	le_put16(p + DI_MODE,
	    (uint16_t)(ffs_file_type(n) << 12 | (n->mode & 07777)));
	le_put16(p + DI_NLINK, (uint16_t)n->nlink);
	le_put32(p + d->uid, n->uid);
	le_put32(p + d->gid, n->gid);
	le_put64(p + d->size, size);
	put_times(fs->l.version, p, n->mtime, n->mtime_ns);
	le_put32(p + d->gen, generation(fs, n->ino));
	put_pointers(fs, p, n);
}

/* Where the block that holds an inode is, in bytes. */
static uint64_t
inode_block(const struct ffs_layout *l, uint32_t ino)
{
	uint64_t addr = ffs_cgbase(l, ino / l->ipg) + l->iblkno;

	addr += (uint64_t)(ino % l->ipg / l->inopb) << l->fragshift;
	return addr << l->fshift;
}

int
ffs_inodes_write(struct ffs *fs, const struct node *root, struct err *e)
{
	const struct ffs_layout *l = &fs->l;
	uint64_t at = inode_block(l, root->ino), block;
	uint8_t *buf = mem_array(l->bsize, 1);
	int r = -1;

	if (buf == NULL)
		return err_mem(e);
	for (const struct node *n = root; n != NULL; n = tree_next(n)) {
		if (n->link != NULL)
			continue;
		block = inode_block(l, n->ino);
		if (block != at) {
			if (image_write(fs->img, at, buf, l->bsize, e) == -1)
				goto out;
			memset(buf, 0, l->bsize);
			at = block;
		}
		put_inode(fs, buf + n->ino % l->inopb * l->inosize, n);
	}
	r = image_write(fs->img, at, buf, l->bsize, e);
out:
	free(buf);
	return r;
}
