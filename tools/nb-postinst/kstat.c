/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * kstat.c: from struct statx to the kernel's struct stat.
 *
 * <sys/stat.h> has the C library's struct of the same name, so the kernel's
 * own headers tell here what there is to know. 32-bit systems have an older
 * struct stat too, which no program of this century asks for.
 */
#include <stdint.h>
#include <string.h>

#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/stat.h>

#include "kstat.h"

#if defined(__NR_stat64)
#define KSTAT	struct stat64
#else
#define KSTAT	struct stat
#endif

_Static_assert(sizeof(KSTAT) <= KSTAT_MAX, "struct stat has grown");

/* A device as the kernel encodes it for programs (linux/kdev_t.h). */
static uint32_t
dev(uint32_t major, uint32_t minor)
{
	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

size_t
kstat_of(unsigned char buf[KSTAT_MAX], const struct statx *sx)
{
	KSTAT st;

	memset(&st, 0, sizeof(st));
	st.st_dev = dev(sx->stx_dev_major, sx->stx_dev_minor);
	st.st_ino = sx->stx_ino;
#if defined(STAT64_HAS_BROKEN_ST_INO)
	st.__st_ino = (unsigned long)sx->stx_ino;
#endif
	st.st_mode = sx->stx_mode;
	st.st_nlink = sx->stx_nlink;
	st.st_uid = sx->stx_uid;
	st.st_gid = sx->stx_gid;
	st.st_rdev = dev(sx->stx_rdev_major, sx->stx_rdev_minor);
	st.st_size = sx->stx_size;
	st.st_blksize = sx->stx_blksize;
	st.st_blocks = sx->stx_blocks;
	st.st_atime = sx->stx_atime.tv_sec;
	st.st_atime_nsec = sx->stx_atime.tv_nsec;
	st.st_mtime = sx->stx_mtime.tv_sec;
	st.st_mtime_nsec = sx->stx_mtime.tv_nsec;
	st.st_ctime = sx->stx_ctime.tv_sec;
	st.st_ctime_nsec = sx->stx_ctime.tv_nsec;
	memcpy(buf, &st, sizeof(st));
	return sizeof(st);
}
