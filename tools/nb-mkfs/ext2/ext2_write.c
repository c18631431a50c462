/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_write.c: the row of ext2 in the table of file systems.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ext2.h"
#include "gpt.h"
#include "mem.h"
#include "path.h"

/* An inode has 128 bytes, and a group's tables need others. */
#define DENSITY_MIN	512u

int
ext2_refuse(const struct node *n, struct err *e, const char *fmt, ...)
{
	char name[PATH_LEN_MAX], why[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	/* A node of no tree is room that is kept free. */
	if (n->parent == NULL)
		return err_set(e, "free space: %s", why);
	return err_set(e, "/%s: %s", tree_path(n, name), why);
}

int
ext2_full(const struct ext2 *fs, struct err *e)
{
	return err_code(e, ERR_FULL, "ext2: no room left in %" PRIu64
	    " blocks of %u bytes", fs->l.blocks, EXT2_BSIZE);
}

static int
check_params(const struct fs_params *p, struct err *e)
{
	if ((p->bsize != 0 && p->bsize != EXT2_BSIZE) ||
	    (p->fsize != 0 && p->fsize != EXT2_BSIZE))
		return err_code(e, ERR_USAGE, "ext2: blocks of %" PRIu32
		    " bytes: give %u, writing into holes of smaller ones "
		    "hangs NetBSD", p->bsize != 0 ? p->bsize : p->fsize,
		    EXT2_BSIZE);
	if (p->density != 0 && p->density < DENSITY_MIN)
		return err_code(e, ERR_USAGE, "ext2: density %" PRIu32
		    ": at least %u bytes an inode, else there is no room "
		    "for files", p->density, DENSITY_MIN);
	if (p->minfree > 50)
		return err_code(e, ERR_USAGE, "ext2: minfree %" PRIu32
		    ": at most 50 percent", p->minfree);
	return 0;
}

/* As much of the label as fits, without half a character at the end. */
static void
label_fill(char label[16], const char *s)
{
	size_t len = s != NULL ? strlen(s) : 0;

	if (len > 16)
		for (len = 16; len > 0 && ((uint8_t)s[len] & 0xc0) == 0x80;)
			len--;
	if (len > 0)
		memcpy(label, s, len);
}

static void
destroy(void *ctx)
{
	struct ext2 *fs = ctx;

	if (fs == NULL)
		return;
	blkmap_free(fs->blkmap);
	free(fs->map.bits);
	free(fs->arena.word);
	free(fs->dirs);
	free(fs);
}

static void *
create(struct image *img, struct fs_params *p, struct err *e)
{
	struct ext2 *fs;

	if (check_params(p, e) == -1)
		return NULL;
	if ((fs = mem_array(1, sizeof(*fs))) == NULL) {
		err_mem(e);
		return NULL;
	}
	fs->img = img;
	fs->minfree = p->minfree;
	memcpy(fs->guid, p->guid, sizeof(fs->guid));
	label_fill(fs->label, p->label);
	if (ext2_layout(&fs->l, image_size(img), p, e) == -1 ||
	    ext2_map_init(fs, e) == -1)
		goto fail;
	fs->blkmap = blkmap_new(img, EXT2_BSIZE, EXT2_BSIZE, sizeof(uint32_t),
	    ext2_file_alloc, fs, e);
	if (fs->blkmap == NULL)
		goto fail;
	fs->dirs = mem_array(fs->l.groups, sizeof(*fs->dirs));
	if (fs->dirs == NULL) {
		err_mem(e);
		goto fail;
	}
	p->bsize = p->fsize = EXT2_BSIZE;
	p->inodes = fs->l.inodes;
	return fs;
fail:
	destroy(fs);
	return NULL;
}

/* Inode numbers, in the order in which the inodes will be written. */
static int
number(struct ext2 *fs, struct tree *t, struct err *e)
{
	uint64_t ino = EXT2_FIRST_INO;
	struct node *n;

	t->root->ino = EXT2_ROOT_INO;
	for (n = tree_next(t->root); n != NULL; n = tree_next(n))
		if (n->link == NULL)
			n->ino = (uint32_t)ino++;
	if (ino - 1 > fs->l.inodes)
		return err_code(e, ERR_FULL, "ext2: %" PRIu64 " inodes are "
		    "needed, %" PRIu64 " are there", ino - 1, fs->l.inodes);
	for (n = t->root; n != NULL; n = tree_next(n))
		if (n->link != NULL)
			n->ino = n->link->ino;
	fs->last_ino = (uint32_t)(ino - 1);
	return 0;
}

static int
finish(void *ctx, struct tree *t, int64_t epoch, struct err *e)
{
	struct ext2 *fs = ctx;
	struct node *n;

	if (number(fs, t, e) == -1)
		return -1;
	/* From here on what discarded files left free comes first. */
	fs->map.cursor = 0;
	for (n = t->root; n != NULL; n = tree_next(n))
		if (n->link == NULL && ext2_inode_write(fs, n, e) == -1)
			return -1;
	/* Most often a file is refused for it before, by its name. */
	if (epoch > INT32_MAX)
		return err_set(e, "ext2: the time %" PRId64 " for the "
		    "superblock is after 2038", epoch);
	fs->epoch = epoch > 0 ? epoch : 0;
	if (ext2_inode_flush(fs, e) == -1 || ext2_map_wipe(fs, e) == -1 ||
	    ext2_super_write(fs, e) == -1)
		return -1;
	return image_flush(fs->img, e);
}

const struct fs_type fs_ext2 = {
	.name = "ext2",
	.help = "ext2 as NetBSD mounts it, of 4096-byte blocks",
	.gpt_type = gpt_linux_data,
	.create = create,
	.sink = {
		.begin = ext2_sink_begin,
		.data = ext2_sink_data,
		.end = ext2_sink_end,
		.discard = ext2_sink_discard
	},
	.finish = finish,
	.destroy = destroy
};
