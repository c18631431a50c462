/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * outfile.c: writes PATH.part under a lock and renames it over PATH.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "death.h"
#include "mem.h"
#include "outfile.h"

#define LINKS_MAX 40	/* symbolic links followed to the file itself */
#define TRIES_MAX 100	/* of finding the .part gone once it was locked */

struct outfile {
	struct outfile	*next;	/* of the list of open ones */
	char		*path;	/* what is replaced: no symbolic link */
	char		*part;
	mode_t		 mode;	/* that it is to have */
	mode_t		 had;	/* that it was opened with */
	pid_t		 pid;	/* who may remove the .part */
	int		 flags;
	int		 fd;
	int old;		/* with OUTFILE_SWAP: what was there */
	bool		 empty;	/* it was when it was opened */
	bool		 settled;
};

/* Changed under the lock and between death_hold and death_release only: the
 * handler walks it. */
static struct outfile *volatile open_files;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t keep_on_signal;
static mode_t mask;
static bool mask_known;

static void
list_add(struct outfile *o)
{
	(void)pthread_mutex_lock(&list_lock);
	o->next = open_files;
	open_files = o;
	(void)pthread_mutex_unlock(&list_lock);
}

static void
list_remove(struct outfile *o)
{
	struct outfile *p;

	(void)pthread_mutex_lock(&list_lock);
	if (open_files == o)
		open_files = o->next;
	for (p = open_files; p != NULL; p = p->next) {
		if (p->next == o)
			p->next = o->next;
	}
	(void)pthread_mutex_unlock(&list_lock);
}

static void
outfile_free(struct outfile *o)
{
	if (o->fd != -1)
		(void)close(o->fd);
	if (o->old != -1)
		(void)close(o->old);
	free(o->path);
	free(o->part);
	free(o);
}

/* One symbolic link's text, made a name that is valid from here. */
static char *
link_follow(const char *path, struct err *e)
{
	char text[4096], *s;
	ssize_t n;

	if ((n = readlink(path, text, sizeof(text) - 1)) == -1) {
		(void)err_sys(e, "%s", path);
		return NULL;
	}
	text[n] = '\0';
	s = mem_printf("%.*s%s", *text == '/' ? 0 : (int)folder_len(path),
	    path, text);
	if (s == NULL)
		(void)err_mem(e);
	return s;
}

/*
 * In a sticky folder (/tmp) only a file's owner, the folder's and root may
 * rename over it (rename(2)): better known before gigabytes are written.
 */
static int
sticky_check(const char *path, const struct stat *file, struct err *e)
{
	struct stat st;
	char *dir;
	int r;

	if ((dir = mem_printf("%.*s.", (int)folder_len(path), path)) == NULL)
		return err_mem(e);
	r = stat(dir, &st);
	free(dir);
	if (r == -1)
		return err_sys(e, "%s", path);
	if ((st.st_mode & S_ISVTX) && geteuid() != 0 &&
	    file->st_uid != geteuid() && st.st_uid != geteuid())
		return err_set(e, "%s: cannot be replaced: it belongs to "
		    "somebody else", path);
	return 0;
}

/*
 * The name of the file itself: a link that was put there on purpose stays,
 * and the file it names is replaced (or made). What is no regular file is
 * refused: a rename would destroy a device node.
 */
char *
outfile_target(const char *path, struct err *e)
{
	struct stat st;
	char *name, *next;
	size_t len = strlen(path);
	int links;

	if (len == 0 || path[len - 1] == '/') {
		(void)err_set(e, "%s: is not the name of a file",
		    len == 0 ? "\"\"" : path);
		return NULL;
	}
	if ((name = mem_printf("%s", path)) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	for (links = 0; lstat(name, &st) == 0; links++) {
		if (S_ISREG(st.st_mode)) {
			if (sticky_check(name, &st, e) == 0)
				return name;
			free(name);
			return NULL;
		}
		if (!S_ISLNK(st.st_mode) || links == LINKS_MAX) {
			(void)err_set(e, "%s: cannot be replaced: it is %s",
			    path, S_ISLNK(st.st_mode) ? "a loop of links" :
			    S_ISDIR(st.st_mode) ? "a folder" :
			    "not a regular file");
			free(name);
			return NULL;
		}
		next = link_follow(name, e);
		free(name);
		if ((name = next) == NULL)
			return NULL;
	}
	if (errno == ENOENT)
		return name;
	(void)err_sys(e, "%s", path);
	free(name);
	return NULL;
}

static int
part_open(struct outfile *o, struct err *e)
{
	struct stat st;
	int folder = (int)folder_len(o->path);
	char *dir;

	o->fd = open(o->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK, 0666);
	if (o->fd != -1)
		return 0;
	if (errno == ELOOP || errno == EISDIR || errno == ENXIO)
		return err_set(e, "%s: is in the way, remove it", o->part);
	if (errno == ENOENT) {
		dir = mem_printf("%.*s", folder > 1 ? folder - 1 : folder,
		    o->path);
		if (dir != NULL && *dir != '\0' && stat(dir, &st) == -1) {
			(void)err_code(e, ERR_MISSING,
			    "%s: the folder %s does not exist", o->path, dir);
			free(dir);
			return -1;
		}
		free(dir);
		errno = ENOENT;
	}
	return err_sys(e, "%s: cannot be written", o->part);
}

/*
 * Nothing tells who has a lock of flock(2), but who has one of fcntl(2) is told:
 * the owner takes that too, for this alone, where it can. (Where both are one,
 * there is no telling.)
 */
static void
part_sign(struct outfile *o)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	(void)fcntl(o->fd, F_SETLK, &l);
}

static int
part_refuse(struct outfile *o, struct err *e)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(o->fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK &&
	    l.l_pid > 0)
		return err_set(e, "%s: another process is writing it: %jd",
		    o->path, (intmax_t)l.l_pid);
	return err_set(e, "%s: another process is writing it", o->path);
}

/*
 * Some file systems know no locks. Being alone is likelier there than a
 * second writer.
 */
static int
part_lock(struct outfile *o, struct err *e)
{
	while (flock(o->fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EINTR)
			continue;
		if (errno == EWOULDBLOCK)
			return part_refuse(o, e);
		if (errno == EOPNOTSUPP || errno == ENOTSUP ||
		    errno == ENOLCK || errno == ENOSYS)
			break;
		return err_sys(e, "%s: cannot be locked", o->part);
	}
	part_sign(o);
	return 0;
}

/*
 * 1 when the locked file is what the name stands for, and ours alone; 0 when
 * its owner has renamed or removed it meanwhile, or it was a stranger's and
 * has been removed.
 */
static int
part_check(struct outfile *o, struct err *e)
{
	struct stat here, there;

	if (fstat(o->fd, &here) == -1)
		return err_sys(e, "%s", o->part);
	if (!S_ISREG(here.st_mode))
		return err_set(e, "%s: is in the way, remove it", o->part);
	if (lstat(o->part, &there) == -1)
		return errno == ENOENT ? 0 : err_sys(e, "%s", o->part);
	if (here.st_dev != there.st_dev || here.st_ino != there.st_ino)
		return 0;
	o->had = here.st_mode & 07777;
	o->empty = here.st_size == 0;
	if (here.st_nlink == 1 && here.st_uid == geteuid())
		return 1;
	if (unlink(o->part) == -1)
		return err_sys(e, "%s: belongs to somebody else and cannot be "
		    "removed", o->part);
	return 0;
}

/*
 * A file that is empty is left alone: ext4 takes one that was truncated for
 * one whose content is being replaced, and writes all of it to the disk when it
 * is closed.
 */
int
outfile_empty(struct outfile *o, struct err *e)
{
	struct stat st;

	if (fstat(o->fd, &st) == -1 ||
	    (st.st_size != 0 && ftruncate(o->fd, 0) == -1))
		return err_sys(e, "%s", o->part);
	return 0;
}

/* What could not be looked at goes again if it is seen now that it is ours and
 * nobody has written to it. */
static void
part_drop(struct outfile *o)
{
	struct err ignored;

	if (part_check(o, &ignored) == 1 && o->empty)
		(void)unlink(o->part);
}

static int
part_take(struct outfile *o, struct err *e)
{
	int tries, r = 0;

	for (tries = 0; tries < TRIES_MAX && r == 0; tries++) {
		if (part_open(o, e) == -1 || part_lock(o, e) == -1)
			return -1;
		if ((r = part_check(o, e)) != 1) {
			if (r == -1)
				part_drop(o);
			(void)close(o->fd);
			o->fd = -1;
		}
	}
	if (r == 0)
		return err_set(e, "%s: another process is writing it", o->path);
	if (r == 1 && !(o->flags & OUTFILE_KEEP) && !o->empty &&
	    outfile_empty(o, e) != 0) {
		(void)unlink(o->part);
		return -1;
	}
	return r == 1 ? 0 : -1;
}

/* It can be read by being changed only: once, for other threads have the same
 * (outfile_signals). */
static mode_t
umask_get(void)
{
	mode_t m;

	if (mask_known)
		return mask;
	m = umask(077);
	(void)umask(m);
	return m;
}

struct outfile *
outfile_open(const char *path, int flags, struct err *e)
{
	struct outfile *o;
	sigset_t saved;
	int r;

	if ((o = calloc(1, sizeof(*o))) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	o->fd = o->old = -1;
	o->flags = flags;
	o->pid = getpid();
	o->mode = 0666 & ~umask_get();
	if ((o->path = outfile_target(path, e)) == NULL) {
		outfile_free(o);
		return NULL;
	}
	if ((o->part = mem_printf("%s.part", o->path)) == NULL) {
		(void)err_mem(e);
		outfile_free(o);
		return NULL;
	}
	death_hold(&saved);
	if ((r = part_take(o, e)) == 0)
		list_add(o);
	death_release(&saved);
	if (r == -1) {
		outfile_free(o);
		return NULL;
	}
	/* Later it may be out of reach (confine.h). */
	if (flags & OUTFILE_SWAP)
		o->old = open(o->path,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return o;
}

int
outfile_fd(const struct outfile *o)
{
	return o->fd;
}

const char *
outfile_part(const struct outfile *o)
{
	return o->part;
}

void
outfile_mode(struct outfile *o, mode_t mode)
{
	o->mode = mode;
}

/* Not every file system keeps modes: what it made of them has to do then. */
static int
part_chmod(struct outfile *o, struct err *e)
{
	if (o->had == o->mode || fchmod(o->fd, o->mode) == 0 ||
	    errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS)
		return 0;
	return err_sys(e, "%s: chmod", o->part);
}

/*
 * A file system that writes late (NFS, quotas) tells of a full disk at
 * close(2), if not at fsync(2). A second descriptor asks it while the lock is
 * still held.
 */
static int
part_flush(struct outfile *o, struct err *e)
{
	int fd;

	if (o->flags & OUTFILE_SYNC) {
		if (fsync(o->fd) == 0)
			return 0;
		if (errno != EINVAL && errno != ENOTSUP)
			return err_sys(e, "%s: cannot be written", o->path);
	}
	if ((fd = dup(o->fd)) == -1 || (close(fd) == -1 && errno != EINTR))
		return err_sys(e, "%s: cannot be written", o->path);
	return 0;
}

/*
 * ext4 knows how large a file is once its data are written, and fsync(2) writes
 * the journal, for all that it knows: so the data come first.
 */
void
outfile_hurry(const struct outfile *o, bool wait)
{
	compat_write_out(o->fd, wait);
}

int
outfile_settle(struct outfile *o, struct err *e)
{
	if (o->pid != getpid())
		return err_set(e, "%s: was opened by another process",
		    o->path);
	if (part_chmod(o, e) == -1 || part_flush(o, e) == -1)
		return -1;
	o->settled = true;
	return 0;
}

/*
 * ext4 writes all of a file to the disk before it renames it over another. What
 * changes names with the old one is not waited for, nor ever written if it is
 * replaced soon. The old one is locked, as it has the name meanwhile by which a
 * second writer would take it over. 1: done; 0: it can but be renamed.
 */
static int
part_swap(const struct outfile *o, struct err *e)
{
	if (o->old == -1 || flock(o->old, LOCK_EX | LOCK_NB) == -1 ||
	    compat_swap(o->part, o->path) == -1)
		return 0;
	if (unlink(o->part) == 0)
		return 1;
	(void)err_sys(e, "%s: cannot be removed", o->part);
	(void)compat_swap(o->part, o->path);
	return -1;
}

/* Renamed, the .part may be another's: the handler must not see it. */
static int
part_rename(struct outfile *o, struct err *e)
{
	sigset_t saved;
	int r;

	death_hold(&saved);
	r = part_swap(o, e);
	if (r == 0 && (r = rename(o->part, o->path)) == -1)
		(void)err_sys(e, "%s: cannot be replaced", o->path);
	if (r != -1)
		list_remove(o);
	death_release(&saved);
	return r == -1 ? -1 : 0;
}

int
outfile_commit_later(struct outfile *o, struct folders *f, struct err *e)
{
	int r = 0;

	if ((!o->settled && outfile_settle(o, e) == -1) ||
	    part_rename(o, e) == -1) {
		outfile_abort(o);
		return -1;
	}
	if (o->flags & OUTFILE_SYNC)
		r = folders_add(f, o->path, e);
	outfile_free(o);
	return r;
}

int
outfile_commit(struct outfile *o, struct err *e)
{
	struct folders f = { NULL, 0, 0 };
	int r = outfile_commit_later(o, &f, e);

	if (r == 0)
		r = folders_sync(&f, e);
	folders_free(&f);
	return r;
}

/* The name goes before the lock does: nobody can have taken it over. */
static void
outfile_end(struct outfile *o, bool remove)
{
	int saved_errno = errno;
	sigset_t saved;

	death_hold(&saved);
	if (remove && o->pid == getpid())
		(void)unlink(o->part);
	list_remove(o);
	death_release(&saved);
	outfile_free(o);
	errno = saved_errno;
}

void
outfile_abort(struct outfile *o)
{
	if (o != NULL)
		outfile_end(o, true);
}

void
outfile_suspend(struct outfile *o)
{
	outfile_end(o, false);
}

/* The signal raised here is held back until this returns (death_last). */
static void
on_death(int sig)
{
	const struct outfile *o;
	int saved_errno = errno;
	pid_t me = getpid();

	for (o = open_files; o != NULL; o = o->next) {
		if (o->pid == me &&
		    !(keep_on_signal && (o->flags & OUTFILE_KEEP)))
			(void)unlink(o->part);
	}
	(void)raise(sig);
	errno = saved_errno;
}

/* Caught, so that write(2) fails with EFBIG; not ignored, which programs
 * started from here would inherit. */
static void
on_too_large(int sig)
{
	(void)sig;
}

void
outfile_signals(bool keep)
{
	struct sigaction sa;

	keep_on_signal = keep;
	mask = umask_get();
	mask_known = true;
	memset(&sa, 0, sizeof(sa));
	(void)sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_too_large;
	(void)sigaction(SIGXFSZ, &sa, NULL);
	death_last(on_death);
}
