/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * proc.h: states of processes and of lwps, kernel of NetBSD.
 */
#ifndef NB_SYS_NETBSD_SYS_PROC_H
#define NB_SYS_NETBSD_SYS_PROC_H

#define SSTOP	4
#define SZOMB	5
#define LSSTOP	4
#define LSZOMB	5

#endif
