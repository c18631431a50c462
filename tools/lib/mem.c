/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * mem.c: allocation that checks for overflow.
 */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static atomic_bool failed;

/* p, which there was memory for, or not. */
static void *
got(void *p)
{
	if (p == NULL)
		failed = true;
	return p;
}

bool
mem_failed(void)
{
	return failed;
}

void *
mem_array(size_t n, size_t size)
{
	return got(calloc(n != 0 ? n : 1, size != 0 ? size : 1));
}

void *
mem_grow(void *p, size_t *cap, size_t want, size_t size)
{
	size_t n = *cap != 0 ? *cap : 16;
	void *q;

	if (want <= *cap)
		return p;
	while (n < want) {
		if (n > SIZE_MAX / 2)
			return NULL;
		n *= 2;
	}
	if (n > SIZE_MAX / size)
		return NULL;
	q = got(realloc(p, n * size));
	if (q != NULL)
		*cap = n;
	return q;
}

/* Most are short: those are formatted once. */
char *
mem_vprintf(const char *fmt, va_list ap)
{
	char text[256], *s = NULL;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n >= 0 && (s = got(malloc((size_t)n + 1))) != NULL) {
		if ((size_t)n < sizeof(text))
			(void)memcpy(s, text, (size_t)n + 1);
		else
			(void)vsnprintf(s, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return s;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_vprintf(fmt, ap);
	va_end(ap);
	return s;
}
