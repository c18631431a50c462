/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * kstat.h: the struct stat that the kernel hands out, which is not always the
 * C library's (Linux).
 */
#ifndef NB_POSTINST_KSTAT_H
#define NB_POSTINST_KSTAT_H

#include <stddef.h>

#define KSTAT_MAX 256

struct statx;

/* kstat_of: the same as sx says, in buf; returns its size. */
size_t kstat_of(unsigned char buf[KSTAT_MAX], const struct statx *sx);

#endif
