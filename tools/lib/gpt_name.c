/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gpt_name.c: partition names, UTF-8 in programs and UTF-16LE on disk.
 */
#include <string.h>

#include "gpt_name.h"
#include "le.h"
#include "utf8.h"

#define REPLACEMENT	0xfffd
#define IS_HIGH(u)	((u) >= 0xd800 && (u) < 0xdc00)
#define IS_LOW(u)	((u) >= 0xdc00 && (u) < 0xe000)

/* 36 units outside the surrogates are 108 bytes, 18 pairs of them 72. */
_Static_assert(GPT_NAME_UNITS * 3 <= GPT_NAME_MAX, "a name fits");

int
gpt_name_put(uint8_t *p, const char *name, struct err *e)
{
	const uint8_t *s = (const uint8_t *)name;
	size_t len, need, units = 0;
	uint32_t cp;

	memset(p, 0, GPT_NAME_UNITS * 2);
	if (*s == '\0')
		return err_set(e, "partition name: empty");
	for (; *s != '\0'; s += len) {
		if ((len = utf8_get(&cp, s)) == 0)
			return err_set(e, "%s: partition name: not UTF-8",
			    name);
		need = cp < 0x10000 ? 1 : 2;
		if (units + need > GPT_NAME_UNITS)
			return err_set(e, "%s: partition name: longer than "
			    "%d UTF-16 units", name, GPT_NAME_UNITS);
		if (need == 1) {
			le_put16(p + 2 * units, (uint16_t)cp);
		} else {
			cp -= 0x10000;
			le_put16(p + 2 * units,
			    (uint16_t)(0xd800 | cp >> 10));
			le_put16(p + 2 * units + 2,
			    (uint16_t)(0xdc00 | (cp & 0x3ff)));
		}
		units += need;
	}
	return 0;
}

void
gpt_name_get(char name[GPT_NAME_MAX + 1], const uint8_t *p)
{
	uint32_t unit, low;
	size_t len = 0;

	for (int i = 0; i < GPT_NAME_UNITS; i++) {
		if ((unit = le_get16(p + 2 * i)) == 0)
			break;
		if (IS_HIGH(unit) && i + 1 < GPT_NAME_UNITS) {
			low = le_get16(p + 2 * i + 2);
			if (IS_LOW(low)) {
				unit = 0x10000 + ((unit & 0x3ff) << 10 |
				    (low & 0x3ff));
				i++;
			}
		}
		if (IS_HIGH(unit) || IS_LOW(unit))
			unit = REPLACEMENT;
		len += utf8_put(name + len, unit);
	}
	name[len] = '\0';
}
