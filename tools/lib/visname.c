/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * visname.c: encodes and decodes names as vis(3) and unvis(3) do.
 */
#include <string.h>

#include "visname.h"

/* One \^c of vis(3). */
static int
control(char c)
{
	return c == '?' ? 127 : c & 037;
}

/*
 * The byte that the characters behind a backslash stand for, by any style of
 * vis(3): mtree -c writes VIS_CSTYLE. *s is moved behind them; 0: nothing.
 */
static int
unvis_one(const char **s)
{
	static const char from[] = "nrbavtfsE", to[] = "\n\r\b\a\v\t\f \033";
	const char *p = *s, *letter;
	int v = 0, i;

	if (*p >= '0' && *p <= '7') {
		for (i = 0; i < 3 && *p >= '0' && *p <= '7'; i++)
			v = v * 8 + (*p++ - '0');
		v = v <= 255 ? v : 0;
	} else if (p[0] == '^' && p[1] != '\0') {
		v = control(p[1]);
		p += 2;
	} else if (p[0] == 'M' && p[1] == '^' && p[2] != '\0') {
		v = 128 | control(p[2]);
		p += 3;
	} else if (p[0] == 'M' && p[1] == '-' && p[2] != '\0') {
		v = 128 | p[2];
		p += 3;
	} else if (*p != '\0' && (letter = strchr(from, *p)) != NULL) {
		v = to[letter - from];
		p++;
	} else if (*p > ' ' && *p < 127 && *p != 'M' && *p != '^')
		v = *p++;
	*s = p;
	return v & 255;
}

int
vis_decode(char *s)
{
	const char *in = s;
	int c;

	while (*in != '\0') {
		if (*in != '\\')
			c = *in++;
		else {
			in++;
			if ((c = unvis_one(&in)) == 0)
				return -1;
		}
		*s++ = (char)c;
	}
	*s = '\0';
	return 0;
}

void
vis_encode(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c <= ' ' || c >= 127 || strchr("\\#*?[]=", c) != NULL)
			(void)fprintf(f, "\\%03o", c);
		else
			(void)putc(c, f);
	}
}
