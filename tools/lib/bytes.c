/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * bytes.c: sizes as people write them.
 */
#include <errno.h>
#include <stdlib.h>

#include "bytes.h"

#define MAX_SHIFT 46

int
bytes_parse(const char *s, uint64_t *out)
{
	unsigned shift = 0;
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || errno != 0)
		return -1;
	switch (*end) {
	case 'k': case 'K': shift = 10; end++; break;
	case 'm': case 'M': shift = 20; end++; break;
	case 'g': case 'G': shift = 30; end++; break;
	default: break;
	}
	if (*end != '\0' || v > (UINT64_C(1) << MAX_SHIFT) >> shift)
		return -1;
	*out = (uint64_t)v << shift;
	return 0;
}
