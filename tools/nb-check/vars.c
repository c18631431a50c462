/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vars.c: mk/variables.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "nearest.h"
#include "text.h"
#include "vars.h"

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

const struct var *
vars_nearest(const struct vars *v, const char *name)
{
	const struct var *best = NULL;
	unsigned d, min = WORD_FAR;

	for (size_t i = 0; i < v->n; i++) {
		d = word_distance(name, v->list[i].name);
		if (d < min) {
			min = d;
			best = &v->list[i];
		}
	}
	return best != NULL && word_is_near(min, name) ? best : NULL;
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
