/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * proc.h: states of processes, and what sysctl(3) of macOS tells of one.
 */
#ifndef NB_SYS_MACOS_SYS_PROC_H
#define NB_SYS_MACOS_SYS_PROC_H

#include <sys/time.h>

#define SSTOP	4
#define SZOMB	5

struct extern_proc {
	union {
		struct timeval	start;
	} p_un;
#define p_starttime	p_un.start
	char	p_stat;
};

#endif
