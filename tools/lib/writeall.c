/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * writeall.c: a signal, or a pipe that is full, is no failure.
 */
#include <errno.h>
#include <unistd.h>

#include "writeall.h"

int
write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return -1;
	}
	return 0;
}
