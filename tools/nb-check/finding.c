/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * finding.c: collects and prints what is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "mem.h"

/* Names and words of a service's files, for a terminal. */
static void
tame(char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 127)
			*s = '?';
	}
}

void
finding_add(struct findings *f, const char *file, unsigned line,
    const char *fmt, ...)
{
	struct finding *p, one = { NULL, line, NULL };
	va_list ap;

	va_start(ap, fmt);
	one.text = mem_vprintf(fmt, ap);
	va_end(ap);
	one.file = strdup(file);
	p = mem_grow(f->list, &f->cap, f->n + 1, sizeof(*p));
	if (p == NULL || one.file == NULL || one.text == NULL) {
		free(one.file);
		free(one.text);
		f->failed = 1;
		return;
	}
	tame(one.file);
	tame(one.text);
	f->list = p;
	p[f->n++] = one;
}

const char *
finding_less_place(const char *text, const char *path)
{
	size_t n = strlen(path);

	if (strncmp(text, path, n) != 0 || text[n] != ':')
		return text;
	text += n + 1;
	text += strspn(text, "0123456789");
	return text + strspn(text, ": ");
}

void
finding_unread(struct findings *f, const char *file, const struct err *e)
{
	finding_add(f, file, 1, "cannot be read: %s",
	    finding_less_place(e->text, file));
}

static int
by_place(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int r = strcmp(x->file, y->file);

	if (r == 0)
		r = (x->line > y->line) - (x->line < y->line);
	return r != 0 ? r : strcmp(x->text, y->text);
}

int
findings_print(struct findings *f)
{
	if (f->n > 0)
		qsort(f->list, f->n, sizeof(*f->list), by_place);
	for (size_t i = 0; i < f->n; i++) {
		if (i > 0 && by_place(&f->list[i - 1], &f->list[i]) == 0)
			continue;
		(void)printf("%s:%u: %s\n", f->list[i].file, f->list[i].line,
		    f->list[i].text);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

void
findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].file);
		free(f->list[i].text);
	}
	free(f->list);
}
