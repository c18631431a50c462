/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * region.h: the bytes of a file system in an image file, read, and never
 * beyond their end.
 */
#ifndef NB_REGION_H
#define NB_REGION_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* What region_peek gives never crosses a multiple of this. */
#define REGION_PAGE 4096u

struct region;

/*
 * region_new: size bytes from byte `start` of fd. path is for messages. The
 * caller owns fd and path, and keeps both for as long as the region.
 */
struct region *region_new(int fd, const char *path, uint64_t start,
    uint64_t size, struct err *);

uint64_t region_size(const struct region *);

/* region_read: len bytes at off, counted from the start of the region. What
 * is not all inside, or behind the end of the file, is an error. */
int region_read(struct region *, uint64_t off, void *buf, size_t len,
    struct err *);

/*
 * region_peek: the same through a small cache, for what is read in little
 * pieces near each other. len bytes that do not cross a REGION_PAGE; the
 * pointer is good until the next call. NULL on error.
 */
const uint8_t *region_peek(struct region *, uint64_t off, size_t len,
    struct err *);

/* region_data: off, or the end of the hole of the file that it is in. */
uint64_t region_data(const struct region *, uint64_t off);

void region_free(struct region *);

#endif
