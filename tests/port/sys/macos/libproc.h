/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * libproc.h: proc_pidinfo of macOS (its manual is the header).
 */
#ifndef NB_SYS_MACOS_LIBPROC_H
#define NB_SYS_MACOS_LIBPROC_H

#include <stdint.h>

#define PROC_PIDTASKINFO 4

struct proc_taskinfo {
	uint64_t	pti_resident_size;
	uint64_t	pti_total_user, pti_total_system;
};

int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size);

#endif
