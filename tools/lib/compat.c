/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * compat.c: what a system has and POSIX has not.
 */
#ifdef __linux__
#define _GNU_SOURCE	/* sync_file_range(2), fallocate(2) */
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>	/* defines __GLIBC__, for one */
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "compat.h"

/* POSIX knows but of one set of words; BSD systems have a variable more. */
void
compat_getopt(void)
{
#ifdef __GLIBC__
	optind = 0;
#else
	optind = 1;
#endif
#if defined(__NetBSD__) || defined(__FreeBSD__) || defined(__OpenBSD__) || \
    defined(__APPLE__)
	optreset = 1;
#endif
}

void
compat_keep_pages(void)
{
#ifdef __GLIBC__
	(void)mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024);
#endif
}

void
compat_die_with_parent(int sig)
{
#ifdef PR_SET_PDEATHSIG
	(void)prctl(PR_SET_PDEATHSIG, sig);
#else
	(void)sig;
#endif
}

void
compat_adopt(void)
{
#ifdef PR_SET_CHILD_SUBREAPER
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

void
compat_cloexec(int from)
{
	long n;

#ifdef SYS_close_range
	/* 4: CLOSE_RANGE_CLOEXEC, since Linux 5.11 */
	if (syscall(SYS_close_range, from, ~0U, 4) == 0)
		return;
#endif
	n = sysconf(_SC_OPEN_MAX);
	for (int i = from; i < n; i++)
		(void)fcntl(i, F_SETFD, FD_CLOEXEC);
}

/* pidfd_open(2), pidfd_send_signal(2): Linux 5.3 and 5.1. */
int
compat_process(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

int
compat_process_signal(int fd, int sig)
{
#ifdef SYS_pidfd_send_signal
	return (int)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0);
#else
	(void)fd;
	(void)sig;
	errno = ENOSYS;
	return -1;
#endif
}

void
compat_write_out(int fd, bool wait)
{
#ifdef __linux__
	(void)sync_file_range(fd, 0, 0, wait ? SYNC_FILE_RANGE_WAIT_BEFORE :
	    SYNC_FILE_RANGE_WRITE);
#else
	(void)fd;
	(void)wait;
#endif
}

/* renameat2(2): Linux 3.15; 2 is RENAME_EXCHANGE. */
int
compat_swap(const char *a, const char *b)
{
#ifdef SYS_renameat2
	return (int)syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2U);
#else
	(void)a;
	(void)b;
	errno = ENOSYS;
	return -1;
#endif
}

int
compat_forget(int fd, off_t from, off_t len)
{
#ifdef __linux__
	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from,
	    len);
#else
	(void)fd;
	(void)from;
	(void)len;
	errno = EOPNOTSUPP;
	return -1;
#endif
}
