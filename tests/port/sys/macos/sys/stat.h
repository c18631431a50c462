/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stat.h: stat(2) of macOS, whose times have 4.4BSD's names. compat.h knows.
 */
#ifndef NB_SYS_MACOS_SYS_STAT_H
#define NB_SYS_MACOS_SYS_STAT_H

#define st_atim st_atimespec
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#include_next <sys/stat.h>
#undef st_atim
#undef st_mtim
#undef st_ctim

#endif
