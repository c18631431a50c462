/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * copyout_tar.c: nb-mkfs -x -o tar: a tree as a tar archive (pax).
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "compat.h"
#include "copyout.h"
#include "fsread.h"
#include "mem.h"
#include "reader.h"
#include "word.h"

#define ZEROS 65536u

struct tar {
	struct fsread		*fs;
	struct fsread_walk	*walk;
	struct fsread_stream	*runs;	/* to look for holes with */
	struct archive		*a;
	struct archive_entry	*ae;
	int			 fd;
	bool			 stop;	/* half an archive is not to look
					 * whole: write no more */
};

static la_ssize_t
write_out(struct archive *a, void *ctx, const void *buf, size_t len)
{
	struct tar *t = ctx;
	ssize_t n;

	if (t->stop)
		return (la_ssize_t)len;
	do {
		n = write(t->fd, buf, len);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		archive_set_error(a, errno, "%s", strerror(errno));
	return n;
}

static int
failed(struct tar *t, struct err *e)
{
	const char *why = archive_error_string(t->a);

	return err_set(e, "standard output: %s", why != NULL ? why :
	    "cannot be written");
}

static int
put(struct tar *t, const void *buf, size_t len, struct err *e)
{
	la_ssize_t n = archive_write_data(t->a, buf, len);

	return n == (la_ssize_t)len ? 0 : failed(t, e);
}

static int
put_hole(struct tar *t, uint64_t len, struct err *e)
{
	static const char zeros[ZEROS];
	size_t n;

	for (; len > 0; len -= n) {
		n = len < ZEROS ? (size_t)len : ZEROS;
		if (put(t, zeros, n, e) != 0)
			return -1;
	}
	return 0;
}

static unsigned
file_type(const struct entry *ent)
{
	switch (ent->kind) {
	case ENTRY_DIR: return AE_IFDIR;
	case ENTRY_SYMLINK: return AE_IFLNK;
	case ENTRY_CHAR: return AE_IFCHR;
	case ENTRY_BLOCK: return AE_IFBLK;
	case ENTRY_FIFO: return AE_IFIFO;
	default: return AE_IFREG;
	}
}

/* Tell of a file's holes, if it can have any. */
static int
put_map(struct tar *t, const struct fsread_entry *x, struct err *e)
{
	uint64_t off, len, blocks = x->inode.size / 512;
	int r;

	if (x->inode.blocks >= blocks)
		return 0;
	fsread_stream_limit(t->runs, UINT64_MAX);
	fsread_stream_begin(t->runs, &x->inode, x->ent.name);
	while ((r = fsread_stream_run(t->runs, &off, &len, e)) > 0)
		archive_entry_sparse_add_entry(t->ae, (la_int64_t)off,
		    (la_int64_t)len);
	return r;
}

static int
put_header(struct tar *t, const struct fsread_entry *x, struct err *e)
{
	const struct entry *ent = &x->ent;

	if (!compat_time_fits(ent->mtime))
		return err_set(e, "%s: of a time that this system has no "
		    "number for", ent->name);
	archive_entry_clear(t->ae);
	archive_entry_set_pathname(t->ae, *ent->name != '\0' ? ent->name :
	    ".");
	archive_entry_set_mode(t->ae, (mode_t)(file_type(ent) | ent->mode));
	archive_entry_set_uid(t->ae, ent->uid);
	archive_entry_set_gid(t->ae, ent->gid);
	archive_entry_set_mtime(t->ae, (time_t)ent->mtime,
	    (long)ent->mtime_ns);
	archive_entry_set_size(t->ae, 0);
	if (x->first != NULL)
		archive_entry_set_hardlink(t->ae, x->first);
	else if (ent->kind == ENTRY_SYMLINK)
		archive_entry_set_symlink(t->ae, ent->target);
	else if (ent->kind == ENTRY_CHAR || ent->kind == ENTRY_BLOCK) {
		archive_entry_set_rdevmajor(t->ae, (dev_t)ent->major);
		archive_entry_set_rdevminor(t->ae, (dev_t)ent->minor);
	} else if (ent->kind == ENTRY_FILE) {
		archive_entry_set_size(t->ae, (la_int64_t)ent->size);
		if (put_map(t, x, e) != 0)
			return -1;
	}
	return archive_write_header(t->a, t->ae) < ARCHIVE_WARN ?
	    failed(t, e) : 0;
}

static int
put_content(struct tar *t, const struct fsread_entry *x, struct err *e)
{
	uint64_t off, at = 0;
	const void *buf;
	size_t len;
	int r;

	if (x->first != NULL || x->ent.kind != ENTRY_FILE)
		return 0;
	while ((r = fsread_walk_data(t->walk, &buf, &len, &off, e)) > 0) {
		if (put_hole(t, off - at, e) != 0 || put(t, buf, len, e) != 0)
			return -1;
		at = off + len;
	}
	return r == 0 ? put_hole(t, x->ent.size - at, e) : r;
}

static int
put_tree(struct tar *t, struct err *e)
{
	const struct fsread_entry *x;
	int r;

	while ((r = fsread_walk_next(t->walk, &x, e)) > 0) {
		/* tar has no sockets. */
		if ((x->inode.mode & FSREAD_IFMT) == FSREAD_IFSOCK)
			continue;
		if (put_header(t, x, e) != 0 || put_content(t, x, e) != 0)
			return -1;
	}
	if (r == 0 && archive_write_close(t->a) != ARCHIVE_OK)
		return failed(t, e);
	return r;
}

static int
open_tar(struct tar *t, const struct word *w, int fd, struct err *e)
{
	if (reader_library(e) != 0 ||
	    (t->fs = fsread_open(w->path, e)) == NULL ||
	    (t->walk = fsread_walk_new(t->fs, w->name, e)) == NULL ||
	    (t->runs = fsread_stream_new(t->fs, e)) == NULL)
		return -1;
	if ((t->a = archive_write_new()) == NULL ||
	    (t->ae = archive_entry_new()) == NULL)
		return err_mem(e);
	t->fd = fd;
	/* The same bytes into a file and into a pipe. */
	(void)archive_write_set_bytes_in_last_block(t->a, 1);
	if (archive_write_set_format_pax_restricted(t->a) != ARCHIVE_OK ||
	    archive_write_open(t->a, t, NULL, write_out, NULL) != ARCHIVE_OK)
		return failed(t, e);
	return 0;
}

int
copyout_tar(const char *word, int fd, struct err *e)
{
	struct tar t = { .fs = NULL };
	struct word w;
	int r = -1;

	if (isatty(fd))
		return err_set(e, "standard output is a terminal: an archive "
		    "is not for it: redirect it to a file");
	if (word_divide(&w, word, e) != 0)
		return -1;
	if (open_tar(&t, &w, fd, e) == 0)
		r = put_tree(&t, e);
	archive_entry_free(t.ae);
	t.stop = r != 0;
	if (t.a != NULL)
		(void)archive_write_free(t.a);
	fsread_stream_free(t.runs);
	fsread_walk_free(t.walk);
	fsread_close(t.fs);
	word_free(&w);
	return r;
}
