/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * text.c: a text that grows.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

bool
text_add(struct text *t, const void *s, size_t len)
{
	char *grown = mem_grow(t->s, &t->cap, t->len + len + 1, 1);

	if (grown == NULL)
		return false;
	t->s = grown;
	memcpy(grown + t->len, s, len);
	t->len += len;
	grown[t->len] = '\0';
	return true;
}

bool
text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *s;
	bool ok;

	va_start(ap, fmt);
	s = mem_vprintf(fmt, ap);
	va_end(ap);
	ok = s != NULL && text_add(t, s, strlen(s));
	free(s);
	return ok;
}
