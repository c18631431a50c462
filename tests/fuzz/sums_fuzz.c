/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sums_fuzz.c: a target of libFuzzer for files of sums. The first line of an
 * input is the name that is looked for, the rest is the file; a `1` in front of
 * the name says that the file is of that name only.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sums.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define NAME_SIZE 256

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

/* Whether the text has s somewhere; case counts or not. */
static bool
has(const char *text, size_t len, const char *s, bool fold)
{
	size_t l = strlen(s), i, k;

	for (i = 0; i + l <= len; i++) {
		for (k = 0; k < l; k++) {
			if (text[i + k] != s[k] && (!fold ||
			    tolower((unsigned char)text[i + k]) != s[k]))
				break;
		}
		if (k == l)
			return true;
	}
	return false;
}

/* What it says is in the text, and in one of the forms that there are. */
static void
check(const char *text, size_t len, const char *name, bool single)
{
	struct err e = { .code = ERR_ANY };
	char hex[DIGEST_HEX_MAX];
	enum digest_kind kind;
	int r;

	memset(hex, 'x', sizeof(hex));
	r = sums_find(text, len, name, single, "the file", hex, &kind, &e);
	MUST(r == 1 || r == 0 || r == -1);
	MUST((r == -1) == (e.text[0] != '\0'));
	if (r == 0)
		MUST(kind == DIGEST_NONE);
	if (r != 1)
		return;
	MUST(memchr(hex, '\0', sizeof(hex)) != NULL);
	MUST(kind != DIGEST_NONE && digest_kind_of(hex) == kind);
	MUST(strpbrk(hex, "ABCDEF") == NULL);
	MUST(has(text, len, hex, true));
	MUST(single || has(text, len, name, false));
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	const char *text = (const char *)in;
	const char *nl = len > 0 ? memchr(text, '\n', len) : NULL;
	char name[NAME_SIZE];
	bool single = len > 0 && *text == '1';
	size_t n;

	if (nl == NULL)
		return 0;
	text += single;
	n = (size_t)(nl - text);
	if (n == 0 || n >= sizeof(name) || memchr(text, '\0', n) != NULL)
		return 0;
	memcpy(name, text, n);
	name[n] = '\0';
	check(nl + 1, len - (size_t)(nl + 1 - (const char *)in), name, single);
	return 0;
}
