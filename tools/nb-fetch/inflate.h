/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * inflate.h: decompresses gzip (RFC 1952), xz and zstd (RFC 8878) as the
 * bytes arrive.
 *
 * The libraries are called directly: libarchive pulls where a download
 * pushes, and does not check gzip's CRC.
 */
#ifndef NB_INFLATE_H
#define NB_INFLATE_H

#include <stddef.h>

#include "err.h"

struct inflate;

/* Takes decompressed bytes; -1 ends it. */
typedef int inflate_sink(void *ctx, const void *, size_t, struct err *);

/* inflate_new: what stands for the input in messages; kept, not copied. */
struct inflate *inflate_new(const char *what, inflate_sink *, void *ctx,
    struct err *);

/* inflate_add: -1: the sink failed. INFLATE_BAD: damaged, or no such form. */
#define INFLATE_BAD (-2)
int inflate_add(struct inflate *, const void *, size_t, struct err *);

/* inflate_end: that was all. INFLATE_BAD when something is missing. */
int inflate_end(struct inflate *, struct err *);

void inflate_free(struct inflate *);

/* inflate_ending: ".gz" etc. when name ends so, else NULL. */
const char *inflate_ending(const char *name);

#endif
