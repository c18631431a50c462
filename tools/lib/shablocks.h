/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * shablocks.h: SHA-256's inner step by the processor's own instructions, where
 * it has them: six times as fast as in C. digest.h is what programs want. (Not
 * sha256.h, which is a header of FreeBSD's.)
 */
#ifndef NB_SHABLOCKS_H
#define NB_SHABLOCKS_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BLOCK 64	/* bytes */

/* Take n blocks into the state (FIPS 180-4, 6.2.2: H0 to H7). */
typedef void sha256_blocks(uint32_t state[8], const uint8_t *, size_t n);

/* sha256_fast: NULL when this processor, or this program, has none. */
sha256_blocks *sha256_fast(void);

#endif
