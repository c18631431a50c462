/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_archive.c: a layer that is an archive, read by libarchive.
 */
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "layer_impl.h"
#include "mem.h"
#include "path.h"

#define READ_BLOCK (256u * 1024)

struct arc {
	const char	*path;
	const char	*pattern;	/* or NULL */
	bool		 whole;		/* the pattern is off */
	struct archive	*a;
	struct entry	 ent;
	char		 name[PATH_LEN_MAX];
	char		 target[PATH_LEN_MAX];
};

/* libarchive's own words, less the errno text that it repeats. */
static int
corrupt(const struct arc *l, struct err *e)
{
	const char *why = archive_error_string(l->a);

	return err_set(e, "%s: cannot be read as an archive: %s", l->path,
	    why != NULL ? why : "unknown format");
}

/*
 * The filters and formats that are read in this process; libarchive's "all"
 * would start programs of the host for some of them.
 */
static int
reader_open(struct arc *l, struct err *e)
{
	struct archive *a = archive_read_new();

	if ((l->a = a) == NULL)
		return err_mem(e);
	if (archive_read_support_filter_gzip(a) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(a) != ARCHIVE_OK ||
	    archive_read_support_filter_bzip2(a) != ARCHIVE_OK)
		return err_set(e, "libarchive was built without gzip, bzip2 "
		    "or xz");
	/* zstd and lz4 are welcome where the library itself has them. */
#if ARCHIVE_VERSION_NUMBER >= 3003003
	if (archive_libzstd_version() != NULL)
		(void)archive_read_support_filter_zstd(a);
#endif
	if (archive_liblz4_version() != NULL)
		(void)archive_read_support_filter_lz4(a);
	(void)archive_read_support_format_tar(a);
	(void)archive_read_support_format_cpio(a);
	(void)archive_read_support_format_zip(a);
	/*
	 * Read on past the end-of-archive blocks: only at the real end of the
	 * file have the compressor's check sums been seen.
	 */
	(void)archive_read_set_option(
	    a, "tar", "read_concatenated_archives", "1");
	if (archive_read_open_filename(a, l->path, READ_BLOCK) != ARCHIVE_OK)
		return corrupt(l, e);
	return 0;
}

static void
arc_close(void *ctx)
{
	struct arc *l = ctx;

	if (l->a != NULL)
		(void)archive_read_free(l->a);
	free(l);
}

static void *
arc_open(const char *path, const char *arg, struct err *e)
{
	struct arc *l = mem_array(1, sizeof(*l));

	if (l == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	l->path = path;
	l->pattern = arg;
	if (reader_open(l, e) != 0) {
		arc_close(l);
		return NULL;
	}
	return l;
}

static int
arc_rewind(void *ctx, bool whole, struct err *e)
{
	struct arc *l = ctx;

	(void)archive_read_free(l->a);
	l->a = NULL;
	l->whole = whole;
	return reader_open(l, e);
}

static int
kind_of(struct arc *l, struct archive_entry *ae, struct err *e)
{
	switch (archive_entry_filetype(ae)) {
	case AE_IFREG: return ENTRY_FILE;
	case AE_IFDIR: return ENTRY_DIR;
	case AE_IFLNK: return ENTRY_SYMLINK;
	case AE_IFCHR: return ENTRY_CHAR;
	case AE_IFBLK: return ENTRY_BLOCK;
	case AE_IFIFO: return ENTRY_FIFO;
	default:
		return err_set(e, "%s: %s: a kind of file that an image "
		    "cannot hold (socket?)", l->path, l->name);
	}
}

static int
copy_target(struct arc *l, const char *text, struct err *e)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (len == 0 || len >= sizeof(l->target))
		return err_set(e, "%s: %s: link to a name that is empty or of "
		    "over %zu bytes", l->path, l->name,
		    sizeof(l->target) - 1);
	memcpy(l->target, text, len + 1);
	l->ent.target = l->target;
	return 0;
}

/*
 * No locale is set, so that names are bytes on every host; the names that
 * libarchive holds as UTF-8 only (pax headers) are asked for as such.
 */
static const char *
either(const char *raw, const char *utf8)
{
	return raw != NULL ? raw : utf8;
}

static int
fill(struct arc *l, struct archive_entry *ae, struct err *e)
{
	struct entry *ent = &l->ent;
	const char *hard = either(archive_entry_hardlink(ae),
	    archive_entry_hardlink_utf8(ae));
	int kind;

	memset(ent, 0, sizeof(*ent));
	ent->name = l->name;
	ent->mode = (uint32_t)archive_entry_perm(ae) & 07777;
	if (archive_entry_uid(ae) < 0 || archive_entry_uid(ae) > UINT32_MAX ||
	    archive_entry_gid(ae) < 0 || archive_entry_gid(ae) > UINT32_MAX)
		return err_set(e, "%s: %s: owner or group outside 32 bits",
		    l->path, l->name);
	ent->uid = (uint32_t)archive_entry_uid(ae);
	ent->gid = (uint32_t)archive_entry_gid(ae);
	if (archive_entry_mtime_is_set(ae)) {
		ent->mtime = archive_entry_mtime(ae);
		ent->mtime_ns = (uint32_t)archive_entry_mtime_nsec(ae);
	} else
		ent->flags |= ENTRY_UNDATED;
	if (archive_entry_size(ae) > 0)
		ent->size = (uint64_t)archive_entry_size(ae);
	if (hard != NULL) {
		ent->kind = ENTRY_HARDLINK;
		if (path_canonical(l->target, hard, l->path, e) != 0)
			return -1;
		ent->target = l->target;
		return 0;
	}
	if ((kind = kind_of(l, ae, e)) < 0)
		return -1;
	ent->kind = (enum entry_kind)kind;
	switch (ent->kind) {
	case ENTRY_SYMLINK:
		if (copy_target(l, either(archive_entry_symlink(ae),
		    archive_entry_symlink_utf8(ae)), e) != 0)
			return -1;
		ent->size = strlen(l->target);
		break;
	case ENTRY_CHAR:
	case ENTRY_BLOCK:
		ent->major = (uint32_t)archive_entry_rdevmajor(ae);
		ent->minor = (uint32_t)archive_entry_rdevminor(ae);
		ent->size = 0;
		break;
	case ENTRY_FILE:
		if (!archive_entry_size_is_set(ae))
			return err_set(e, "%s: %s: its size is not told "
			    "before its content: pack it as tar", l->path,
			    l->name);
		break;
	default:
		ent->size = 0;
	}
	return 0;
}

static int
arc_next(void *ctx, const struct entry **ep, struct err *e)
{
	struct arc *l = ctx;
	struct archive_entry *ae;
	const char *name;
	int r;

	for (;;) {
		r = archive_read_next_header(l->a, &ae);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r == ARCHIVE_RETRY)
			continue;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return corrupt(l, e);
		name = either(archive_entry_pathname(ae),
		    archive_entry_pathname_utf8(ae));
		if (name == NULL)
			return err_set(e, "%s: an entry without a name",
			    l->path);
		if (path_canonical(l->name, name, l->path, e) != 0)
			return -1;
		if (l->pattern != NULL && !l->whole &&
		    !path_match(l->pattern, l->name))
			continue;
		if (fill(l, ae, e) != 0)
			return -1;
		*ep = &l->ent;
		return 1;
	}
}

static int
arc_data(void *ctx, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	struct arc *l = ctx;
	la_int64_t at;
	int r;

	do {
		r = archive_read_data_block(l->a, buf, len, &at);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_RETRY)
			return corrupt(l, e);
	} while (r == ARCHIVE_RETRY || *len == 0);
	if (at < 0)
		return err_set(e, "%s: %s: negative offset", l->path, l->name);
	*off = (uint64_t)at;
	return 1;
}

const struct layer_ops layer_archive = {
	arc_open, arc_next, arc_data, arc_rewind, arc_close
};
