/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * birth.h: when an inode was made, which no standard call tells.
 */
#ifndef NB_POSTINST_BIRTH_H
#define NB_POSTINST_BIRTH_H

#include <stdint.h>

/* In ns since 1970; 0 where the file system does not know. */
int64_t birth(int dir, const char *name);

/* The same of what statx(2) said (Linux). */
struct statx;
int64_t birth_of(const struct statx *);

#endif
