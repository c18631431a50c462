/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * reader.c: opens archives and turns what libarchive says into struct err.
 *
 * libarchive 3.6 passes over the CRC and the length at the end of gzip members;
 * so zlib unpacks those, which checks them. Plain tar is tarfile.h's, up to the
 * first entry that it leaves to libarchive.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "cache.h"
#include "mem.h"
#include "readall.h"
#include "reader.h"
#include "tarfile.h"

#define READ_BLOCK (256u * 1024)

struct reader {
	const char	*name;
	struct archive	*a;
	int		 fd;
	bool		 packed;	/* all that its compressor was given */
	gzFile		 gz;		/* or NULL: libarchive reads fd */
	void		*buf;		/* what gz is read into */
	struct tarfile	*tar;		/* or NULL */
	struct archive_entry *own;	/* what tar fills in */
	uint64_t	 handed;	/* over from tar at this byte, or 0 */
	struct archive_entry *ae;	/* the present one, */
	int		 ranges;	/* and how many it has; -1: not asked */
	uint64_t	 promised;	/* data that its map of holes tells of,
					 * and that has not come yet */
};

/* libarchive's own words. */
static int
corrupt(const struct reader *r, struct err *e)
{
	const char *why = archive_error_string(r->a);

	if (r->handed != 0)
		return err_set(e, "%s: cannot be read as an archive: damaged "
		    "behind byte %llu: %s", r->name,
		    (unsigned long long)r->handed, why != NULL ? why : "");
	return err_set(e, "%s: cannot be read as an archive: %s", r->name,
	    why != NULL ? why : "unknown format");
}

/*
 * The filters and formats that are read in this process; libarchive's "all"
 * would start programs of the host for some of them.
 */
static int
support(struct archive *a, bool packed, struct err *e)
{
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
	if (packed) {
		(void)archive_read_support_format_raw(a);
		return 0;
	}
	(void)archive_read_support_format_tar(a);
	(void)archive_read_support_format_cpio(a);
	(void)archive_read_support_format_zip(a);
	/*
	 * Read on past the end-of-archive blocks: only at the real end of the
	 * file have the compressor's check sums been seen.
	 */
	(void)archive_read_set_option(
	    a, "tar", "read_concatenated_archives", "1");
	return 0;
}

/*
 * gzread(3) copies what is not in gzip's form. A file is looked into first,
 * since libarchive can seek in it; what comes from a pipe cannot be.
 */
static int
wants_zlib(int fd)
{
	unsigned char magic[2];
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    lseek(fd, 0, SEEK_CUR) != 0)
		return 1;
	return read_all_at(fd, magic, sizeof(magic), 0) == 2 &&
	    magic[0] == 0x1f && magic[1] == 0x8b;	/* RFC 1952, 2.3.1 */
}

static la_ssize_t
gz_read(struct archive *a, void *ctx, const void **buf)
{
	struct reader *r = ctx;
	int n, code;
	const char *why, *colon;

	n = gzread(r->gz, r->buf, READ_BLOCK);
	*buf = r->buf;
	if (n > 0)
		return n;
	/* A file that ends too early is told of by gzerror alone. */
	why = gzerror(r->gz, &code);
	if (n == 0 && code != Z_BUF_ERROR)
		return 0;
	if (code == Z_ERRNO)
		why = strerror(errno);
	else if ((colon = strstr(why, ": ")) != NULL)
		why = colon + 2;	/* behind "<fd:N>" */
	archive_set_error(a, EINVAL, "gzip: %s", why);
	return -1;
}

static int
open_archive(struct reader *r, struct err *e)
{
	int ok;

	if ((r->a = archive_read_new()) == NULL)
		return err_mem(e);
	if (support(r->a, r->packed, e) != 0)
		return -1;
	if (!wants_zlib(r->fd))
		ok = archive_read_open_fd(r->a, r->fd, READ_BLOCK);
	else {
		if ((r->buf = malloc(READ_BLOCK)) == NULL ||
		    (r->gz = gzdopen(r->fd, "rb")) == NULL)
			return err_mem(e);
		r->fd = -1;	/* gzclose closes it */
		(void)gzbuffer(r->gz, READ_BLOCK);
		ok = archive_read_open(r->a, r, NULL, gz_read, NULL);
	}
	return ok == ARCHIVE_OK ? 0 : corrupt(r, e);
}

static int
open_any(struct reader *r, struct err *e)
{
	int known = r->packed ? 0 : tarfile_open(&r->tar, r->fd, r->name, e);

	if (known <= 0)
		return known < 0 ? -1 : open_archive(r, e);
	if ((r->own = archive_entry_new()) == NULL)
		return err_mem(e);
	return 0;
}

static int
open_file(const char *path, bool packed)
{
	int fd = -1;

	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (!packed)
		fd = cache_take(path);
	return fd != -1 ? fd : open(path, O_RDONLY | O_CLOEXEC);
}

/*
 * A time_t of 32 bits can be one of 64, too, where a compiler is told so:
 * what a library of the other kind makes of a call has no meaning.
 */
int
reader_library(struct err *e)
{
	struct archive_entry *ae = archive_entry_new();
	bool same;

	if (ae == NULL)
		return err_mem(e);
	archive_entry_set_mtime(ae, 5, 7);
	same = archive_entry_mtime(ae) == 5 && archive_entry_mtime_nsec(ae) == 7;
	archive_entry_free(ae);
	return same ? 0 : err_set(e, "libarchive was built with another "
	    "time_t: compile this program with the same _TIME_BITS");
}

static struct reader *
reader_new(const char *path, const char *name, bool packed, struct err *e)
{
	struct reader *r = mem_array(1, sizeof(*r));

	if (r == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	r->name = name;
	r->packed = packed;
	r->fd = open_file(path, packed);
	if (r->fd < 0)
		(void)err_sys(e, "%s", name);
	else if (reader_library(e) == 0 && open_any(r, e) == 0)
		return r;
	reader_close(r);
	return NULL;
}

struct reader *
reader_open(const char *path, const char *name, struct err *e)
{
	return reader_new(path, name, false, e);
}

struct reader *
reader_open_packed(const char *path, const char *name, struct err *e)
{
	return reader_new(path, name, true, e);
}

/* What comes next is not for tarfile.c. */
static int
hand_over(struct reader *r, struct err *e)
{
	r->handed = tarfile_where(r->tar);
	tarfile_close(r->tar);
	r->tar = NULL;
	if (lseek(r->fd, (off_t)r->handed, SEEK_SET) == -1)
		return err_sys(e, "%s", r->name);
	return open_archive(r, e);
}

static const char *
shown(const struct reader *r)
{
	const char *name = reader_pathname(r->ae);

	return name != NULL ? name : "an entry";
}

/* What libarchive lets pass with a header, c being what it said of it. */
static int
check_header(struct reader *r, int c, struct err *e)
{
	const char *why = archive_error_string(r->a);
	la_int64_t at, len;

	/* What was left out of a header could be the name or the size. That
	 * the caller's locale has no such character does no harm. */
	if (c == ARCHIVE_WARN && why != NULL &&
	    strstr(why, "converted") == NULL)
		return err_set(e, "%s: %.999s: a damaged header: %s", r->name,
		    shown(r), why);
	if (archive_entry_size(r->ae) < 0)
		return err_set(e, "%s: %.999s: a negative size", r->name,
		    shown(r));
	r->promised = 0;
	if (archive_entry_sparse_reset(r->ae) > 0) {
		while (archive_entry_sparse_next(r->ae, &at, &len) ==
		    ARCHIVE_OK)
			r->promised += (uint64_t)len;
	}
	return 1;
}

/* The content of the present entry has ended. */
static int
check_end(const struct reader *r, struct err *e)
{
	if (r->promised == 0)
		return 0;
	return err_set(e, "%s: %.999s: has less data than its map of holes "
	    "tells", r->name, shown(r));
}

/*
 * To libarchive a damaged header of tar is one to be passed over, and its
 * file with it (ARCHIVE_RETRY): here nothing gets lost without a word.
 */
int
reader_next(struct reader *r, struct archive_entry **ae, struct err *e)
{
	int c;

	r->ranges = -1;
	if (r->tar != NULL) {
		*ae = r->ae = r->own;
		if ((c = tarfile_next(r->tar, r->own, e)) != TARFILE_OTHER)
			return c;
		if (hand_over(r, e) != 0)
			return -1;
	}
	c = archive_read_next_header(r->a, ae);
	if (c == ARCHIVE_EOF)
		return 0;
	r->ae = *ae;
	return c == ARCHIVE_OK || c == ARCHIVE_WARN ? check_header(r, c, e) :
	    corrupt(r, e);
}

int
reader_data(struct reader *r, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	la_int64_t at;
	int c;

	if (r->tar != NULL)
		return tarfile_data(r->tar, buf, len, off, e);
	do {
		c = archive_read_data_block(r->a, buf, len, &at);
		if (c == ARCHIVE_EOF)
			return check_end(r, e);
		if (c != ARCHIVE_OK && c != ARCHIVE_RETRY)
			return corrupt(r, e);
	} while (c == ARCHIVE_RETRY || *len == 0);
	if (at < 0)
		return err_set(e, "%s: content at a negative offset", r->name);
	*off = (uint64_t)at;
	r->promised -= *len < r->promised ? *len : r->promised;
	return 1;
}

/* libarchive tells of no ranges when there is one, which is all. */
int
reader_range(struct reader *r, uint64_t *off, uint64_t *len, struct err *e)
{
	la_int64_t at, n;

	if (r->ranges < 0 &&
	    (r->ranges = archive_entry_sparse_reset(r->ae)) == 0) {
		*off = 0;
		*len = (uint64_t)archive_entry_size(r->ae);
		return 1;
	}
	if (r->ranges == 0 ||
	    archive_entry_sparse_next(r->ae, &at, &n) != ARCHIVE_OK)
		return 0;
	if (at < 0 || n < 0)
		return err_set(e, "%s: content at a negative offset", r->name);
	*off = (uint64_t)at;
	*len = (uint64_t)n;
	return 1;
}

/* The second ask costs a conversion, so it is for names that need it. */
const char *
reader_pathname(struct archive_entry *ae)
{
	const char *raw = archive_entry_pathname(ae);

	return raw != NULL ? raw : archive_entry_pathname_utf8(ae);
}

const char *
reader_hardlink(struct archive_entry *ae)
{
	const char *raw = archive_entry_hardlink(ae);

	return raw != NULL ? raw : archive_entry_hardlink_utf8(ae);
}

const char *
reader_symlink(struct archive_entry *ae)
{
	const char *raw = archive_entry_symlink(ae);

	return raw != NULL ? raw : archive_entry_symlink_utf8(ae);
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	if (r->a != NULL)
		(void)archive_read_free(r->a);
	tarfile_close(r->tar);
	if (r->own != NULL)
		archive_entry_free(r->own);
	if (r->gz != NULL)
		(void)gzclose(r->gz);
	if (r->fd >= 0)
		(void)close(r->fd);
	free(r->buf);
	free(r);
}
