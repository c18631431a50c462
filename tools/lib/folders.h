/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * folders.h: folders in which something was renamed. A new name is on the disk
 * only when its folder is; with many files, that is waited for once.
 */
#ifndef NB_FOLDERS_H
#define NB_FOLDERS_H

#include <stddef.h>

#include "err.h"

/* folder_len: bytes of path that are its folder, up to the last slash; 0: the
 * present one. The name of the file is behind them. */
size_t folder_len(const char *path);

/* To begin with, all zeros. */
struct folders {
	char	**names;
	size_t	  n, cap;
};

/* folders_add: the folder that path is in, if it is not there yet. */
int folders_add(struct folders *, const char *path, struct err *);

/* folders_sync: wait until the disk has them; the list is empty then. */
int folders_sync(struct folders *, struct err *);

void folders_free(struct folders *);

#endif
