/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * bytes.h: sizes as people write them.
 */
#ifndef NB_BYTES_H
#define NB_BYTES_H

#include <stdint.h>

/*
 * bytes_parse: a number, with k, m or g behind it for 1024 and its powers. 0, or
 * -1: it is none, or over 64 TB, more than file systems here hold.
 */
int bytes_parse(const char *, uint64_t *);

#endif
