/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * index_fuzz.c: a target of libFuzzer for servers' listings, and the order of
 * versions. The first line of an input is the pattern, the rest is the page.
 */
#include <fnmatch.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dewey.h"
#include "index.h"
#include "url.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define PATTERN_SIZE 128
#define STARS_MAX    5	/* fnmatch(3) takes its time */
#define URL	     "https://h.example/pub/All/"

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

/* A name that can be a file's here and nothing else, and that was meant. */
static void
check_name(const char *name, const char *pattern)
{
	struct err e = { .code = ERR_ANY };
	char *url, *again;

	MUST(*name != '\0' && strchr(name, '/') == NULL);
	MUST(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	MUST(fnmatch(pattern, name, FNM_PERIOD | FNM_NOESCAPE) == 0);
	MUST((url = url_sibling(URL "x", name, &e)) != NULL);
	MUST((again = url_name(url, &e)) != NULL);
	MUST(strcmp(again, name) == 0);
	free(again);
	free(url);
}

static int
sign(int n)
{
	return n > 0 ? 1 : n < 0 ? -1 : 0;
}

/* The same the other way round, and equal to itself. */
static void
check_order(const char *a, const char *b)
{
	MUST(dewey_compare(a, a) == 0);
	MUST(sign(dewey_compare(a, b)) == -sign(dewey_compare(b, a)));
}

/* The best of the page, a copy, or NULL. */
static char *
best_of(const char *pattern, const char *text, size_t len, int times)
{
	struct err e = { .code = ERR_ANY };
	struct index *x = index_new(pattern, &e);
	const char *best;
	char *copy = NULL;

	MUST(x != NULL);
	while (times-- > 0)
		MUST(index_html(x, text, len, URL, &e) == 0);
	MUST(e.text[0] == '\0');
	best = index_best(x, "the page", &e);
	MUST((best == NULL) == (e.text[0] != '\0'));
	if (best != NULL) {
		check_name(best, pattern);
		MUST((copy = strdup(best)) != NULL);
	}
	index_free(x);
	return copy;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	const char *text = (const char *)in;
	const char *nl = len > 0 ? memchr(text, '\n', len) : NULL;
	char pattern[PATTERN_SIZE], *once, *twice;
	size_t n, i, stars = 0;

	if (nl == NULL || (n = (size_t)(nl - text)) == 0 ||
	    n >= sizeof(pattern) || memchr(text, '\0', n) != NULL)
		return 0;
	memcpy(pattern, text, n);
	pattern[n] = '\0';
	for (i = 0; i < n; i++)
		stars += pattern[i] == '*';
	if (stars > STARS_MAX || strchr(pattern, '/') != NULL)
		return 0;
	text = nl + 1;
	len -= n + 1;
	once = best_of(pattern, text, len, 1);
	twice = best_of(pattern, text, len, 2);
	MUST((once == NULL) == (twice == NULL));
	MUST(once == NULL || strcmp(once, twice) == 0);
	if (once != NULL)
		check_order(once, pattern);
	free(once);
	free(twice);
	return 0;
}
