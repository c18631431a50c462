/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * remove.c: empties folders, with one descriptor however deep they are.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "remove.h"

#define O_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct walk {
	const char	*shown;
	struct err	*e;
	dev_t		 dev;
	int		 fd;		/* the folder that it stands in */
};

struct names {
	char	**v;
	size_t	 n, cap;
};

static void
names_free(struct names *l)
{
	while (l->n > 0)
		free(l->v[--l->n]);
	free(l->v);
}

/* All names in the folder but `last`; -1 and errno, too. */
static int
list(const struct walk *w, struct names *l, const char *last)
{
	struct dirent *d;
	DIR *dir;
	void *p;
	int fd = dup(w->fd), why;

	if (fd < 0 || (dir = fdopendir(fd)) == NULL) {
		why = errno;
		(void)err_sys(w->e, "%s", w->shown);
		if (fd >= 0)
			(void)close(fd);
		errno = why;
		return -1;
	}
	rewinddir(dir);
	while (errno = 0, (d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0 ||
		    (last != NULL && strcmp(d->d_name, last) == 0))
			continue;
		errno = ENOMEM;
		p = mem_grow(l->v, &l->cap, l->n + 1, sizeof(*l->v));
		if (p == NULL)
			break;
		l->v = p;
		if ((l->v[l->n] = mem_printf("%s", d->d_name)) == NULL)
			break;
		l->n++;
	}
	if ((why = errno) != 0)
		(void)err_sys(w->e, "%s", w->shown);
	(void)closedir(dir);
	errno = why;
	return why != 0 ? -1 : 0;
}

/* Scripts may have taken the permissions away that removing needs. */
static int
open_folder(const struct walk *w, const char *name)
{
	struct stat st;
	int fd = openat(w->fd, name, O_FOLDER);

	if (fd < 0 && errno == EACCES && fstatat(w->fd, name, &st,
	    AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
	    fchmodat(w->fd, name, 0700, 0) == 0)
		fd = openat(w->fd, name, O_FOLDER);
	if (fd < 0)
		return err_sys(w->e, "%s: %s: cannot be removed", w->shown,
		    name);
	if (fstat(fd, &st) != 0 || st.st_dev != w->dev) {
		(void)close(fd);
		return err_set(w->e, "%s: %s: is a mount point: unmount it",
		    w->shown, name);
	}
	if ((st.st_mode & 0700) != 0700)
		(void)fchmod(fd, 0700);
	return fd;
}

static int empty(struct walk *, const char *);

/* Down into name, empty it, and back: only if ".." is where we came from. */
static int
empty_below(struct walk *w, const char *name)
{
	struct stat before, after;
	int fd = open_folder(w, name), up;

	if (fd < 0)
		return -1;
	if (fstat(w->fd, &before) != 0) {
		(void)close(fd);
		return err_sys(w->e, "%s", w->shown);
	}
	(void)close(w->fd);
	w->fd = fd;
	if (empty(w, NULL) != 0)
		return -1;
	up = openat(w->fd, "..", O_FOLDER);
	if (up < 0 || fstat(up, &after) != 0 ||
	    before.st_dev != after.st_dev || before.st_ino != after.st_ino) {
		if (up >= 0)
			(void)close(up);
		return err_set(w->e, "%s: %s: was moved while it was removed",
		    w->shown, name);
	}
	(void)close(w->fd);
	w->fd = up;
	return 0;
}

static int
remove_one(struct walk *w, const char *name)
{
	if (unlinkat(w->fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	/* POSIX calls it EPERM when name is a folder, Linux EISDIR. */
	if (errno != EPERM && errno != EISDIR)
		return err_sys(w->e, "%s: %s: cannot be removed", w->shown,
		    name);
	if (unlinkat(w->fd, name, AT_REMOVEDIR) == 0)
		return 0;
	if (empty_below(w, name) != 0)
		return -1;
	if (unlinkat(w->fd, name, AT_REMOVEDIR) != 0)
		return err_sys(w->e, "%s: %s: cannot be removed", w->shown,
		    name);
	return 0;
}

static int
empty(struct walk *w, const char *last)
{
	struct names l = { NULL, 0, 0 };
	size_t i;
	int r = list(w, &l, last);

	for (i = 0; r == 0 && i < l.n; i++)
		r = remove_one(w, l.v[i]);
	names_free(&l);
	return r;
}

int
remove_inside(int fd, const char *last, const char *shown, struct err *e)
{
	struct walk w = { .shown = shown, .e = e, .fd = fd };
	struct stat st;
	int r;

	if (fstat(fd, &st) != 0)
		r = err_sys(e, "%s", shown);
	else {
		w.dev = st.st_dev;
		(void)fchmod(fd, st.st_mode | 0700);
		r = empty(&w, last);
	}
	if (r == 0)
		r = remove_one(&w, last);
	(void)close(w.fd);
	return r;
}

int
remove_is_empty(int fd)
{
	struct err ignored;
	struct walk w = { .shown = "", .e = &ignored, .fd = fd };
	struct names l = { NULL, 0, 0 };
	int r = list(&w, &l, NULL), why = errno;

	if (r == 0)
		r = l.n == 0;
	names_free(&l);
	errno = why;
	return r;
}
