/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * program.c: programs, found as a shell finds them.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "program.h"

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0;
}

static int
search_path(const char *name, char **path, struct err *e)
{
	const char *p = getenv("PATH");

	while (p != NULL) {
		size_t len = strcspn(p, ":");

		*path = mem_printf("%.*s%s%s", (int)len, p,
		    len != 0 ? "/" : "./", name);
		if (*path == NULL)
			return err_mem(e);
		if (is_program(*path))
			return 1;
		free(*path);
		*path = NULL;
		p = p[len] == ':' ? p + len + 1 : NULL;
	}
	return 0;
}

int
program_find(const char *name, char **path, struct err *e)
{
	if (strchr(name, '/') == NULL)
		return search_path(name, path, e);
	if (!is_program(name)) {
		*path = NULL;
		return 0;
	}
	return (*path = strdup(name)) != NULL ? 1 : err_mem(e);
}
