/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * readall.c: a signal is no failure, and a short read not the file's end.
 */
#include <errno.h>
#include <unistd.h>

#include "readall.h"

ssize_t
read_all_at(int fd, void *buf, size_t len, off_t off)
{
	char *p = buf;
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = pread(fd, p + done, len - done, off + (off_t)done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}
