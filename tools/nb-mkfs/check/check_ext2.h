/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_ext2.h: what the files that check an ext2 file system share.
 */
#ifndef NB_CHECK_EXT2_H
#define NB_CHECK_EXT2_H

#include "../../lib/read_ext2.h"
#include "check_impl.h"

/* Bitmaps and counts of the groups, and their sums. */
int check_ext2_groups(struct check *, struct err *);

/* check_ext2_gd: group g's descriptor, good until the next read; NULL with
 * err. */
const uint8_t *check_ext2_gd(struct check *, uint32_t g, struct err *);

#endif
