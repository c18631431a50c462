/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * image.h: the bytes of a file system, on their way into an image file.
 *
 * Writes near each other are gathered into large ones. What is never
 * written is a hole and reads as zeros: file systems do not write blocks that
 * they did not allocate, nor runs of zeros that are larger than a block.
 */
#ifndef NB_IMAGE_H
#define NB_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct image;

/*
 * image_new: the file system takes size bytes from byte `start` of fd. With
 * fd -1 nothing is written: a rehearsal, to find out what would fit. path is
 * for messages. The caller owns fd and path.
 */
struct image *image_new(int fd, const char *path, uint64_t start,
    uint64_t size, struct err *);

/* Bytes of the file system. */
uint64_t image_size(const struct image *);
/* Whether this is a rehearsal: content need not be made up. */
int image_rehearsal(const struct image *);

/* image_write: len bytes at off, counted from the start of the file system;
 * both in whole sectors of 512 bytes. Other writes, and such past the end, are
 * an error of the caller's (they are refused). */
int image_write(struct image *, uint64_t off, const void *, size_t len,
    struct err *);

/* image_write_padded: the same of room bytes, of which the last room - len are
 * zeros. */
int image_write_padded(struct image *, uint64_t off, const void *, size_t len,
    size_t room, struct err *);

/* image_flush: all of it to the file. */
int image_flush(struct image *, struct err *);

void image_free(struct image *);

#endif
