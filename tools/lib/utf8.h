/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * utf8.h: characters of UTF-8 (RFC 3629), one at a time.
 */
#ifndef NB_UTF8_H
#define NB_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * utf8_get: the character at s, which ends in a NUL, into *cp. Returns its
 * bytes, or 0 when there is none: a NUL ends it like any other byte that does
 * not go on with it.
 */
size_t utf8_get(uint32_t *cp, const uint8_t *s);

/* utf8_put: up to four bytes of the character cp to s; returns how many. */
size_t utf8_put(char *s, uint32_t cp);

#endif
