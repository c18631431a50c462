/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * birth.h: when an inode was made, as statx(2) tells it.
 */
#ifndef NB_POSTINST_BIRTH_H
#define NB_POSTINST_BIRTH_H

#include <sys/stat.h>

#include <stdint.h>

#if defined(STATX_BTIME)
/* In ns since 1970; 0 where the file system does not know. */
static inline int64_t
birth_of(const struct statx *sx)
{
	if ((sx->stx_mask & STATX_BTIME) == 0)
		return 0;
	return sx->stx_btime.tv_sec * INT64_C(1000000000) +
	    sx->stx_btime.tv_nsec;
}
#endif

#endif
