/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nobody.c: a private mount namespace, and the way down (Linux).
 */
#define _GNU_SOURCE	/* unshare(2), setgroups(2), setresuid(2) */
#include <sys/mount.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "nobody.h"

#define DESCRIPTORS 16	/* for nftw(3) */

/* Folders that every Linux has and no program lives in (FHS 3.0): covering one
 * leaves nothing behind, whatever becomes of us. */
static const char *const places[] = { "/mnt", "/media", "/srv" };

static const char *
find_place(const char *stage)
{
	struct stat st;
	size_t i, len;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		len = strlen(places[i]);
		if (lstat(places[i], &st) == 0 && S_ISDIR(st.st_mode) &&
		    (strncmp(stage, places[i], len) != 0 ||
		    (stage[len] != '/' && stage[len] != '\0')))
			return places[i];
	}
	return NULL;
}

int
nobody_open(struct nobody *nb, const char *stage, struct err *e)
{
	const char *place = find_place(stage);

	if (place == NULL)
		return err_set(e, "no place for mounts");
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV,
	    "mode=0755") != 0)
		return err_sys(e, "a mount namespace");
	nb->place = place;
	/* Some containers have no nobody. */
	if (chown(place, NOBODY, NOBODY) != 0 || chown(place, 0, 0) != 0) {
		(void)err_sys(e, "nobody");
		nobody_close(nb);
		return -1;
	}
	return 0;
}

/* The next name in the place. */
static char *
next_name(struct nobody *nb, struct err *e)
{
	char *name = mem_printf("%s/%u", nb->place, nb->n++);

	if (name == NULL)
		(void)err_mem(e);
	return name;
}

char *
nobody_bind(struct nobody *nb, const char *path, struct err *e)
{
	char *name = next_name(nb, e);
	struct stat st;
	int fd = -1;

	if (name == NULL)
		return NULL;
	if (stat(path, &st) != 0 || (S_ISDIR(st.st_mode) ?
	    mkdir(name, 0755) : (fd = open(name, O_WRONLY | O_CREAT |
	    O_CLOEXEC, 0644))) == -1 ||
	    mount(path, name, NULL, MS_BIND, NULL) != 0) {
		(void)err_sys(e, "%s", path);
		free(name);
		name = NULL;
	}
	if (fd != -1)
		(void)close(fd);
	return name;
}

/* nftw(3) hands nothing through to what it calls. */
static struct {
	const char	*to;
	size_t		 skip;		/* of the source's name */
} copying;

static int
copy_file(const char *from, const char *to, mode_t mode)
{
	char buf[65536];
	int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), out, saved;
	ssize_t n = -1;

	if (in == -1)
		return -1;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out != -1) {
		while ((n = read(in, buf, sizeof(buf))) > 0) {
			if (write(out, buf, (size_t)n) != n)
				break;
		}
	}
	saved = errno;
	(void)close(in);
	if (out != -1 && close(out) != 0)
		n = -1;
	errno = saved;
	return n == 0 ? 0 : -1;
}

static int
copy_link(const char *from, const char *to)
{
	char text[4096];
	ssize_t n = readlink(from, text, sizeof(text) - 1);

	if (n == -1)
		return -1;
	text[n] = '\0';
	return symlink(text, to);
}

static int
copy_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char *to = mem_printf("%s%s", copying.to, path + copying.skip);
	int rc = 0;

	(void)ftw;
	if (to == NULL || type == FTW_NS || type == FTW_DNR)
		rc = -1;
	else if (S_ISDIR(st->st_mode))
		rc = mkdir(to, 0755);
	else if (S_ISLNK(st->st_mode))
		rc = copy_link(path, to);
	else if (S_ISREG(st->st_mode))
		rc = copy_file(path, to, st->st_mode & 0777);
	else {
		free(to);
		return 0;
	}
	if (rc == 0)
		rc = lchown(to, NOBODY, NOBODY);
	free(to);
	return rc;
}

char *
nobody_copy(struct nobody *nb, const char *path, struct err *e)
{
	/* A service may be a symbolic link to where its folder is. */
	char *name = next_name(nb, e), *real = realpath(path, NULL);

	if (name == NULL)
		;
	else if (real == NULL)
		(void)err_sys(e, "%s", path);
	else {
		copying.to = name;
		copying.skip = strlen(real);
		if (nftw(real, copy_one, DESCRIPTORS, FTW_PHYS) == 0) {
			free(real);
			return name;
		}
		(void)err_sys(e, "%s: to a temporary folder", path);
	}
	free(real);
	free(name);
	return NULL;
}

int
nobody_become(void)
{
	if (setgroups(0, NULL) != 0 ||
	    setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return -1;
	return 0;
}

void
nobody_close(struct nobody *nb)
{
	if (nb->place == NULL)
		return;
	(void)umount2(nb->place, MNT_DETACH);
	memset(nb, 0, sizeof(*nb));
}
