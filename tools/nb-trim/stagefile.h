/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stagefile.h: contents of a stage's files, read through no symbolic link.
 */
#ifndef NB_STAGEFILE_H
#define NB_STAGEFILE_H

#include <stdint.h>

#include "err.h"
#include "tree.h"

/* stagefile_open: the content of FILE n, below the folder dir; *size are its
 * bytes. A descriptor, to be closed; -1. */
int stagefile_open(int dir, const struct node *n, uint64_t *size,
    struct err *);

/*
 * stagefile_text: all of it, with a NUL behind, to be freed; *len bytes. More
 * than max bytes are refused, as is a NUL.
 */
char *stagefile_text(int dir, const struct node *n, size_t max, size_t *len,
    struct err *);

/* stagefile_read: up to len bytes at off of fd; how many, or -1. */
int64_t stagefile_read(int fd, void *buf, size_t len, uint64_t off);

#endif
