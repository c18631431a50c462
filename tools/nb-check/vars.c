/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vars.c: mk/variables, and names that are nearly others.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"
#include "vars.h"

#define NAME_MAX_LEN 63

static int
add(struct vars *v, char *line, struct err *e)
{
	static const char blank[] = " \t\r";
	char *save, *name, *who, *values;
	struct var *p;

	name = strtok_r(line, blank, &save);
	if (name == NULL || *name == '#')
		return 0;
	who = strtok_r(NULL, blank, &save);
	values = who == NULL ? NULL : strtok_r(NULL, blank, &save);
	if (values == NULL)
		return err_set(e, "%s: not a name, who sets it, and values",
		    name);
	p = mem_grow(v->list, &v->cap, v->n + 1, sizeof(*p));
	if (p == NULL)
		return err_mem(e);
	v->list = p;
	p += v->n++;
	p->name = strdup(name);
	p->who = strdup(who);
	p->values = strdup(values);
	return p->name != NULL && p->who != NULL && p->values != NULL ? 0 :
	    err_mem(e);
}

int
vars_read(struct vars *v, const char *path, struct err *e)
{
	struct text t;
	const char *p;
	char *line;
	unsigned n = 0;
	struct err why;
	int r = 0;

	if (text_read(&t, path, e) == -1)
		return -1;
	p = t.data;
	while (r == 0 && (line = text_line(&t, &p, &n)) != NULL) {
		if ((r = add(v, line, &why)) == -1)
			(void)err_set(e, "%s:%u: %s", path, n, why.text);
		free(line);
	}
	text_free(&t);
	return r;
}

const struct var *
vars_find(const struct vars *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->list[i].name, name) == 0)
			return &v->list[i];
	}
	return NULL;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* How many letters to put in, leave out, change, or swap with the next
 * (Damerau's distance, of neighbours). */
static unsigned
distance(const char *a, const char *b)
{
	unsigned d[3][NAME_MAX_LEN + 1], *row, *last, *older;
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > NAME_MAX_LEN || m > NAME_MAX_LEN)
		return NAME_MAX_LEN;
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

/* A third of the letters may differ, and at least one has to be right. */
static bool
is_near(unsigned d, const char *word)
{
	size_t n = strlen(word);

	return d <= 1 + n / 4 && d < n;
}

const char *
word_nearest(const char *const words[], size_t n, const char *word)
{
	const char *best = NULL;
	unsigned d, min = NAME_MAX_LEN;

	for (size_t i = 0; i < n; i++) {
		d = words[i] != NULL ? distance(word, words[i]) : NAME_MAX_LEN;
		if (d < min) {
			min = d;
			best = words[i];
		}
	}
	return best != NULL && is_near(min, word) ? best : NULL;
}

const struct var *
vars_nearest(const struct vars *v, const char *name)
{
	const struct var *best = NULL;
	unsigned d, min = NAME_MAX_LEN;

	for (size_t i = 0; i < v->n; i++) {
		d = distance(name, v->list[i].name);
		if (d < min) {
			min = d;
			best = &v->list[i];
		}
	}
	return best != NULL && is_near(min, name) ? best : NULL;
}

void
vars_free(struct vars *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->list[i].name);
		free(v->list[i].who);
		free(v->list[i].values);
	}
	free(v->list);
}
