/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sysctl.h: sysctl(3) of macOS.
 */
#ifndef NB_SYS_MACOS_SYS_SYSCTL_H
#define NB_SYS_MACOS_SYS_SYSCTL_H

#include <sys/types.h>

#define CTL_KERN	1
#define KERN_PROC	14
#define KERN_PROC_PID	1

int sysctl(int *, unsigned, void *, size_t *, void *, size_t);
int sysctlbyname(const char *, void *, size_t *, void *, size_t);

#include <sys/proc.h>

struct kinfo_proc {
	struct extern_proc	kp_proc;
};

#endif
