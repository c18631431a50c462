/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pidfile.c: whether a VM runs, by QEMU's pid file.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "again.h"
#include "pidfile.h"

static int
pidfile_open(const char *path)
{
	int fd, tries = 0;

	do {
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	} while (fd == -1 && again(&tries));
	return fd;
}

pid_t
pidfile_running(const char *path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = pidfile_open(path);
	bool runs;

	if (fd == -1)
		return 0;
	runs = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	(void)close(fd);
	return runs ? lock.l_pid : 0;
}

bool
pidfile_clear(const char *path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = pidfile_open(path);
	bool ours;

	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR;
	/* With the lock it is nobody's, and nobody's to take until it is gone. */
	ours = fcntl(fd, F_SETLK, &lock) == 0;
	if (ours)
		(void)unlink(path);
	(void)close(fd);
	return ours;
}
