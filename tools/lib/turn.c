/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * turn.c: places in a file, locked by those who work.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "fnv.h"
#include "turn.h"

#define PLACES	  4096	/* a megabyte of a file that is mostly a hole */
#define TRIES_MAX 100	/* of finding the file gone once it was locked */

/*
 * What is locked is nowhere near what is written: a byte for each name far
 * behind the file's end, so that no two have the same one.
 */
static struct flock
range(const struct turn *t)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	uint64_t h;

	if (t->name != NULL) {
		h = fnv_string(FNV_START, t->name);
		l.l_start = (off_t)(h >> 3 | UINT64_C(1) << 32);
		l.l_len = 1;
	}
	return l;
}

static off_t
place(pid_t pid)
{
	return (off_t)(pid % PLACES) * TURN_SIZE;
}

int
turn_open(const struct turn *t, struct err *e)
{
	int fd = open(t->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
	    0666);
	bool none = fd == -1 && (errno == EROFS || errno == EACCES ||
	    errno == EPERM);

	if (fd == -1) {
		(void)err_sys(e, "%s", t->path);
		e->code = none ? ERR_MISSING : ERR_ANY;
	}
	return fd;
}

/* For people only: that it cannot be written is no reason to fail. */
static void
write_down(int fd, pid_t whose, const char *what)
{
	char text[TURN_SIZE] = { 0 };

	(void)snprintf(text, sizeof(text), "%jd %jd %jd %s",
	    (intmax_t)getpid(), (intmax_t)whose, (intmax_t)time(NULL), what);
	(void)!pwrite(fd, text, sizeof(text), place(getpid()));
}

static void
read_down(int fd, struct turn_holder *h)
{
	char text[TURN_SIZE + 1] = { 0 };
	intmax_t pid, whose, since;
	int n = 0;
	char *p;

	if (pread(fd, text, TURN_SIZE, place(h->pid)) <= 0 ||
	    sscanf(text, "%jd %jd %jd %n", &pid, &whose, &since, &n) != 3 ||
	    n == 0 || pid != h->pid)
		return;
	h->whose = (pid_t)whose;
	h->since = since;
	(void)snprintf(h->what, sizeof(h->what), "%s", text + n);
	/* Whoever may write there is not to write on our terminal. */
	for (p = h->what; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	}
}

static int
no_locks(const struct turn *t, struct err *e)
{
	bool none = errno == ENOLCK || errno == ENOSYS || errno == EINVAL;

	/* Linux has one number for these two.
	 * NOLINTNEXTLINE(misc-redundant-expression) */
	none = none || errno == EOPNOTSUPP || errno == ENOTSUP;
	(void)err_sys(e, "%s: cannot be locked", t->path);
	if (none)
		e->code = ERR_MISSING;
	return -1;
}

int
turn_look(const struct turn *t, int fd, struct turn_holder *h, struct err *e)
{
	struct flock l = range(t);

	memset(h, 0, sizeof(*h));
	if (fcntl(fd, F_GETLK, &l) == -1)
		return no_locks(t, e);
	if (l.l_type == F_UNLCK)
		return 0;
	/* Of a process in another container the number is 0. */
	if (l.l_pid > 0) {
		h->pid = l.l_pid;
		read_down(fd, h);
	}
	return 1;
}

/* 1 while the descriptor is what the name stands for. */
static int
is_there(const struct turn *t, int fd)
{
	struct stat here, there;

	return fstat(fd, &here) == 0 && stat(t->path, &there) == 0 &&
	    here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

int
turn_try(const struct turn *t, int *fd, pid_t whose, const char *what,
    struct turn_holder *h, struct err *e)
{
	struct flock l = range(t);
	int tries, r;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		if (fcntl(*fd, F_SETLK, &l) == -1) {
			if (errno != EACCES && errno != EAGAIN &&
			    errno != EINTR)
				return no_locks(t, e);
			/* It may have ended in between. */
			if ((r = turn_look(t, *fd, h, e)) != 0)
				return r == 1 ? 0 : -1;
			continue;
		}
		if (is_there(t, *fd)) {
			write_down(*fd, whose, what);
			return 1;
		}
		(void)close(*fd);
		if ((*fd = turn_open(t, e)) == -1)
			return -1;
	}
	return err_set(e, "%s: is removed again and again", t->path);
}

void
turn_text(const struct turn_holder *h, char text[TURN_TEXT])
{
	char when[CLOCK_MOMENT];

	if (h->whose == 0) {
		(void)snprintf(text, TURN_TEXT, h->pid == 0 ?
		    "a process on another machine" : "process %jd",
		    (intmax_t)h->pid);
		return;
	}
	clock_moment((time_t)h->since, when);
	(void)snprintf(text, TURN_TEXT, "process %jd, %s, since %s",
	    (intmax_t)h->whose, h->what, when);
}
