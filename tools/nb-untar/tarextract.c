/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarextract.c: tar x: the files of an archive below the present folder, or
 * their contents to standard output.
 */
#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "confine.h"
#include "diag.h"
#include "extract.h"
#include "layer_impl.h"
#include "limit.h"
#include "mem.h"
#include "path.h"
#include "reader.h"
#include "tarcmd.h"

/* What a file is to have in the end. */
struct attr {
	mode_t		mode;
	bool		set_mode;
	bool		set_time;
	int64_t		uid, gid;
	struct timespec	time;
};

/* A folder gets its attributes when all is in it. */
struct late {
	char		*name;
	struct attr	 attr;
};

struct job {
	const struct tarcmd	*t;
	struct reader		*r;
	struct extract		*x;
	bool			 preserve, owner;
	mode_t			 mask;
	struct late		*late;
	size_t			 nlate, cap;
	struct links		*ours;		/* files that were made */
	struct limit		 limit;
	uint64_t		 implied;	/* folders that are counted */
	char			 name[PATH_LEN_MAX];
	char			 target[PATH_LEN_MAX];
};

/* --- Content. */

static int
write_at(int fd, const char *p, size_t len, uint64_t off, const char *name,
    struct err *e)
{
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n, off += (uint64_t)n) {
		n = fd != STDOUT_FILENO ? pwrite(fd, p, len, (off_t)off) :
		    write(fd, p, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return err_sys(e, "%s", name);
	}
	return 0;
}

/* Standard output has no holes. */
static int
write_zeros(uint64_t len, const char *name, struct err *e)
{
	static const char zeros[65536];
	size_t n;

	for (; len > 0; len -= n) {
		n = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);
		if (write_at(STDOUT_FILENO, zeros, n, 0, name, e) != 0)
			return -1;
	}
	return 0;
}

static int
copy(struct job *j, int fd, uint64_t size, struct err *e)
{
	const char *name = fd == STDOUT_FILENO ? "standard output" : j->name;
	const void *buf;
	uint64_t off, at = 0;
	size_t len;
	int c;

	while ((c = reader_data(j->r, &buf, &len, &off, e)) > 0) {
		if (off < at || off > size || len > size - off)
			return err_set(e, "%s: %s: content does not agree with "
			    "its size", j->t->file, j->name);
		if (limit_data(&j->limit, fd == STDOUT_FILENO ?
		    off + len - at : len, j->t->file, j->name, e) != 0)
			return -1;
		if (fd == STDOUT_FILENO &&
		    write_zeros(off - at, name, e) != 0)
			return -1;
		if (write_at(fd, buf, len, off, name, e) != 0)
			return -1;
		at = off + len;
	}
	if (c < 0)
		return -1;
	if (fd == STDOUT_FILENO)
		return limit_data(&j->limit, size - at, j->t->file, j->name,
		    e) == 0 ? write_zeros(size - at, name, e) : -1;
	return ftruncate(fd, (off_t)size) == 0 ? 0 : err_sys(e, "%s", name);
}

/* --- Attributes. */

static void
attr_of(const struct job *j, struct archive_entry *ae, struct attr *a)
{
	a->mode = archive_entry_perm(ae) & 07777;
	a->set_mode = true;
	if (!j->preserve)
		a->mode &= 0777 & ~j->mask;
	a->uid = archive_entry_uid(ae);
	a->gid = archive_entry_gid(ae);
	a->set_time = !j->t->no_time && archive_entry_mtime_is_set(ae) != 0;
	a->time.tv_sec = archive_entry_mtime(ae);
	a->time.tv_nsec = archive_entry_mtime_nsec(ae);
}

/*
 * A user by name only, in a namespace that knows few others, may not give
 * files away; what a real one may not do shows in the bits below.
 */
static int
set_owner(const struct job *j, int fd, const struct attr *a, struct err *e)
{
	if (!j->owner || fchown(fd, (uid_t)a->uid, (gid_t)a->gid) == 0 ||
	    errno == EPERM || errno == EINVAL || errno == ENOSYS)
		return 0;
	return err_sys(e, "%s: chown", j->name);
}

static int
set_attr(const struct job *j, int fd, const struct attr *a, struct err *e)
{
	struct timespec times[2];
	mode_t mode = a->mode;
	struct stat st;

	if (set_owner(j, fd, a, e) != 0)
		return -1;
	/* A program runs as the owner that the archive meant, or as no one. */
	if (fstat(fd, &st) != 0)
		return err_sys(e, "%s", j->name);
	if (S_ISREG(st.st_mode) && (int64_t)st.st_uid != a->uid)
		mode &= ~(mode_t)S_ISUID;
	if (S_ISREG(st.st_mode) && (int64_t)st.st_gid != a->gid)
		mode &= ~(mode_t)S_ISGID;
	if (a->set_mode && fchmod(fd, mode) != 0)
		return err_sys(e, "%s: chmod", j->name);
	times[0] = times[1] = a->time;
	if (a->set_time && futimens(fd, times) != 0 && errno != EINVAL &&
	    errno != EOVERFLOW)
		return err_sys(e, "%s: time", j->name);
	return 0;
}

/* --- Each kind of file. */

/*
 * A further name may bring content for a file of this archive, but not for
 * one that was there before: it may have names elsewhere.
 */
static int
check_ours(struct job *j, const struct stat *st, bool made, struct err *e)
{
	const char *known;
	bool failed;

	known = links_seen(j->ours, (uint64_t)st->st_dev,
	    (uint64_t)st->st_ino, j->name, e, &failed);
	if (failed)
		return -1;
	if (!made && known == NULL)
		return err_set(e, "%s: %s: content for a file that was there "
		    "before", j->t->file, j->name);
	return 0;
}

static int
put_file(struct job *j, struct archive_entry *ae, int fd, struct err *e)
{
	struct attr a;
	struct stat st;
	int r;

	if (fd < 0)
		return -1;
	attr_of(j, ae, &a);
	if (fstat(fd, &st) != 0)
		r = err_sys(e, "%s", j->name);
	else
		r = check_ours(j, &st, true, e);
	if (r == 0)
		r = copy(j, fd, (uint64_t)archive_entry_size(ae), e);
	if (r == 0)
		r = set_attr(j, fd, &a, e);
	if (close(fd) != 0 && r == 0 && errno != EINTR)
		r = err_sys(e, "%s", j->name);
	if (r != 0)
		extract_remove(j->x, j->name);	/* better none than half */
	return r;
}

static int
put_folder(struct job *j, struct archive_entry *ae, struct err *e)
{
	struct late *l = mem_grow(j->late, &j->cap, j->nlate + 1, sizeof(*l));
	int r;

	if (l == NULL)
		return err_mem(e);
	j->late = l;
	l += j->nlate;
	if (limit_text(&j->limit, strlen(j->name), j->t->file, j->name, e) != 0)
		return -1;
	if ((l->name = mem_printf("%s", j->name)) == NULL)
		return err_mem(e);
	if ((r = extract_mkdir(j->x, j->name, 0700, e)) < 0) {
		free(l->name);
		return -1;
	}
	attr_of(j, ae, &l->attr);
	if (r == 1 && !j->preserve)
		l->attr.set_mode = false;	/* it was there before */
	j->nlate++;
	return 0;
}

static int
put_symlink(struct job *j, struct archive_entry *ae, struct err *e)
{
	const char *text = reader_symlink(ae);
	struct attr a;

	if (text == NULL || *text == '\0')
		return err_set(e, "%s: %s: link to nothing", j->t->file,
		    j->name);
	if (limit_data(&j->limit, strlen(text), j->t->file, j->name, e) != 0)
		return -1;
	if (extract_symlink(j->x, j->name, text, e) != 0)
		return -1;
	attr_of(j, ae, &a);
	if (j->owner && extract_chown(j->x, j->name, (uid_t)a.uid,
	    (gid_t)a.gid, e) != 0)
		return -1;
	return a.set_time ? extract_time(j->x, j->name, &a.time, e) : 0;
}

static int
put_node(struct job *j, struct archive_entry *ae, struct err *e)
{
	mode_t type = archive_entry_filetype(ae);
	dev_t dev = 0;
	struct attr a;

	if (type != AE_IFIFO && type != AE_IFCHR && type != AE_IFBLK)
		return err_set(e, "%s: %s: a kind of file that is not known",
		    j->t->file, j->name);
	if (type != AE_IFIFO)
		dev = makedev((unsigned)archive_entry_rdevmajor(ae),
		    (unsigned)archive_entry_rdevminor(ae));
	attr_of(j, ae, &a);
	if (extract_node(j->x, j->name, type | a.mode, dev, e) != 0)
		return -1;
	if (j->owner && extract_chown(j->x, j->name, (uid_t)a.uid,
	    (gid_t)a.gid, e) != 0)
		return -1;
	return a.set_time ? extract_time(j->x, j->name, &a.time, e) : 0;
}

/* The name less j->t->strip parts; false when nothing is left of it. */
static bool
strip(const struct job *j, char *name)
{
	unsigned i;
	char *p = name;

	for (i = 0; i < j->t->strip; i++) {
		if ((p = strchr(p, '/')) == NULL)
			return false;
		p++;
	}
	memmove(name, p, strlen(p) + 1);
	return true;
}

/* The file of j->name, emptied. What the name stood for was looked at, and may
 * be another by now: the descriptor cannot. */
static int
open_ours(struct job *j, struct err *e)
{
	struct stat st;
	int fd = extract_again(j->x, j->name, e);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		(void)err_set(e, "%s: %s: content for what is no file",
		    j->t->file, j->name);
	else if (check_ours(j, &st, false, e) == 0) {
		if (ftruncate(fd, 0) == 0)
			return fd;
		(void)err_sys(e, "%s", j->name);
	}
	(void)close(fd);
	return -1;
}

/* pax and cpio may bring the content with a further name. */
static int
put_link(struct job *j, struct archive_entry *ae, const char *target,
    struct err *e)
{
	struct stat st;

	if (path_canonical(j->target, target, j->t->file, e) != 0)
		return -1;
	if (!strip(j, j->target))
		return err_set(e, "%s: %s: hard link to %s, which is left out "
		    "(--strip-components)", j->t->file, j->name, target);
	if (extract_link(j->x, j->name, j->target, e) != 0)
		return -1;
	if (archive_entry_size(ae) <= 0)
		return 0;
	if (extract_stat(j->x, j->name, &st) != 0)
		return err_sys(e, "%s", j->name);
	if (check_ours(j, &st, false, e) != 0)
		return -1;
	return put_file(j, ae, open_ours(j, e), e);
}

static int
put_entry(struct job *j, struct archive_entry *ae, struct err *e)
{
	const char *target = reader_hardlink(ae);
	mode_t type = archive_entry_filetype(ae);

	if (target != NULL)
		return put_link(j, ae, target, e);
	switch (type) {
	case AE_IFREG:
		if (archive_entry_size_is_set(ae) == 0)
			return err_set(e, "%s: %s: its size is not told before "
			    "its content", j->t->file, j->name);
		return put_file(j, ae, extract_file(j->x, j->name, 0600, e), e);
	case AE_IFDIR:
		return put_folder(j, ae, e);
	case AE_IFLNK:
		return put_symlink(j, ae, e);
	default:
		return put_node(j, ae, e);
	}
}

/* --- The archive. */

/* What does not fit would be somebody else: 4294967296 is root. */
static int
check_owner(const struct job *j, struct archive_entry *ae, struct err *e)
{
	int64_t uid = archive_entry_uid(ae), gid = archive_entry_gid(ae);

	if (!j->owner || (uid >= 0 && uid <= UINT32_MAX && gid >= 0 &&
	    gid <= UINT32_MAX))
		return 0;
	return err_set(e, "%s: %s: owner or group outside 32 bits",
	    j->t->file, j->name);
}

/* The present entry, and the folders that those before it implied. */
static int
count(struct job *j, struct err *e)
{
	uint64_t all = extract_implied(j->x), n = all - j->implied + 1;

	j->implied = all;
	return limit_file(&j->limit, n, strlen(j->name), j->t->file, j->name,
	    e);
}

static int
each(struct job *j, struct archive_entry *ae, struct err *e)
{
	const char *raw = reader_pathname(ae);
	struct stat st;

	if (raw == NULL)
		return err_set(e, "%s: an entry without a name", j->t->file);
	if (tarcmd_skips(j->t, raw))
		return 0;
	if (path_canonical(j->name, raw, j->t->file, e) != 0)
		return -1;
	if (j->t->to_stdout)
		return archive_entry_size(ae) > 0 && (archive_entry_filetype(
		    ae) == AE_IFREG || reader_hardlink(ae) != NULL) ?
		    copy(j, STDOUT_FILENO, (uint64_t)archive_entry_size(ae),
		    e) : 0;
	if (!strip(j, j->name))
		return 0;
	if (*j->name == '\0' && archive_entry_filetype(ae) != AE_IFDIR)
		return err_set(e, "%s: %s: names the folder itself, and is "
		    "none", j->t->file, raw);
	if (j->t->keep && archive_entry_filetype(ae) != AE_IFDIR &&
	    extract_stat(j->x, j->name, &st) == 0)
		return 0;
	if (count(j, e) != 0 || check_owner(j, ae, e) != 0)
		return -1;
	if (j->t->verbose) {
		(void)fputs("x ", stderr);
		tar_put_name(stderr, j->name);
		(void)putc('\n', stderr);
	}
	return put_entry(j, ae, e);
}

/* The innermost first. A folder that was replaced meanwhile is let be. */
static int
finish_folders(struct job *j, struct err *e)
{
	struct err why;
	struct late *l;
	int fd, r = 0;

	while (j->nlate > 0) {
		l = &j->late[--j->nlate];
		fd = extract_folder(j->x, l->name, &why);
		if (fd < 0 && r == 0 && (errno == EIO || errno == ENOMEM ||
		    errno == EMFILE || errno == ENFILE)) {
			*e = why;
			r = -1;
		}
		(void)snprintf(j->name, sizeof(j->name), "%s", l->name);
		if (r == 0 && fd >= 0)
			r = set_attr(j, fd, &l->attr, e);
		free(l->name);
	}
	free(j->late);
	return r;
}

static int
extract_all(struct job *j, struct err *e)
{
	struct archive_entry *ae;
	struct err later;
	int c, r;

	while ((c = reader_next(j->r, &ae, e)) > 0) {
		if ((c = each(j, ae, e)) != 0)
			break;
	}
	r = finish_folders(j, c == 0 ? e : &later);
	if (c != 0 || r != 0)
		return -1;
	return tarcmd_unmatched(j->t, e);
}

/* To the folder, which is the present one. */
static void
confine(int dir)
{
	struct confine c;

	confine_begin(&c, CONFINE_LINKS);
	confine_fd(&c, dir, CONFINE_FILL);
	(void)confine_end(&c);
}

int
tar_extract(const struct tarcmd *t, struct err *e)
{
	struct job j = { .t = t };
	int dir = -1, r = -1;

	j.mask = umask(0);
	(void)umask(j.mask);
	if (limit_start(&j.limit, e) != 0)
		return -1;
	j.owner = geteuid() == 0 && !t->no_owner;
	j.preserve = t->preserve >= 0 ? t->preserve != 0 : geteuid() == 0;
	if ((j.r = reader_open(t->file, t->file, e)) == NULL)
		return -1;
	if (tarcmd_chdir(t, e) != 0)
		;
	else if ((dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		(void)err_sys(e, ".");
	else if ((j.ours = links_new()) == NULL)
		(void)err_mem(e);
	else if ((j.x = extract_open(dir, ".", EXTRACT_REPLACE, e)) != NULL) {
		if (!t->to_stdout)
			limit_room(&j.limit, dir);
		confine(dir);
		r = extract_all(&j, e);
	}
	extract_close(j.x);
	links_free(j.ours);
	reader_close(j.r);
	if (dir >= 0)
		(void)close(dir);
	return r;
}
