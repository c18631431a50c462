/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stagefile.c: opens and reads a stage's files.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "path.h"
#include "stagefile.h"

/* The file name, one part after the other. */
static int
open_below(int dir, char *name)
{
	char *slash;
	int fd, at = dir;

	while ((slash = strchr(name, '/')) != NULL) {
		*slash = '\0';
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
		if (at != dir)
			(void)close(at);
		if ((at = fd) == -1)
			return -1;
		name = slash + 1;
	}
	fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (at != dir)
		(void)close(at);
	return fd;
}

int
stagefile_open(int dir, const struct node *n, uint64_t *size, struct err *e)
{
	char name[PATH_LEN_MAX], shown[PATH_LEN_MAX];
	struct stat st;
	int fd;

	(void)tree_path(n, name);
	(void)tree_path(n, shown);
	if ((fd = open_below(dir, name)) == -1 || fstat(fd, &st) != 0) {
		(void)err_sys(e, "%s", shown);
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(e, "%s: is no file in the stage", shown);
	}
	*size = (uint64_t)st.st_size;
	return fd;
}

int64_t
stagefile_read(int fd, void *buf, size_t len, uint64_t off)
{
	size_t done = 0;
	ssize_t n;

	if (off > INT64_MAX - len)
		return 0;
	while (done < len) {
		n = pread(fd, (char *)buf + done, len - done,
		    (off_t)(off + done));
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return (int64_t)done;
}

char *
stagefile_text(int dir, const struct node *n, size_t max, size_t *len,
    struct err *e)
{
	char name[PATH_LEN_MAX], *buf = NULL;
	uint64_t size = 0;
	int64_t got = 0;
	int fd = stagefile_open(dir, n, &size, e);

	if (fd == -1)
		return NULL;
	(void)tree_path(n, name);
	if (size > max)
		(void)err_set(e, "%s: over %zu bytes", name, max);
	else if ((buf = mem_array((size_t)size + 1, 1)) == NULL)
		(void)err_mem(e);
	else if ((got = stagefile_read(fd, buf, (size_t)size, 0)) < 0)
		(void)err_sys(e, "%s", name);
	else if ((uint64_t)got != size || memchr(buf, '\0', (size_t)size))
		(void)err_set(e, "%s: %s", name, (uint64_t)got != size ?
		    "changed while it was read" : "a NUL byte: not a text");
	else {
		(void)close(fd);
		*len = (size_t)size;
		return buf;
	}
	free(buf);
	(void)close(fd);
	return NULL;
}
