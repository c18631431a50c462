/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gpt_name.h: partition names, UTF-8 in programs and UTF-16LE on disk.
 */
#ifndef NB_GPT_NAME_H
#define NB_GPT_NAME_H

#include <stdint.h>

#include "err.h"
#include "gpt.h"

#define GPT_NAME_UNITS	36	/* UEFI 2.10 table 5.6: 72 bytes of UTF-16 */

/*
 * gpt_name_put: name into the 72 bytes at p, padded with zeros. Fails when
 * it is empty, longer than fits, or not well-formed UTF-8.
 */
int gpt_name_put(uint8_t *p, const char *name, struct err *);

/* gpt_name_get: the reverse; half a surrogate pair becomes U+FFFD. */
void gpt_name_get(char name[GPT_NAME_MAX + 1], const uint8_t *p);

#endif
