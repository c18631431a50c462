/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fs.c: the table of file systems.
 */
#include <stddef.h>

#include "fs.h"

const struct fs_type *const fs_types[] = {
	&fs_ffs, &fs_ffs2, &fs_ext2, NULL
};
