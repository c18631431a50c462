/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * scripts.c: finds the postinst scripts of a service.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sandbox.h"
#include "scripts.h"

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* *.sh, as a shell would match it. */
static bool
is_script(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > 3 && strcmp(name + len - 3, ".sh") == 0;
}

/* The scripts' names in path, sorted. */
static int
names_in(const char *path, struct args *names, struct err *e)
{
	struct dirent *d;
	DIR *dir = opendir(path);
	int rc = 0;

	if (dir == NULL)
		return errno == ENOENT ? 0 : err_sys(e, "%s", path);
	while (errno = 0, (d = readdir(dir)) != NULL) {
		if (is_script(d->d_name))
			args_add(names, d->d_name, (char *)NULL);
	}
	if (errno != 0)
		rc = err_sys(e, "%s", path);
	else if (names->failed)
		rc = err_mem(e);
	(void)closedir(dir);
	if (names->n > 1)
		qsort(names->v, names->n, sizeof(*names->v), by_name);
	return rc;
}

int
scripts_of(struct scripts *s, const char *shown, const char *service,
    struct err *e)
{
	struct args names = { 0 };
	const char *name = strrchr(service, '/') + 1;
	char *path = mem_printf("%s/postinst", service);
	size_t i;
	int rc;

	if (path == NULL)
		return err_mem(e);
	rc = names_in(path, &names, e);
	free(path);
	for (i = 0; rc == 0 && i < names.n; i++) {
		args_printf(&s->shown, "%s/postinst/%s", shown, names.v[i]);
		args_printf(&s->inside, "../service/%s/postinst/%s", name,
		    names.v[i]);
	}
	args_free(&names);
	if (rc == 0 && (s->shown.failed || s->inside.failed))
		rc = err_mem(e);
	return rc;
}

/* Add the script that the user calls shown and that really is path. */
static int
add_named(struct scripts *s, const char *shown, const char *path,
    const char *service, struct err *e)
{
	const char *base = strrchr(path, '/') + 1;
	size_t i, len = strlen(service);

	args_add(&s->shown, shown, (char *)NULL);
	if (strncmp(path, service, len) == 0 && path[len] == '/') {
		args_printf(&s->inside, "../service%s%s",
		    strrchr(service, '/'), path + len);
		return 0;
	}
	for (i = 0; i < s->extra.n; i++) {
		if (strcmp(strrchr(s->extra.v[i], '/') + 1, base) == 0)
			return err_set(e, "%s: a second script of that name; "
			    "give it another", shown);
	}
	args_add(&s->extra, path, (char *)NULL);
	args_printf(&s->inside, SANDBOX_EXTRA "/%s", base);
	return 0;
}

int
scripts_named(struct scripts *s, char *const argv[], size_t n,
    const char *service, struct err *e)
{
	struct stat st;
	char *path;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++) {
		if ((path = realpath(argv[i], NULL)) == NULL ||
		    stat(path, &st) != 0)
			rc = err_sys(e, "%s", argv[i]);
		else if (!S_ISREG(st.st_mode))
			rc = err_set(e, "%s: not a file", argv[i]);
		else
			rc = add_named(s, argv[i], path, service, e);
		free(path);
	}
	if (rc == 0 && (s->shown.failed || s->inside.failed ||
	    s->extra.failed))
		rc = err_mem(e);
	return rc;
}

void
scripts_free(struct scripts *s)
{
	args_free(&s->shown);
	args_free(&s->inside);
	args_free(&s->extra);
}
