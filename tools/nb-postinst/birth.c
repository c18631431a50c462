/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * birth.c: birth times, by statx(2) (Linux).
 */
#define _GNU_SOURCE	/* statx(2) */
#include <sys/stat.h>

#include <fcntl.h>

#include "birth.h"

int64_t
birth_of(const struct statx *sx)
{
	if ((sx->stx_mask & STATX_BTIME) == 0)
		return 0;
	return sx->stx_btime.tv_sec * INT64_C(1000000000) +
	    sx->stx_btime.tv_nsec;
}

int64_t
birth(int dir, const char *name)
{
	struct statx sx;

	if (statx(dir, name, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &sx) == 0)
		return birth_of(&sx);
	return 0;
}
