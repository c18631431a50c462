/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * slurp.c: opens, reads and closes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "readall.h"
#include "slurp.h"

/* size bytes, which were there a moment ago. */
static char *
read_all(int fd, const char *path, size_t size, struct err *e)
{
	char *text = malloc(size + 1);
	ssize_t n;

	if (text == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if ((n = read_all_at(fd, text, size, 0)) != (ssize_t)size) {
		(void)(n == -1 ? err_sys(e, "%s", path) : err_set(e,
		    "%s: changed while it was read", path));
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}

char *
slurp(const char *path, int flags, size_t max, const char *other, size_t *len,
    struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
	char *text = NULL;
	struct stat st;

	*len = 0;
	if (fd == -1 || fstat(fd, &st) == -1)
		(void)err_sys(e, "%s", path);
	else if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		(void)err_code(e, ERR_DAMAGED, "%s: %s", path, other);
	else if ((text = read_all(fd, path, (size_t)st.st_size, e)) != NULL)
		*len = (size_t)st.st_size;
	if (fd != -1)
		(void)close(fd);
	return text;
}

bool
slurp_line(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), why;
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return false;
	errno = 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, buf, len - 1);
	why = errno;
	(void)close(fd);
	errno = why;
	if (n <= 0)
		return false;
	if (buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return true;
}
