/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_write.c: the two rows of the table of file systems, and the order in
 * which a Fast File System is written.
 */
#include <stdlib.h>
#include <string.h>

#include "ffs.h"
#include "gpt.h"
#include "mem.h"
#include "path.h"

const char *
ffs_name(const struct node *n, char *buf)
{
	/* Content that belongs to no tree: a rehearsal's reserve. */
	if (n == NULL || n->parent == NULL)
		return "free space";
	return n->parent == n ? "/" : tree_path(n, buf);
}

static void
ffs_destroy(void *ctx)
{
	struct ffs *fs = ctx;

	ffs_space_free(fs);
	ffs_content_free(fs);
	free(fs->ndir);
	free(fs);
}

static void *
create(int version, struct image *img, struct fs_params *p, struct err *e)
{
	struct ffs *fs = mem_array(1, sizeof(*fs));
	size_t len = p->label != NULL ? strlen(p->label) : 0;

	if (fs == NULL) {
		err_mem(e);
		return NULL;
	}
	fs->img = img;
	fs->minfree = p->minfree;
	memcpy(fs->guid, p->guid, sizeof(fs->guid));
	if (len > 0)
		memcpy(fs->volname, p->label,
		    len < FFS_VOLNAME ? len : FFS_VOLNAME - 1);
	if (ffs_layout(&fs->l, version, image_size(img), p, e) == -1 ||
	    ffs_space_init(fs, e) == -1 || ffs_content_init(fs, e) == -1)
		goto fail;
	fs->ndir = mem_array(fs->l.ncg, sizeof(*fs->ndir));
	if (fs->ndir == NULL) {
		err_mem(e);
		goto fail;
	}
	return fs;
fail:
	ffs_destroy(fs);
	return NULL;
}

static void *
create_v1(struct image *img, struct fs_params *p, struct err *e)
{
	return create(1, img, p, e);
}

static void *
create_v2(struct image *img, struct fs_params *p, struct err *e)
{
	return create(2, img, p, e);
}

static int
sink_begin(void *ctx, struct node *n, struct err *e)
{
	struct ffs *fs = ctx;
	char name[PATH_LEN_MAX];

	n->where = 0;
	if (n->size > fs->l.maxsize)
		return err_set(e, "%s: too large for FFSv%d with blocks of %u "
		    "bytes", ffs_name(n, name), fs->l.version, fs->l.bsize);
	ffs_begin(fs, n, n->size);
	return 0;
}

static int
sink_data(void *ctx, struct node *n, uint64_t off, const void *data,
    size_t len, struct err *e)
{
	char name[PATH_LEN_MAX];

	if (off > n->size || len > n->size - off)
		return err_set(e, "%s: content goes on behind its end",
		    ffs_name(n, name));
	return ffs_data(ctx, off, data, len, e);
}

static int
sink_end(void *ctx, struct node *n, struct err *e)
{
	struct ffs_file *f = ffs_end(ctx, e);

	n->where = (uintptr_t)f;
	return f != NULL ? 0 : -1;
}

static void
sink_discard(void *ctx, struct node *n)
{
	const struct ffs_file *f = (const void *)(uintptr_t)n->where;

	if (f != NULL)
		ffs_forget(ctx, f);
	n->where = 0;
}

/* Give inodes their numbers; what they cannot hold is refused here. */
static int
number_inodes(struct ffs *fs, struct tree *t, struct err *e)
{
	uint64_t have = (uint64_t)fs->l.ncg * fs->l.ipg;
	uint64_t ino = FFS_ROOTINO;
	struct node *n;

	if (t->inodes > have - FFS_ROOTINO)
		return err_code(e, ERR_FULL, "%llu inodes are needed, a file "
		    "system of %llu KB was given %llu",
		    (unsigned long long)t->inodes,
		    (unsigned long long)(fs->l.size << fs->l.fshift) / 1024,
		    (unsigned long long)have - FFS_ROOTINO);
	for (n = t->root; n != NULL; n = tree_next(n)) {
		if (n->link != NULL)
			continue;
		if (ffs_inode_check(fs, n, e) == -1)
			return -1;
		if (n->kind == ENTRY_DIR)
			fs->ndir[ino / fs->l.ipg]++;
		n->ino = (uint32_t)ino++;
	}
	fs->inodes = (uint32_t)ino;
	for (n = t->root; n != NULL; n = tree_next(n)) {
		if (n->link != NULL)
			n->ino = n->link->ino;
	}
	return 0;
}

/* What has content beside files: directories, and long symbolic links. */
static int
write_content(struct ffs *fs, struct node *n, struct err *e)
{
	struct ffs_file *f;
	int r;

	if (n->kind == ENTRY_DIR) {
		ffs_begin(fs, n, ffs_dir_size(n));
		r = ffs_dir_write(fs, n, e);
	} else if (n->kind == ENTRY_SYMLINK &&
	    n->size >= fs->l.maxsymlinklen) {
		ffs_begin(fs, n, n->size);
		r = ffs_data(fs, 0, n->target, (size_t)n->size, e);
	} else
		return 0;
	if (r == -1 || (f = ffs_end(fs, e)) == NULL)
		return -1;
	n->where = (uintptr_t)f;
	return 0;
}

static int
check_epoch(const struct ffs *fs, struct err *e)
{
	if (fs->l.version == 1 &&
	    (fs->epoch < INT32_MIN || fs->epoch > INT32_MAX))
		return err_set(e, "time %lld needs more than FFSv1's 32 bits, "
		    "take FFSv2", (long long)fs->epoch);
	return 0;
}

static int
ffs_finish(void *ctx, struct tree *t, int64_t epoch, struct err *e)
{
	struct ffs *fs = ctx;

	fs->epoch = epoch;
	if (number_inodes(fs, t, e) == -1 || check_epoch(fs, e) == -1)
		return -1;
	for (struct node *n = t->root; n != NULL; n = tree_next(n)) {
		if (n->link == NULL && write_content(fs, n, e) == -1)
			return -1;
	}
	if (ffs_wipe(fs, e) == -1 ||
	    ffs_inodes_write(fs, t->root, e) == -1 ||
	    ffs_groups_write(fs, e) == -1)
		return -1;
	return image_flush(fs->img, e);
}

#define SINK { \
	.begin = sink_begin, .data = sink_data, .end = sink_end, \
	.discard = sink_discard \
}

const struct fs_type fs_ffs = {
	"ffs", "FFSv1, what NetBSD's newfs makes by default", gpt_netbsd_ffs,
	create_v1, SINK, ffs_finish, ffs_destroy
};

const struct fs_type fs_ffs2 = {
	"ffs2", "FFSv2, larger and with finer times (newfs -O 2)",
	gpt_netbsd_ffs, create_v2, SINK, ffs_finish, ffs_destroy
};
