/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_archive.c: a layer that is an archive, read by libarchive; a binary
 * package of pkgsrc is one whose names layer_package.c places.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layer_impl.h"
#include "mem.h"
#include "path.h"

struct arc {
	const char	*path;
	const char	*pattern;	/* or NULL */
	bool		 whole;		/* the pattern is off */
	bool		 matched;	/* something did */
	struct reader	*r;
	bool		 begun;		/* the first header was looked at */
	bool		 ended;		/* no header is left */
	struct archive_entry *held;	/* the header that comes next, or NULL */
	struct package	*pkg;		/* or NULL: it is none */
	bool		 telling;	/* of what pkg holds */
	struct entry	 ent;
	char		 name[PATH_LEN_MAX];
	char		 target[PATH_LEN_MAX];
};

static void
arc_close(void *ctx)
{
	struct arc *l = ctx;

	package_close(l->pkg);
	reader_close(l->r);
	free(l);
}

/* pkg_admin(1) signs a package by packing it once more, by ar(1). */
static bool
is_signed(const char *path)
{
	static const char magic[] = "!<arch>\n";
	char head[sizeof(magic) - 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd == -1 ? -1 : pread(fd, head, sizeof(head), 0);

	if (fd != -1)
		(void)close(fd);
	return n == (ssize_t)sizeof(head) &&
	    memcmp(head, magic, sizeof(head)) == 0;
}

static int
open_reader(struct arc *l, struct err *e)
{
	if ((l->r = reader_open(l->path, l->path, e)) != NULL)
		return 0;
	return is_signed(l->path) ? err_set(e, "%s: an ar archive (a signed "
	    "package?): unpack it and name the .tgz that is in it", l->path) :
	    -1;
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
	if (open_reader(l, e) != 0) {
		free(l);
		return NULL;
	}
	return l;
}

static int
arc_rewind(void *ctx, bool whole, struct err *e)
{
	struct arc *l = ctx;
	struct stat st;

	package_close(l->pkg);
	reader_close(l->r);
	l->pkg = NULL;
	l->r = NULL;
	l->held = NULL;
	l->begun = l->ended = false;
	l->whole = whole;
	if (stat(l->path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, "%s: has to be read twice: put it in a file",
		    l->path);
	return open_reader(l, e);
}

/* The name that the image has for one of the archive's, into buf. */
static int
image_name(const struct arc *l, char *buf, const char *name, struct err *e)
{
	char own[PATH_LEN_MAX];

	if (l->pkg == NULL)
		return path_canonical(buf, name, l->path, e);
	if (path_canonical(own, name, l->path, e) != 0)
		return -1;
	return package_place(l->pkg, buf, own, e);
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

/* NetBSD's dev_t has room for so much: sys/sys/types.h, makedev. */
static int
device(struct arc *l, struct archive_entry *ae, struct err *e)
{
	uintmax_t major = (uintmax_t)archive_entry_rdevmajor(ae);
	uintmax_t minor = (uintmax_t)archive_entry_rdevminor(ae);

	if (major > ENTRY_MAJOR_MAX || minor > ENTRY_MINOR_MAX)
		return err_set(e, "%s: %s: device %ju,%ju: NetBSD has no such "
		    "numbers", l->path, l->name, major, minor);
	l->ent.major = (uint32_t)major;
	l->ent.minor = (uint32_t)minor;
	l->ent.size = 0;
	return 0;
}

static int
fill(struct arc *l, struct archive_entry *ae, struct err *e)
{
	struct entry *ent = &l->ent;
	const char *hard = reader_hardlink(ae);
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
	if (l->pkg != NULL)
		package_owner(ent, ae);
	if (archive_entry_mtime_is_set(ae)) {
		ent->mtime = archive_entry_mtime(ae);
		ent->mtime_ns = (uint32_t)archive_entry_mtime_nsec(ae);
	} else
		ent->flags |= ENTRY_UNDATED;
	if (archive_entry_size(ae) > 0)
		ent->size = (uint64_t)archive_entry_size(ae);
	if (hard != NULL) {
		ent->kind = ENTRY_HARDLINK;
		if (image_name(l, l->target, hard, e) != 0)
			return -1;
		ent->target = l->target;
		return 0;
	}
	if ((kind = kind_of(l, ae, e)) < 0)
		return -1;
	ent->kind = (enum entry_kind)kind;
	switch (ent->kind) {
	case ENTRY_SYMLINK:
		if (copy_target(l, reader_symlink(ae), e) != 0)
			return -1;
		ent->size = strlen(l->target);
		break;
	case ENTRY_CHAR:
	case ENTRY_BLOCK:
		return device(l, ae, e);
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

/* Whether the word's pattern leaves name out. */
static bool
left_out(struct arc *l, const char *name)
{
	if (l->pattern == NULL || l->whole)
		return false;
	if (!path_match(l->pattern, name))
		return true;
	l->matched = true;
	return false;
}

/* 1 when the entry is to be told of, 0 to pass over it, -1. */
static int
arc_entry(struct arc *l, struct archive_entry *ae, struct err *e)
{
	const char *name = reader_pathname(ae);
	bool out;

	if (name == NULL)
		return err_set(e, "%s: an entry without a name", l->path);
	if (image_name(l, l->name, name, e) != 0)
		return -1;
	out = left_out(l, l->name);
	if (out && reader_hardlink(ae) == NULL)
		return 0;
	if (fill(l, ae, e) != 0)
		return -1;
	if (!out)
		return 1;
	/* Names that the pattern takes may need the content it brings. */
	l->ent.flags |= ENTRY_OUTSIDE;
	return l->ent.size != 0;
}

/* The first header tells whether it is a package. */
static int
begin(struct arc *l, struct err *e)
{
	int r = reader_next(l->r, &l->held, e);

	if (r < 0)
		return -1;
	if (r == 0)
		l->held = NULL;
	else if (package_begins(l->held) &&
	    (l->pkg = package_open(l->r, l->path, &l->held, e)) == NULL)
		return -1;
	l->begun = true;
	l->ended = l->held == NULL;
	l->telling = l->pkg != NULL;
	return 0;
}

/* As reader_next. */
static int
next_header(struct arc *l, struct archive_entry **ae, struct err *e)
{
	if (l->ended)
		return 0;
	if (l->held == NULL)
		return reader_next(l->r, ae, e);
	*ae = l->held;
	l->held = NULL;
	return 1;
}

/* 1: l->ent is the next that is wanted; 0: the end; -1. */
static int
advance(struct arc *l, struct err *e)
{
	struct archive_entry *ae;
	int r;

	if (!l->begun && begin(l, e) != 0)
		return -1;
	while (l->telling) {
		if ((r = package_next(l->pkg, &l->ent, e)) < 0)
			return -1;
		l->telling = r > 0;
		if (r > 0 && !left_out(l, l->ent.name))
			return 1;
	}
	while ((r = next_header(l, &ae, e)) > 0) {
		if ((r = arc_entry(l, ae, e)) != 0)
			return r;
	}
	return r;
}

static int
arc_next(void *ctx, const struct entry **ep, struct err *e)
{
	struct arc *l = ctx;
	int r = advance(l, e);

	*ep = &l->ent;
	if (r == 0 && l->pattern != NULL && !l->whole && !l->matched)
		return err_set(e, "%s: nothing in it is called %s", l->path,
		    l->pattern);
	return r;
}

static int
arc_data(void *ctx, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	struct arc *l = ctx;

	return l->telling ? package_data(l->pkg, buf, len, off) :
	    reader_data(l->r, buf, len, off, e);
}

static int
arc_range(void *ctx, uint64_t *off, uint64_t *len, struct err *e)
{
	struct arc *l = ctx;
	const void *buf;
	size_t n = 0;
	int r;

	if (!l->telling)
		return reader_range(l->r, off, len, e);
	r = package_data(l->pkg, &buf, &n, off);
	*len = n;
	return r;
}

const struct layer_ops layer_archive = {
	arc_open, arc_next, arc_data, arc_range, arc_rewind, arc_close
};
