/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * proc.h: states of processes, kernel of FreeBSD.
 */
#ifndef NB_SYS_FREEBSD_SYS_PROC_H
#define NB_SYS_FREEBSD_SYS_PROC_H

#define SSTOP	4
#define SZOMB	5

#endif
