/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * dewey.c: compares versions one component at a time, without building lists.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dewey.h"

struct cursor {
	const char	*at;
	int64_t		 letter;	/* comes after the dot it implies */
	int64_t		 revision;	/* of nbN, the last one seen */
};

/* Words are known in either case, wherever they stand. */
static const struct {
	const char	*word;
	int64_t		 value;
} words[] = {
	{ "alpha", -3 },
	{ "beta", -2 },
	{ "pre", -1 },
	{ "rc", -1 },
	{ "pl", 0 },
	{ "_", 0 },
	{ ".", 0 },
};
#define NWORDS (sizeof(words) / sizeof(words[0]))

/* Not ctype's: a version means the same in every locale. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
begins(const char *s, const char *word)
{
	for (; *word != '\0'; s++, word++) {
		if (lower(*s) != *word)
			return false;
	}
	return true;
}

/* Dates make long numbers; what is longer still is the largest. */
static int64_t
number(struct cursor *c)
{
	int64_t n = 0;

	for (; is_digit(*c->at); c->at++) {
		if (n > (INT64_MAX - 9) / 10)
			n = INT64_MAX;
		else if (n != INT64_MAX)
			n = n * 10 + (*c->at - '0');
	}
	return n;
}

/* What is neither digit, word nor letter divides nothing and is passed over. */
static bool
next(struct cursor *c, int64_t *value)
{
	size_t i;

	if (c->letter != 0) {
		*value = c->letter;
		c->letter = 0;
		return true;
	}
	for (; *c->at != '\0'; c->at++) {
		if (is_digit(*c->at)) {
			*value = number(c);
			return true;
		}
		for (i = 0; i < NWORDS; i++) {
			if (begins(c->at, words[i].word)) {
				c->at += strlen(words[i].word);
				*value = words[i].value;
				return true;
			}
		}
		if (begins(c->at, "nb")) {
			c->at += 2;
			c->revision = number(c);
			c->at--;
		} else if (lower(*c->at) >= 'a' && lower(*c->at) <= 'z') {
			c->letter = lower(*c->at++) - 'a' + 1;
			*value = 0;
			return true;
		}
	}
	return false;
}

int
dewey_compare(const char *a, const char *b)
{
	struct cursor x = { a, 0, 0 }, y = { b, 0, 0 };
	int64_t v, w;
	bool more_a, more_b;

	/* A version that ends first goes on in zeros. */
	do {
		v = w = 0;
		more_a = next(&x, &v);
		more_b = next(&y, &w);
		if (v != w)
			return v < w ? -1 : 1;
	} while (more_a || more_b);
	if (x.revision != y.revision)
		return x.revision < y.revision ? -1 : 1;
	return 0;
}
