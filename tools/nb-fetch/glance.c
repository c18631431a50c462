/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * glance.c: reads a folder once.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "folders.h"
#include "glance.h"
#include "mem.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
name_add(struct glance *g, const char *name, size_t some)
{
	char **names;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return true;
	if (g->n == some || (names = mem_grow(g->names, &g->cap, g->n + 1,
	    sizeof(*names))) == NULL)
		return false;
	g->names = names;
	if ((names[g->n] = strdup(name)) == NULL)
		return false;
	g->n++;
	return true;
}

void
glance_at(struct glance *g, const char *path, size_t some)
{
	const struct dirent *e;
	bool whole = true;
	DIR *dir;

	memset(g, 0, sizeof(*g));
	g->len = folder_len(path);
	if ((g->folder = strndup(path, g->len)) == NULL)
		return;
	dir = opendir(g->len > 0 ? g->folder : ".");
	while (dir != NULL && whole && (e = readdir(dir)) != NULL)
		whole = name_add(g, e->d_name, some);
	if (dir == NULL || !whole)
		glance_free(g);
	if (dir != NULL)
		(void)closedir(dir);
	if (g->n > 1)
		qsort(g->names, g->n, sizeof(*g->names), compare);
}

static bool
has(const struct glance *g, const char *before, const char *name,
    const char *behind)
{
	char *key;
	bool found;

	if ((key = mem_printf("%s%s%s", before, name, behind)) == NULL)
		return true;
	found = bsearch(&key, g->names, g->n, sizeof(*g->names), compare) !=
	    NULL;
	free(key);
	return found;
}

bool
glance_bare(const struct glance *g, const char *path)
{
	const char *name = path + g->len;

	if (g->folder == NULL || strncmp(path, g->folder, g->len) != 0 ||
	    strchr(name, '/') != NULL)
		return false;
	return g->n == 0 || (!has(g, "", name, "") &&
	    !has(g, "", name, ".part") && !has(g, ".", name, ".origin") &&
	    !has(g, ".", name, ".origin.part"));
}

void
glance_free(struct glance *g)
{
	while (g->n > 0)
		free(g->names[--g->n]);
	free(g->names);
	free(g->folder);
	memset(g, 0, sizeof(*g));
}
