/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * rundir.c: the folder where what runs is known by name.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "again.h"
#include "clock.h"
#include "fnv.h"
#include "rundir.h"

/* What is done under the lock takes less than a millisecond. */
#define LOCK_SECONDS 5

#define HASH_LEN 16	/* digits */

bool
rundir_own(const char *dir, mode_t rights, struct err *e)
{
	struct stat st;
	int r, tries = 0;

	do {
		r = lstat(dir, &st);
	} while (r == -1 && again(&tries));
	if (r == -1)
		(void)(errno == ENOENT ?
		    err_code(e, ERR_MISSING, "%s: no such folder", dir) :
		    err_sys(e, "%s", dir));
	else if (!S_ISDIR(st.st_mode))
		(void)err_set(e, "%s: not a folder", dir);
	else if (st.st_uid != geteuid())
		(void)err_set(e, "%s: belongs to another user", dir);
	else if ((st.st_mode & rights) != 0)
		(void)err_set(e, "%s: open to other users: chmod 700 %s", dir,
		    dir);
	else
		return true;
	return false;
}

/* Of a user whose place was taken by su(1) it is not ours. */
static bool
is_usable(const char *xdg)
{
	struct err e;

	return xdg != NULL && *xdg == '/' &&
	    (rundir_own(xdg, 0, &e) || e.code == ERR_MISSING);
}

int
rundir_name(char dir[RUNDIR_MAX + 1], struct err *e)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	int n;

	if (is_usable(xdg))
		n = snprintf(dir, RUNDIR_MAX + 1, "%s/nb-start", xdg);
	else if (geteuid() == 0)
		n = snprintf(dir, RUNDIR_MAX + 1, "/var/run/nb-start");
	else
		n = snprintf(dir, RUNDIR_MAX + 1, "/tmp/nb-start-%ju",
		    (uintmax_t)geteuid());
	if (n < 0 || n > RUNDIR_MAX)
		return err_set(e, "%s: too long to have sockets in it: set "
		    "XDG_RUNTIME_DIR to another folder", xdg);
	return 0;
}

int
rundir_find(char dir[RUNDIR_MAX + 1], bool make, struct err *e)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");

	if (rundir_name(dir, e) == -1)
		return -1;
	if (make && mkdir(dir, 0700) == -1 && errno == ENOENT &&
	    is_usable(xdg)) {
		(void)mkdir(xdg, 0700);
		(void)mkdir(dir, 0700);
	}
	return rundir_own(dir, 077, e) ? 0 : -1;
}

void
rundir_file(char path[RUNDIR_SOCKET_MAX + 1], const char *dir,
    const char *name, const char *suffix)
{
	int room = RUNDIR_SOCKET_MAX - (int)strlen(dir) - 1 - 4;

	if (strlen(name) <= (size_t)room)
		(void)snprintf(path, RUNDIR_SOCKET_MAX + 1, "%s/%s%s", dir,
		    name, suffix);
	else
		(void)snprintf(path, RUNDIR_SOCKET_MAX + 1,
		    "%s/%.*s-%016" PRIx64 "%s", dir, room - HASH_LEN - 1, name,
		    fnv_string(FNV_START, name), suffix);
}

int
rundir_lock(const char *dir, struct err *e)
{
	int64_t end = clock_ms() + LOCK_SECONDS * 1000;
	int fd, tries = 0;

	do {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} while (fd == -1 && again(&tries));
	if (fd == -1)
		return err_sys(e, "%s", dir);
	while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			(void)err_sys(e, "%s: cannot be locked", dir);
		else if (clock_ms() >= end)
			(void)err_set(e, "%s: another process has kept it "
			    "locked for %d seconds", dir, LOCK_SECONDS);
		else {
			(void)poll(NULL, 0, 1);
			continue;
		}
		(void)close(fd);
		return -1;
	}
	return fd;
}
