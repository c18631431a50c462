/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * blkmap.h: from a file's blocks to the pointers of its inode.
 *
 * FFS and ext2 share the shape: twelve direct pointers, then one single, one
 * double and one triple indirect block full of pointers. A blkmap takes the
 * data blocks in order, writes the indirect blocks, and leaves the fifteen
 * pointers for the inode. A pointer of 0 is a hole.
 */
#ifndef NB_BLKMAP_H
#define NB_BLKMAP_H

#include <stdint.h>

#include "../lib/err.h"
#include "image.h"

#define BLKMAP_DIRECT	12
#define BLKMAP_POINTERS	15

struct blkmap;

/*
 * blkmap_new: bsize bytes a block; unit bytes that an address counts in (a
 * fragment for FFS, a block for ext2); ptrsize 4 or 8, little-endian.
 * alloc(ctx, &addr, err) gives one whole block for pointers, or -1.
 */
struct blkmap *blkmap_new(struct image *, uint32_t bsize, uint32_t unit,
    unsigned ptrsize, int (*alloc)(void *, uint64_t *, struct err *),
    void *ctx, struct err *);

/* blkmap_begin: a new file. */
void blkmap_begin(struct blkmap *);

/*
 * blkmap_add: file blocks lbn, lbn + 1, ... (n of them) are at addr,
 * addr + bsize / unit, ... lbn grows from call to call; what is passed over is
 * a hole. Fails on what the third level cannot reach.
 */
int blkmap_add(struct blkmap *, uint64_t lbn, uint64_t addr, uint64_t n,
    struct err *);

/*
 * blkmap_end: write what is left of the indirect blocks; ptr holds the
 * inode's pointers, *indirect the number of indirect blocks in use.
 */
int blkmap_end(struct blkmap *, uint64_t ptr[BLKMAP_POINTERS],
    uint64_t *indirect, struct err *);

/* blkmap_indirect: how many indirect blocks a file of n blocks without holes
 * needs; UINT64_MAX when it is too large. */
uint64_t blkmap_indirect(uint32_t bsize, unsigned ptrsize, uint64_t n);

void blkmap_free(struct blkmap *);

#endif
