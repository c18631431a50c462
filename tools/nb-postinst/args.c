/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * args.c: lists of strings that grow.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"

/* Append s, which must come from malloc; NULL is a failure remembered. */
static void
take(struct args *a, char *s)
{
	char **v;

	if (s == NULL || a->failed ||
	    (v = mem_grow(a->v, &a->cap, a->n + 2, sizeof(*v))) == NULL) {
		free(s);
		a->failed = true;
		return;
	}
	a->v = v;
	a->v[a->n++] = s;
	a->v[a->n] = NULL;
}

void
args_add(struct args *a, const char *s, ...)
{
	va_list ap;

	va_start(ap, s);
	for (; s != NULL; s = va_arg(ap, const char *))
		take(a, mem_printf("%s", s));
	va_end(ap);
}

void
args_printf(struct args *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	take(a, mem_vprintf(fmt, ap));
	va_end(ap);
}

void
args_free(struct args *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		free(a->v[i]);
	free(a->v);
	memset(a, 0, sizeof(*a));
}
