/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * le.h: numbers as they stand on a little-endian disk, whatever the host's
 * byte order and the address.
 */
#ifndef NB_LE_H
#define NB_LE_H

#include <stdint.h>

static inline void
le_put16(void *p, uint16_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)v;
	b[1] = (uint8_t)(v >> 8);
}

static inline void
le_put32(void *p, uint32_t v)
{
	uint8_t *b = p;

	le_put16(b, (uint16_t)v);
	le_put16(b + 2, (uint16_t)(v >> 16));
}

static inline void
le_put64(void *p, uint64_t v)
{
	uint8_t *b = p;

	le_put32(b, (uint32_t)v);
	le_put32(b + 4, (uint32_t)(v >> 32));
}

static inline uint16_t
le_get16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t
le_get32(const void *p)
{
	const uint8_t *b = p;

	return le_get16(b) | (uint32_t)le_get16(b + 2) << 16;
}

static inline uint64_t
le_get64(const void *p)
{
	const uint8_t *b = p;

	return le_get32(b) | (uint64_t)le_get32(b + 4) << 32;
}

#endif
