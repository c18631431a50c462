/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nearest.c: how far a word is from another.
 */
#include <string.h>

#include "nearest.h"

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned
word_distance(const char *a, const char *b)
{
	unsigned d[3][WORD_FAR + 1], *row, *last, *older;
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > WORD_FAR || m > WORD_FAR)
		return WORD_FAR;
	for (j = 0; j <= m; j++)
		d[0][j] = (unsigned)j;
	row = d[0];
	last = d[2];
	for (i = 1; i <= n; i++) {
		older = last;
		last = row;
		row = d[i % 3];
		row[0] = (unsigned)i;
		for (j = 1; j <= m; j++) {
			row[j] = least(last[j] + 1, row[j - 1] + 1,
			    last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && older[j - 2] + 1 < row[j])
				row[j] = older[j - 2] + 1;
		}
	}
	return row[m];
}

bool
word_is_near(unsigned d, const char *word)
{
	size_t n = strlen(word);

	return d <= 1 + n / 4 && d < n;
}

const char *
word_nearest(const char *const words[], size_t n, const char *word)
{
	const char *best = NULL;
	unsigned d, min = WORD_FAR;

	for (size_t i = 0; i < n; i++) {
		d = words[i] != NULL ? word_distance(word, words[i]) : WORD_FAR;
		if (d < min) {
			min = d;
			best = words[i];
		}
	}
	return best != NULL && word_is_near(min, word) ? best : NULL;
}
