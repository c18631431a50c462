/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * user.h: what sysctl(3) of FreeBSD tells of a process.
 */
#ifndef NB_SYS_FREEBSD_SYS_USER_H
#define NB_SYS_FREEBSD_SYS_USER_H

#include <stdint.h>
#include <sys/time.h>

struct kinfo_proc {
	struct timeval	ki_start;
	uint64_t	ki_runtime;	/* microseconds */
	long		ki_rssize;	/* pages; segsz_t */
	char		ki_stat;
};

#endif
