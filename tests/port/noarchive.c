/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * noarchive.c: what stands for libarchive and zlib's files where there are
 * none: the entries that lib/tarfile.c fills in, and a refusal of all that
 * these would read and write.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#define REFUSAL "no archives in this build"

enum text { PATH, HARD, SYM, USER, GROUP, TEXTS };

struct archive_entry {
	char		*text[TEXTS];
	mode_t		 mode;
	la_int64_t	 uid, gid, size;
	time_t		 mtime;
	long		 mtime_ns;
	int		 size_set, mtime_set;
	dev_t		 major, minor;
};

struct archive {
	const char	*why;
};

/* What of libarchive no test of such a build comes to (musl_test.sh). */
void noarchive(void);

void
noarchive(void)
{
	(void)fprintf(stderr, "%s\n", REFUSAL);
	abort();
}

/* ---- entries ---- */

struct archive_entry *
archive_entry_new(void)
{
	return calloc(1, sizeof(struct archive_entry));
}

struct archive_entry *
archive_entry_clear(struct archive_entry *ae)
{
	for (int i = 0; i < TEXTS; i++)
		free(ae->text[i]);
	memset(ae, 0, sizeof(*ae));
	return ae;
}

void
archive_entry_free(struct archive_entry *ae)
{
	if (ae != NULL)
		free(archive_entry_clear(ae));
}

static void
set_text(struct archive_entry *ae, enum text which, const char *s)
{
	free(ae->text[which]);
	ae->text[which] = NULL;
	if (s != NULL && (ae->text[which] = strdup(s)) == NULL)
		noarchive();
}

#define TEXT(which, setter, getter)					\
void									\
archive_entry_##setter(struct archive_entry *ae, const char *s)	\
{									\
	set_text(ae, which, s);						\
}									\
const char *								\
archive_entry_##getter(struct archive_entry *ae)			\
{									\
	return ae->text[which];						\
}
TEXT(PATH, copy_pathname, pathname)
TEXT(HARD, copy_hardlink, hardlink)
TEXT(SYM, copy_symlink, symlink)
TEXT(USER, copy_uname, uname)
TEXT(GROUP, copy_gname, gname)
TEXT(PATH, set_pathname, pathname_utf8)
TEXT(HARD, set_hardlink, hardlink_utf8)
TEXT(SYM, set_symlink, symlink_utf8)

#define NUMBER(type, field)						\
void									\
archive_entry_set_##field(struct archive_entry *ae, type n)		\
{									\
	ae->field = n;							\
}									\
type									\
archive_entry_##field(struct archive_entry *ae)			\
{									\
	return ae->field;						\
}
NUMBER(la_int64_t, uid)
NUMBER(la_int64_t, gid)

void
archive_entry_set_mode(struct archive_entry *ae, mode_t mode)
{
	ae->mode = mode;
}

void
archive_entry_set_filetype(struct archive_entry *ae, unsigned type)
{
	ae->mode = (ae->mode & ~(mode_t)AE_IFMT) | (mode_t)type;
}

mode_t
archive_entry_filetype(struct archive_entry *ae)
{
	return ae->mode & AE_IFMT;
}

mode_t
archive_entry_perm(struct archive_entry *ae)
{
	return ae->mode & ~(mode_t)AE_IFMT;
}

void
archive_entry_set_size(struct archive_entry *ae, la_int64_t size)
{
	ae->size = size;
	ae->size_set = 1;
}

la_int64_t
archive_entry_size(struct archive_entry *ae)
{
	return ae->size;
}

int
archive_entry_size_is_set(struct archive_entry *ae)
{
	return ae->size_set;
}

void
archive_entry_set_mtime(struct archive_entry *ae, time_t t, long ns)
{
	ae->mtime = t;
	ae->mtime_ns = ns;
	ae->mtime_set = 1;
}

time_t
archive_entry_mtime(struct archive_entry *ae)
{
	return ae->mtime;
}

long
archive_entry_mtime_nsec(struct archive_entry *ae)
{
	return ae->mtime_ns;
}

int
archive_entry_mtime_is_set(struct archive_entry *ae)
{
	return ae->mtime_set;
}

void
archive_entry_set_rdevmajor(struct archive_entry *ae, dev_t n)
{
	ae->major = n;
}

void
archive_entry_set_rdevminor(struct archive_entry *ae, dev_t n)
{
	ae->minor = n;
}

dev_t
archive_entry_rdevmajor(struct archive_entry *ae)
{
	return ae->major;
}

dev_t
archive_entry_rdevminor(struct archive_entry *ae)
{
	return ae->minor;
}

/* A plain tar file has none. */
int
archive_entry_sparse_reset(struct archive_entry *ae)
{
	(void)ae;
	return 0;
}

/* ---- archives: they are made, and then refused when they are opened ---- */

struct archive *
archive_read_new(void)
{
	return calloc(1, sizeof(struct archive));
}

struct archive *
archive_write_new(void)
{
	return archive_read_new();
}

int
archive_read_free(struct archive *a)
{
	free(a);
	return ARCHIVE_OK;
}

int
archive_write_free(struct archive *a)
{
	return archive_read_free(a);
}

const char *
archive_error_string(struct archive *a)
{
	return a->why;
}

static int
refuse(struct archive *a)
{
	a->why = REFUSAL;
	return ARCHIVE_FATAL;
}

int
archive_read_open_fd(struct archive *a, int fd, size_t block)
{
	(void)fd;
	(void)block;
	return refuse(a);
}

int
archive_read_open(struct archive *a, void *ctx, archive_open_callback *o,
    archive_read_callback *r, archive_close_callback *c)
{
	(void)ctx;
	(void)o;
	(void)r;
	(void)c;
	return refuse(a);
}

int
archive_write_open(struct archive *a, void *ctx, archive_open_callback *o,
    archive_write_callback *w, archive_close_callback *c)
{
	(void)ctx;
	(void)o;
	(void)w;
	(void)c;
	return refuse(a);
}

#define WELCOME(what)							\
int									\
archive_##what(struct archive *a)					\
{									\
	(void)a;							\
	return ARCHIVE_OK;						\
}
WELCOME(read_support_filter_gzip)
WELCOME(read_support_filter_xz)
WELCOME(read_support_filter_bzip2)
WELCOME(read_support_format_raw)
WELCOME(read_support_format_tar)
WELCOME(read_support_format_cpio)
WELCOME(read_support_format_zip)
WELCOME(write_set_format_pax_restricted)

int
archive_read_set_option(struct archive *a, const char *m, const char *o,
    const char *v)
{
	(void)a;
	(void)m;
	(void)o;
	(void)v;
	return ARCHIVE_OK;
}

int
archive_write_set_bytes_in_last_block(struct archive *a, int n)
{
	(void)a;
	(void)n;
	return ARCHIVE_OK;
}

const char *
archive_libzstd_version(void)
{
	return NULL;
}

const char *
archive_liblz4_version(void)
{
	return NULL;
}

/* ---- zlib's: gz_read is never called ---- */

gzFile
gzdopen(int fd, const char *mode)
{
	int *gz = malloc(sizeof(*gz));

	(void)mode;
	if (gz != NULL)
		*gz = fd;
	return (gzFile)(void *)gz;
}

int
gzbuffer(gzFile gz, unsigned size)
{
	(void)gz;
	(void)size;
	return 0;
}

int
gzclose(gzFile gz)
{
	int *fd = (int *)(void *)gz;

	(void)close(*fd);
	free(fd);
	return Z_OK;
}
