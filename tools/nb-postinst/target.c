/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * target.c: reaches into the process that makes a system call.
 */
#define _GNU_SOURCE	/* process_vm_readv(2), O_PATH */
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target.h"

/* No page is smaller: a name may end right before one that is not there. */
#define PAGE	4096u

int
target_name(const struct target *t, uint64_t addr, char *buf, size_t size)
{
	struct iovec here, there;
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		here.iov_base = buf + len;
		here.iov_len = PAGE - (size_t)((addr + len) % PAGE);
		if (here.iov_len > size - len)
			here.iov_len = size - len;
		there.iov_base = (void *)(uintptr_t)(addr + len);
		there.iov_len = here.iov_len;
		n = process_vm_readv(t->tid, &here, 1, &there, 1, 0);
		if (n <= 0)
			return n == 0 ? EFAULT : errno;
		if (memchr(buf + len, '\0', (size_t)n) != NULL)
			return 0;
		len += (size_t)n;
	}
	return ENAMETOOLONG;
}

int
target_put(const struct target *t, uint64_t addr, const void *p, size_t len)
{
	struct iovec here, there;
	ssize_t n;

	here.iov_base = (void *)(uintptr_t)p;
	here.iov_len = there.iov_len = len;
	there.iov_base = (void *)(uintptr_t)addr;
	n = process_vm_writev(t->tid, &here, 1, &there, 1, 0);
	if (n == -1)
		return errno;
	return (size_t)n == len ? 0 : EFAULT;
}

int
target_descriptor(const struct target *t, int fd)
{
	char name[64];
	int own;

	(void)snprintf(name, sizeof(name), "%ld/fd/%d", (long)t->tid, fd);
	own = openat(t->proc, name, O_PATH | O_CLOEXEC);
	if (own == -1 && errno == ENOENT)
		errno = EBADF;
	return own;
}

int
target_folder(const struct target *t)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%ld/cwd", (long)t->tid);
	return openat(t->proc, name, O_PATH | O_CLOEXEC);
}

int
target_umask(const struct target *t)
{
	static const char word[] = "\nUmask:";
	char buf[512], *p;
	ssize_t n;
	int fd;

	/* proc(5): it is the second line. */
	(void)snprintf(buf, sizeof(buf), "%ld/status", (long)t->tid);
	if ((fd = openat(t->proc, buf, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	n = read(fd, buf, sizeof(buf) - 1);
	(void)close(fd);
	buf[n > 0 ? n : 0] = '\0';
	if ((p = strstr(buf, word)) == NULL) {
		errno = EIO;
		return -1;
	}
	return (int)strtol(p + sizeof(word) - 1, NULL, 8) & 0777;
}
