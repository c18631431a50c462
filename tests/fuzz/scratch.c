/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * scratch.c: the folder of a target's files.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scratch.h"

static char folder[SCRATCH_PATH / 2];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
clean_up(void)
{
	(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
make_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(folder, sizeof(folder), "%s/nb-fuzz.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");

	if (n < 0 || (size_t)n >= sizeof(folder) || mkdtemp(folder) == NULL ||
	    atexit(clean_up) != 0)
		abort();
}

void
scratch_path(char buf[SCRATCH_PATH], const char *name)
{
	int n;

	if (folder[0] == '\0')
		make_folder();
	n = snprintf(buf, SCRATCH_PATH, "%s/%s", folder, name);
	if (n < 0 || n >= SCRATCH_PATH)
		abort();
}

int
scratch_file(char buf[SCRATCH_PATH], const char *name)
{
	int fd;

	scratch_path(buf, name);
	fd = open(buf, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd == -1)
		abort();
	return fd;
}

void
scratch_put(int fd, const void *buf, size_t len)
{
	if (ftruncate(fd, 0) != 0 || pwrite(fd, buf, len, 0) != (ssize_t)len)
		abort();
}
