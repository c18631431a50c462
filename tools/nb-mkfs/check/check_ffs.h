/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_ffs.h: what the files that check a Fast File System share.
 */
#ifndef NB_CHECK_FFS_H
#define NB_CHECK_FFS_H

#include "../../lib/read_ffs.h"
#include "check_impl.h"

#define FFSD_CONTIG_MAX 16u	/* fs.h, FS_MAXCONTIG */

/* Headers, maps and counts of the groups, and their sums. */
int check_ffs_groups(struct check *, struct err *);

#endif
