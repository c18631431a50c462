/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * extract.c: makes files of any kind below one folder, relative to
 * descriptors, following nothing.
 *
 * The way goes down only. A folder is entered by its name in the one above,
 * never through a link, and its descriptor is held as long as names in it are
 * likely to come; ".." is not opened, since it is whatever somebody has moved
 * the folder into. So, whatever other processes do meanwhile:
 *
 * - Each folder that is written to is the one given to extract_open, or was
 *   in one that is written to when it was entered. None is come to by a
 *   symbolic link, not by one either that took a folder's place between two
 *   calls, nor by way of a folder that was moved, nor by an inode number that
 *   was used again: who is held cannot be another.
 * - What a name stands for is made new, or removed: neither written to nor
 *   given another mode or owner through it. extract_again is the exception.
 *
 * Who may rename folders inside can move one away that is held: the next
 * files of its name go where it went, which is a place that he may write to.
 * Mount points inside are folders like others. Nothing is said of who is
 * allowed to change the files afterwards.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "extract.h"
#include "mem.h"
#include "path.h"

#define O_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

#define HELD 16
#define NEAR 4		/* of them, which stay as they are */

/* The folder at[0..len). */
struct held {
	int		 fd;
	size_t		 len;
};

struct extract {
	int		 flags;
	const char	*shown;
	size_t		 stuck;		/* where the last descent ended */
	uint64_t	 implied;
	unsigned	 n;
	struct held	 held[HELD];	/* from the root, the caller's, to
					 * the one that x stands in, `at` */
	char		 at[PATH_LEN_MAX];
};

struct extract *
extract_open(int dir, const char *shown, int flags, struct err *e)
{
	struct extract *x = mem_array(1, sizeof(*x));

	if (x == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	x->held[0].fd = dir;
	x->n = 1;
	x->shown = shown;
	x->flags = flags;
	return x;
}

void
extract_close(struct extract *x)
{
	if (x == NULL)
		return;
	while (x->n > 1)
		(void)close(x->held[--x->n].fd);
	free(x);
}

/*
 * Let go of the folder without which the way between its neighbours is the
 * shortest, but not of the root nor of the last ones. From 2,040 folders deep
 * to the root it takes seven steps for each then, and not the way down again.
 */
static void
let_go(struct extract *x)
{
	const struct held *h = x->held;
	unsigned i, least = 1;

	for (i = 2; i < x->n - NEAR; i++) {
		if (h[i + 1].len - h[i - 1].len <
		    h[least + 1].len - h[least - 1].len)
			least = i;
	}
	(void)close(h[least].fd);
	x->n--;
	memmove(&x->held[least], &h[least + 1], (x->n - least) * sizeof(*h));
}

/* Go from where x stands into part[0..len), the end of a name of `all`. */
static int
enter(struct extract *x, const char *part, size_t len, size_t all)
{
	char name[PATH_NAME_MAX + 1];
	int dir = x->held[x->n - 1].fd, fd;

	memcpy(name, part, len);
	name[len] = '\0';
	fd = openat(dir, name, O_FOLDER);
	if (fd < 0 && errno == ENOENT && (x->flags & EXTRACT_REPLACE) != 0 &&
	    mkdirat(dir, name, 0777) == 0) {
		x->implied++;
		fd = openat(dir, name, O_FOLDER);
	}
	if (fd < 0)
		return -1;
	if (x->n == HELD)
		let_go(x);
	x->held[x->n++] = (struct held){ .fd = fd, .len = all };
	return 0;
}

/* Whether name[0..len) is at[0..have) or below it. */
static bool
is_below(const struct extract *x, size_t have, const char *name, size_t len)
{
	return have == 0 || (have <= len && memcmp(x->at, name, have) == 0 &&
	    (have == len || name[have] == '/'));
}

/*
 * Stand in the folder name[0..len): its descriptor, or -1 and errno. Neither
 * allocates nor prints: extract_remove may run in a signal handler.
 */
static int
descend(struct extract *x, const char *name, size_t len)
{
	size_t have, part;
	const char *p;

	while (!is_below(x, x->held[x->n - 1].len, name, len))
		(void)close(x->held[--x->n].fd);
	have = x->held[x->n - 1].len;
	while (have < len) {
		p = name + have + (have != 0);
		for (part = 0; p + part < name + len && p[part] != '/'; part++)
			;
		x->stuck = (size_t)(p - name) + part;
		if (enter(x, p, part, x->stuck) != 0)
			return -1;
		memcpy(x->at + have, name + have, x->stuck - have);
		have = x->stuck;
	}
	return x->held[x->n - 1].fd;
}

/* Stand in the folder that holds name; *last is name's last part. */
static int
parent(struct extract *x, const char *name, const char **last)
{
	const char *slash = strrchr(name, '/');

	*last = slash != NULL ? slash + 1 : name;
	return descend(x, name, slash != NULL ? (size_t)(slash - name) : 0);
}

/* What systems say of O_NOFOLLOW | O_DIRECTORY and a symbolic link. */
static bool
is_no_folder(int error)
{
#ifdef EFTYPE		/* NetBSD */
	if (error == EFTYPE)
		return true;
#endif
	return error == ENOTDIR || error == ELOOP || error == EMLINK;
}

/* Why the descent towards name ended. */
static int
stuck(const struct extract *x, const char *name, struct err *e)
{
	int len = x->stuck < 999 ? (int)x->stuck : 999;

	if (is_no_folder(errno))
		return err_set(e, "%s/%.999s: goes through %.*s, which is a "
		    "symbolic link or no folder at all", x->shown, name, len,
		    name);
	return err_sys(e, "%s/%.*s", x->shown, len, name);
}

static int
parent_or(struct extract *x, const char *name, const char **last,
    struct err *e)
{
	int dir = parent(x, name, last);

	return dir >= 0 ? dir : stuck(x, name, e);
}

/*
 * What to do about errno after a try to make last in dir: 0: try again, what
 * was in the way is gone; -1: err.
 */
static int
make_way(struct extract *x, int dir, const char *last, const char *name,
    struct err *e)
{
	if (errno != EEXIST)
		return err_sys(e, "%s/%.999s", x->shown, name);
	if ((x->flags & EXTRACT_REPLACE) == 0)
		return err_set(e, "%s/%.999s: this file system takes it for the "
		    "same as another name of the image: use one that tells "
		    "upper from lower case", x->shown, name);
	if (unlinkat(dir, last, 0) == 0 ||
	    unlinkat(dir, last, AT_REMOVEDIR) == 0)
		return 0;
	return err_set(e, "%s/%.999s: a folder that is not empty is in the way",
	    x->shown, name);
}

int
extract_mkdir(struct extract *x, const char *name, mode_t mode, struct err *e)
{
	struct stat st;
	const char *last;
	int dir, tries;

	if (*name == '\0')
		return 1;
	for (tries = 0; tries < 2; tries++) {
		if ((dir = parent_or(x, name, &last, e)) < 0)
			return -1;
		if (mkdirat(dir, last, mode) == 0)
			return 0;
		if (errno == EEXIST && fstatat(dir, last, &st,
		    AT_SYMLINK_NOFOLLOW) == 0) {
			if (S_ISDIR(st.st_mode))
				return 1;
			errno = EEXIST;
		}
		if (make_way(x, dir, last, name, e) != 0)
			return -1;
	}
	return err_sys(e, "%s/%.999s", x->shown, name);
}

uint64_t
extract_implied(const struct extract *x)
{
	return x->implied;
}

int
extract_file(struct extract *x, const char *name, mode_t mode, struct err *e)
{
	const char *last;
	int dir, fd, tries;

	for (tries = 0; tries < 2; tries++) {
		if ((dir = parent_or(x, name, &last, e)) < 0)
			return -1;
		fd = openat(dir, last, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, mode);
		if (fd >= 0)
			return fd;
		if (make_way(x, dir, last, name, e) != 0)
			return -1;
	}
	return err_sys(e, "%s/%.999s", x->shown, name);
}

int
extract_again(struct extract *x, const char *name, struct err *e)
{
	const int flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	struct stat st;
	const char *last;
	int dir, fd;

	if ((dir = parent_or(x, name, &last, e)) < 0)
		return -1;
	fd = openat(dir, last, flags);
	if (fd < 0 && errno == EACCES && fstatat(dir, last, &st,
	    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	    fchmodat(dir, last, 0600, AT_SYMLINK_NOFOLLOW) == 0)
		fd = openat(dir, last, flags);
	return fd >= 0 ? fd : err_sys(e, "%s/%.999s", x->shown, name);
}

int
extract_symlink(struct extract *x, const char *name, const char *text,
    struct err *e)
{
	const char *last;
	int dir, tries;

	for (tries = 0; tries < 2; tries++) {
		if ((dir = parent_or(x, name, &last, e)) < 0)
			return -1;
		if (symlinkat(text, dir, last) == 0)
			return 0;
		if (make_way(x, dir, last, name, e) != 0)
			return -1;
	}
	return err_sys(e, "%s/%.999s", x->shown, name);
}

/* The target's folder is held by a descriptor of its own meanwhile. */
static int
link_once(struct extract *x, const char *name, const char *target,
    struct err *e)
{
	const char *last, *tlast;
	int from, dir, r;

	if ((from = parent_or(x, target, &tlast, e)) < 0)
		return -1;
	if ((from = fcntl(from, F_DUPFD_CLOEXEC, 0)) < 0)
		return err_sys(e, "%s/%.999s", x->shown, target);
	if ((dir = parent_or(x, name, &last, e)) < 0)
		r = -1;
	else if (linkat(from, tlast, dir, last, 0) == 0)
		r = 0;
	else if (errno == EEXIST)
		r = make_way(x, dir, last, name, e) == 0 ? 1 : -1;
	else
		r = err_sys(e, "%s/%.999s: hard link to %s", x->shown, name,
		    target);
	(void)close(from);
	return r;
}

int
extract_link(struct extract *x, const char *name, const char *target,
    struct err *e)
{
	int r;

	if (strcmp(name, target) == 0)
		return err_set(e, "%s/%.999s: hard link to itself", x->shown, name);
	if ((r = link_once(x, name, target, e)) == 1)
		r = link_once(x, name, target, e);
	return r == 0 ? 0 : -1;
}

/* With its mode at once: the name may be another's by the next call. */
static int
node_at(int dir, const char *last, mode_t mode, dev_t dev)
{
	mode_t mask = umask(0);
	int r, error;

	r = S_ISFIFO(mode) ? mkfifoat(dir, last, mode & 07777) :
	    mknodat(dir, last, mode, dev);
	error = errno;
	(void)umask(mask);
	errno = error;
	return r;
}

int
extract_node(struct extract *x, const char *name, mode_t mode, dev_t dev,
    struct err *e)
{
	const char *last;
	int dir, tries;

	for (tries = 0; tries < 2; tries++) {
		if ((dir = parent_or(x, name, &last, e)) < 0)
			return -1;
		if (node_at(dir, last, mode, dev) == 0)
			return 0;
		if (errno == EPERM && !S_ISFIFO(mode))
			return err_set(e, "%s/%.999s: device nodes cannot be made "
			    "here: leave them out (--exclude), and describe "
			    "them in root.mtree", x->shown, name);
		if (make_way(x, dir, last, name, e) != 0)
			return -1;
	}
	return err_sys(e, "%s/%.999s", x->shown, name);
}

int
extract_chown(struct extract *x, const char *name, uid_t uid, gid_t gid,
    struct err *e)
{
	const char *last;
	int dir;

	if ((dir = parent_or(x, name, &last, e)) < 0)
		return -1;
	if (fchownat(dir, last, uid, gid, AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno == EPERM || errno == EINVAL || errno == ENOSYS)
		return 0;
	return err_sys(e, "%s/%.999s: chown", x->shown, name);
}

int
extract_stat(struct extract *x, const char *name, struct stat *st)
{
	const char *last;
	int dir = parent(x, name, &last);

	return dir < 0 ? -1 : fstatat(dir, *last != '\0' ? last : ".", st,
	    AT_SYMLINK_NOFOLLOW);
}

int
extract_folder(struct extract *x, const char *name, struct err *e)
{
	int dir = descend(x, name, strlen(name));

	return dir >= 0 ? dir : stuck(x, name, e);
}

int
extract_time(struct extract *x, const char *name, const struct timespec *t,
    struct err *e)
{
	struct timespec times[2];
	const char *last;
	int dir;

	if ((dir = parent_or(x, name, &last, e)) < 0)
		return -1;
	times[0] = times[1] = *t;
	if (utimensat(dir, *last != '\0' ? last : ".", times,
	    AT_SYMLINK_NOFOLLOW) == 0 || errno == EINVAL ||
	    errno == EOVERFLOW || errno == ENOTSUP || errno == ENOSYS)
		return 0;
	return err_sys(e, "%s/%.999s", x->shown, name);
}

void
extract_remove(struct extract *x, const char *name)
{
	const char *last;
	int dir = parent(x, name, &last);

	if (dir >= 0 && unlinkat(dir, last, 0) != 0)
		(void)unlinkat(dir, last, AT_REMOVEDIR);
}
