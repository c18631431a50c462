/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sysctl.h: sysctl(3) and sysctl(7) of NetBSD, as far as KERN_PROC2.
 */
#ifndef NB_SYS_NETBSD_SYS_SYSCTL_H
#define NB_SYS_NETBSD_SYS_SYSCTL_H

#include <sys/types.h>

#define CTL_KERN	1
#define KERN_PROC	14
#define KERN_PROC2	47
#define KERN_PROC_PID	1

int sysctl(const int *, unsigned, void *, size_t *, const void *, size_t);
int sysctlbyname(const char *, void *, size_t *, const void *, size_t);

struct kinfo_proc2 {
	uint32_t	p_ustart_sec, p_ustart_usec;
	uint32_t	p_rtime_sec, p_rtime_usec;
	int32_t		p_vm_rssize;
	int8_t		p_stat;
};

#endif
