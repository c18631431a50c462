/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * utf8.c: decodes and encodes UTF-8.
 */
#include "utf8.h"

/* RFC 3629 §4. */
size_t
utf8_get(uint32_t *cp, const uint8_t *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;

	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	*cp = s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3fu);
	}
	if (*cp < least[len] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp < 0xe000))	/* surrogates */
		return 0;
	return len;
}

size_t
utf8_put(char *s, uint32_t cp)
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	if (len == 1) {
		s[0] = (char)cp;
		return 1;
	}
	for (size_t i = len - 1; i > 0; i--) {
		s[i] = (char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	s[0] = (char)(lead[len] | cp);
	return len;
}
