/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * writeall.h: write(2) until all is written.
 */
#ifndef NB_WRITEALL_H
#define NB_WRITEALL_H

#include <stddef.h>

/* write_all: len bytes to fd, however many calls that takes; -1 and errno. */
int write_all(int fd, const void *buf, size_t len);

#endif
