/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fnv.h: FNV-1a (RFC 9923), for names of files: short, and no secret.
 */
#ifndef NB_FNV_H
#define NB_FNV_H

#include <stdint.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)

/* fnv_byte, fnv_string: what h is of, with that behind it. */
static inline uint64_t
fnv_byte(uint64_t h, unsigned char c)
{
	return (h ^ c) * UINT64_C(0x100000001b3);
}

static inline uint64_t
fnv_string(uint64_t h, const char *s)
{
	while (*s != '\0')
		h = fnv_byte(h, (unsigned char)*s++);
	return h;
}

#endif
