/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * readall.h: pread(2) until all is read.
 */
#ifndef NB_READALL_H
#define NB_READALL_H

#include <sys/types.h>

#include <stddef.h>

/*
 * read_all_at: len bytes of fd from byte off on, however many calls that takes.
 * Returns the bytes read, fewer than len only at the end of the file; -1 and
 * errno. The descriptor's own place stays.
 */
ssize_t read_all_at(int fd, void *buf, size_t len, off_t off);

#endif
