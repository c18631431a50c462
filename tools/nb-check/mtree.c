/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * mtree.c: root.mtree, read as the build reads it, and the files that it calls
 * for; and etc/fstab.
 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "metalog.h"
#include "service.h"

static void
check_content(const struct service *s, const char *path, unsigned line,
    const char *name)
{
	char *file = service_path(s, name);
	struct stat st;

	if (file == NULL)
		return;
	if (lstat(file, &st) == -1)
		finding_add(s->found, path, line, "./%s: its content is not "
		    "there: %s", name, file);
	else if (!S_ISREG(st.st_mode))
		finding_add(s->found, path, line, "./%s: its content, %s, is "
		    "no file", name, file);
	free(file);
}

void
check_mtree(const struct service *s)
{
	char *path = service_path(s, "root.mtree");
	const char *contents;
	struct metalog *m;
	struct entry ent;
	struct err e;
	int r = 0;

	if (path == NULL || !service_has(s, "root.mtree")) {
		free(path);
		return;
	}
	if ((m = metalog_open(path, &e)) == NULL)
		finding_add(s->found, path, 1, "%s", finding_less_place(e.text, path));
	while (m != NULL && (r = metalog_next(m, &ent, &contents, &e)) > 0) {
		if (ent.kind == ENTRY_FILE)
			check_content(s, path, metalog_line(m),
			    contents != NULL ? contents : ent.name);
	}
	if (r == -1)
		finding_add(s->found, path, metalog_line(m), "%s",
		    finding_less_place(e.text, path));
	metalog_close(m);
	free(path);
}

/* A line of fstab(5): what is mounted, and where. */
static void
check_mount(const struct service *s, const char *path, unsigned n, char *line)
{
	static const char blank[] = " \t\r";
	char *save, *what = strtok_r(line, blank, &save), *where;
	size_t len = strlen(s->name);

	where = what == NULL || *what == '#' ? NULL :
	    strtok_r(NULL, blank, &save);
	if (where == NULL || strcmp(where, "/") != 0)
		return;
	/* ROOT.a: whatever the kernel booted from, fstab(5) */
	if (strncmp(what, "ROOT.", 5) == 0)
		return;
	if (strncmp(what, "NAME=", 5) == 0 &&
	    strncmp(what + 5, s->name, len) == 0 &&
	    strcmp(what + 5 + len, "root") == 0)
		return;
	finding_add(s->found, path, n, "%s: the root is called NAME=%sroot",
	    what, s->name);
}

void
check_fstab(const struct service *s)
{
	char *path = service_path(s, "etc/fstab"), *line;
	unsigned n = 0;
	struct text t;
	const char *p;
	struct err e;

	if (path != NULL && text_read(&t, path, &e) == 0) {
		p = t.data;
		while ((line = text_line(&t, &p, &n)) != NULL) {
			check_mount(s, path, n, line);
			free(line);
		}
		text_free(&t);
	}
	free(path);
}
