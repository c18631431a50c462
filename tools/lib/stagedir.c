/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stagedir.c: takes PATH.part, and puts it in PATH's place.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "mem.h"
#include "metalog.h"
#include "remove.h"
#include "stagedir.h"

#define O_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define TRIES_MAX 100	/* of finding .part gone once it was locked */

struct stagedir {
	char	*path;		/* for messages */
	char	*part_path;
	char	*name;		/* last parts, in the folder `parent` */
	char	*part, *old;
	int	 parent;
	int	 fd;		/* PATH.part, locked; -1 */
	FILE	*metalog;
};

/* What a name stands for. */
enum state { STATE_NONE, STATE_EMPTY, STATE_STAGE, STATE_OTHER, STATE_ERROR };

/* The folder and last part of path; a link to a folder is what it links to. */
static int
split(struct stagedir *s, const char *path, char **dir, struct err *e)
{
	struct stat st;
	size_t len = strlen(path);
	char *full, *slash;

	while (len > 1 && path[len - 1] == '/')
		len--;
	full = mem_printf("%.*s", (int)len, path);
	s->path = mem_printf("%.*s", (int)len, path);
	if (full == NULL || s->path == NULL) {
		free(full);
		return err_mem(e);
	}
	if (lstat(full, &st) == 0 && S_ISLNK(st.st_mode)) {
		free(full);
		if ((full = realpath(path, NULL)) == NULL)
			return err_sys(e, "%s", path);
	}
	slash = strrchr(full, '/');
	s->name = mem_printf("%s", slash != NULL ? slash + 1 : full);
	*dir = slash == NULL ? mem_printf(".") :
	    mem_printf("%.*s", slash == full ? 1 : (int)(slash - full), full);
	free(full);
	if (s->name == NULL || *dir == NULL)
		return err_mem(e);
	if (*s->name == '\0' || strcmp(s->name, ".") == 0 ||
	    strcmp(s->name, "..") == 0)
		return err_code(e, ERR_USAGE, "-C %s: a stage is replaced as a "
		    "whole: give it a name of its own", path);
	return 0;
}

static int
names(struct stagedir *s, const char *path, struct err *e)
{
	char *dir = NULL;
	int r = split(s, path, &dir, e);

	if (r == 0) {
		s->part = mem_printf("%s.part", s->name);
		s->old = mem_printf("%s.old", s->name);
		s->part_path = mem_printf("%s.part", s->path);
		if (s->part == NULL || s->old == NULL || s->part_path == NULL)
			r = err_mem(e);
	}
	if (r == 0) {
		s->parent = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (s->parent < 0 && errno == ENOENT)
			r = err_code(e, ERR_MISSING, "%s: the folder %s does "
			    "not exist", s->path, dir);
		else if (s->parent < 0)
			r = err_sys(e, "%s: %s", s->path, dir);
	}
	free(dir);
	return r;
}

/* Whether METALOG in the folder fd begins as ours do. */
static enum state
state_of_metalog(int fd)
{
	char head[sizeof(METALOG_HEAD)];
	int log = openat(fd, STAGE_METALOG,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	size_t have = 0;
	ssize_t n = 0;

	if (log < 0)
		return errno == ENOENT || errno == ELOOP || errno == EMLINK ?
		    STATE_OTHER : STATE_ERROR;
	while (have < sizeof(head) && ((n = read(log, head + have,
	    sizeof(head) - have)) > 0 || (n < 0 && errno == EINTR)))
		have += n > 0 ? (size_t)n : 0;
	(void)close(log);
	if (n < 0)
		return STATE_ERROR;
	return have == sizeof(head) &&
	    memcmp(head, METALOG_HEAD "\n", sizeof(head)) == 0 ?
	    STATE_STAGE : STATE_OTHER;
}

/*
 * An empty folder can be removed, and made again at once. STATE_ERROR: errno
 * says why it is not known.
 */
static enum state
state_of(const struct stagedir *s, const char *name)
{
	struct stat st;
	enum state r;
	int fd, saved;

	if (fstatat(s->parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? STATE_NONE : STATE_ERROR;
	if (!S_ISDIR(st.st_mode))
		return STATE_OTHER;
	if ((fd = openat(s->parent, name, O_FOLDER)) < 0)
		return STATE_ERROR;
	switch (remove_is_empty(fd)) {
	case 0:  r = state_of_metalog(fd); break;
	case 1:  r = STATE_EMPTY; break;
	default: r = STATE_ERROR; break;
	}
	saved = errno;
	(void)close(fd);
	errno = saved;
	return r;
}

static int
refuse(const struct stagedir *s, enum state state, const char *suffix,
    struct err *e)
{
	if (state == STATE_ERROR)
		return err_sys(e, "%s%s", s->path, suffix);
	return err_set(e, "%s%s: is there, and no stage of nb-untar: remove "
	    "it, or give another name", s->path, suffix);
}

/* Some file systems know no locks. Being alone is likelier there than a
 * second writer. */
static int
lock(const struct stagedir *s, struct err *e)
{
	while (flock(s->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno == EWOULDBLOCK)
			return err_set(e, "%s: another process is writing it",
			    s->path);
		if (errno == EOPNOTSUPP || errno == ENOTSUP ||
		    errno == ENOLCK || errno == ENOSYS || errno == EBADF)
			break;
		return err_sys(e, "%s: cannot be locked", s->part_path);
	}
	return 0;
}

/* 1: PATH.part is locked and ours; 0: its owner renamed it meanwhile. */
static int
take_once(struct stagedir *s, struct err *e)
{
	struct stat here, there;
	int made = mkdirat(s->parent, s->part, 0700);

	if (made != 0 && errno != EEXIST)
		return err_sys(e, "%s: cannot be made", s->part_path);
	s->fd = openat(s->parent, s->part, O_FOLDER);
	if (s->fd < 0 && errno == ENOENT)
		return 0;
	if (s->fd < 0) {
		(void)refuse(s, errno == ENOTDIR || errno == ELOOP ||
		    errno == EMLINK ? STATE_OTHER : STATE_ERROR, ".part", e);
		if (made == 0)
			(void)unlinkat(s->parent, s->part, AT_REMOVEDIR);
		return -1;
	}
	if (lock(s, e) != 0)
		return -1;
	if (fstat(s->fd, &here) != 0)
		return err_sys(e, "%s", s->part_path);
	if (fstatat(s->parent, s->part, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
	    here.st_dev != there.st_dev || here.st_ino != there.st_ino) {
		(void)close(s->fd);
		s->fd = -1;
		return 0;
	}
	if (here.st_uid != geteuid())
		return refuse(s, STATE_OTHER, ".part", e);
	return 1;
}

static int
take(struct stagedir *s, struct err *e)
{
	enum state state;
	int tries, r = 0;

	for (tries = 0; tries < TRIES_MAX && r == 0; tries++)
		r = take_once(s, e);
	if (r == 0)
		r = err_set(e, "%s: another process is writing it", s->path);
	if (r > 0 && (state = state_of(s, s->part)) != STATE_EMPTY) {
		if (state == STATE_STAGE)
			r = remove_inside(dup(s->fd), STAGE_METALOG,
			    s->part_path, e);
		else
			r = refuse(s, state, ".part", e);
		if (r < 0)	/* it goes if it is empty */
			(void)unlinkat(s->parent, s->part, AT_REMOVEDIR);
	}
	if (r < 0 && s->fd >= 0) {
		(void)close(s->fd);	/* not ours to remove */
		s->fd = -1;
	}
	return r < 0 ? -1 : 0;
}

static int
remove_old(const struct stagedir *s, struct err *e)
{
	char *shown = mem_printf("%s.old", s->path);
	int r, fd = openat(s->parent, s->old, O_FOLDER);

	if (shown == NULL || fd < 0)
		r = err_sys(e, "%s.old", s->path);
	else if ((r = remove_inside(fd, STAGE_METALOG, shown, e)) == 0 &&
	    unlinkat(s->parent, s->old, AT_REMOVEDIR) != 0)
		r = err_sys(e, "%s: cannot be removed", shown);
	free(shown);
	return r;
}

/* What a run that was killed left of PATH: the old one, under its name. */
static int
recover(const struct stagedir *s, struct err *e)
{
	enum state state = state_of(s, s->old);

	if (state == STATE_NONE)
		return 0;
	if (state >= STATE_OTHER)
		return refuse(s, state, ".old", e);
	if ((state = state_of(s, s->name)) == STATE_ERROR)
		return refuse(s, state, "", e);
	if (state != STATE_NONE)
		return remove_old(s, e);
	if (renameat(s->parent, s->old, s->parent, s->name) != 0)
		return err_sys(e, "%s.old: cannot be renamed", s->path);
	return 0;
}

static int
begin(struct stagedir *s, struct err *e)
{
	mode_t mask = umask(077);
	enum state state;
	int fd;

	(void)umask(mask);
	if (recover(s, e) != 0)
		return -1;
	if ((state = state_of(s, s->name)) >= STATE_OTHER)
		return refuse(s, state, "", e);
	if (fchmod(s->fd, 0700 | (0777 & ~mask)) != 0)
		return err_sys(e, "%s", s->part_path);
	fd = openat(s->fd, STAGE_METALOG, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0 || (s->metalog = fdopen(fd, "w")) == NULL) {
		(void)err_sys(e, "%s/" STAGE_METALOG, s->part_path);
		if (fd >= 0)
			(void)close(fd);
		return -1;
	}
	metalog_head(s->metalog);
	if (fflush(s->metalog) != 0)
		return err_sys(e, "%s/" STAGE_METALOG, s->part_path);
	return 0;
}

struct stagedir *
stagedir_open(const char *path, struct err *e)
{
	struct stagedir *s = mem_array(1, sizeof(*s));

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	s->parent = s->fd = -1;
	if (names(s, path, e) == 0 && take(s, e) == 0) {
		if (begin(s, e) == 0)
			return s;
		stagedir_undo(s);
	}
	stagedir_free(s);
	return NULL;
}

int
stagedir_fd(const struct stagedir *s)
{
	return s->fd;
}

FILE *
stagedir_metalog(const struct stagedir *s)
{
	return s->metalog;
}

const char *
stagedir_part(const struct stagedir *s)
{
	return s->part_path;
}

void
stagedir_confine(const struct stagedir *s, struct confine *c)
{
	int fd = openat(s->parent, s->name, O_FOLDER);

	confine_fd(c, s->fd, CONFINE_FILL);
	confine_fd(c, s->parent, CONFINE_PLACE);
	if (fd < 0)
		return;
	confine_fd(c, fd, CONFINE_REMOVE);
	(void)close(fd);
}

/* rename(2) takes an empty folder's place; a stage has to step aside. */
static int
publish(struct stagedir *s, bool *stepped, struct err *e)
{
	enum state state;

	*stepped = false;
	if (renameat(s->parent, s->part, s->parent, s->name) == 0)
		return 0;
	if (errno == EBUSY)
		return err_set(e, "%s: is a mount point, or in use: name a "
		    "folder below it", s->path);
	if (errno != EEXIST && errno != ENOTEMPTY)
		return err_sys(e, "%s: cannot be replaced", s->path);
	if ((state = state_of(s, s->name)) != STATE_STAGE)
		return refuse(s, state, "", e);
	if (renameat(s->parent, s->name, s->parent, s->old) != 0)
		return err_sys(e, "%s: cannot be replaced", s->path);
	if (renameat(s->parent, s->part, s->parent, s->name) != 0) {
		(void)err_sys(e, "%s: cannot be replaced", s->path);
		(void)renameat(s->parent, s->old, s->parent, s->name);
		return -1;
	}
	*stepped = true;
	return 0;
}

int
stagedir_commit(struct stagedir *s, int *placed, struct err *e)
{
	bool stepped;
	int failed = ferror(s->metalog);

	*placed = 0;
	if (fclose(s->metalog) != 0 || failed) {
		s->metalog = NULL;
		return err_sys(e, "%s/" STAGE_METALOG, s->part_path);
	}
	s->metalog = NULL;
	if (publish(s, &stepped, e) != 0)
		return -1;
	*placed = 1;
	return stepped ? remove_old(s, e) : 0;
}

void
stagedir_undo(const struct stagedir *s)
{
	(void)unlinkat(s->fd, STAGE_METALOG, 0);
	(void)unlinkat(s->parent, s->part, AT_REMOVEDIR);
}

void
stagedir_free(struct stagedir *s)
{
	if (s == NULL)
		return;
	if (s->metalog != NULL)
		(void)fclose(s->metalog);
	if (s->fd >= 0)
		(void)close(s->fd);
	if (s->parent >= 0)
		(void)close(s->parent);
	free(s->path);
	free(s->part_path);
	free(s->name);
	free(s->part);
	free(s->old);
	free(s);
}
