/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * libpath.c: lists of folders with libraries. Sources: ld.elf_so(1) of NetBSD,
 * ld.so(8) and ldconfig(8) of Linux.
 */
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "libpath.h"
#include "mem.h"
#include "path.h"
#include "stagefile.h"

#define CONF_MAX   (1u << 16)	/* bytes of an ld.so.conf */
#define CONF_DEPTH 5		/* of those that include others */

int
libpath_add(struct libpath *l, const char *dir, struct err *e)
{
	size_t i;
	void *p;

	for (i = 0; i < l->n; i++) {
		if (strcmp(l->dirs[i], dir) == 0)
			return 0;
	}
	p = mem_grow(l->dirs, &l->cap, l->n + 1, sizeof(*l->dirs));
	if (p == NULL)
		return err_mem(e);
	l->dirs = p;
	if ((l->dirs[l->n] = mem_printf("%s", dir)) == NULL)
		return err_mem(e);
	l->n++;
	return 0;
}

void
libpath_free(struct libpath *l)
{
	while (l->n > 0)
		free(l->dirs[--l->n]);
	free(l->dirs);
	memset(l, 0, sizeof(*l));
}

/* --- RPATH. */

/* What a variable at s is in a path, and its length; NULL: not known. */
static const char *
variable(const char *s, const char *origin, size_t *len)
{
	static const char *const forms[] = { "$ORIGIN", "${ORIGIN}" };
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*len = strlen(forms[i]);
		if (strncmp(s, forms[i], *len) == 0)
			return origin;
	}
	return NULL;
}

/* One folder, of len bytes; 0: cannot be told, or is too long. */
static int
expand(char *buf, const char *s, size_t len, const char *origin)
{
	const char *end = s + len, *value;
	size_t used = 0, n;

	while (s < end) {
		value = NULL;
		n = 1;
		if (*s == '$' && (value = variable(s, origin, &n)) == NULL)
			return 0;
		if (value == NULL)
			value = s;
		len = value == s ? 1 : strlen(value);
		if (used + len + 1 > PATH_LEN_MAX)
			return 0;
		memcpy(buf + used, value, len);
		used += len;
		s += n;
	}
	buf[used] = '\0';
	return *buf == '/';
}

int
libpath_expand(struct libpath *l, const char *rpath, const char *origin,
    struct err *e)
{
	char dir[PATH_LEN_MAX];
	size_t len;

	for (; *rpath != '\0'; rpath += len + (rpath[len] == ':')) {
		len = strcspn(rpath, ":");
		if (expand(dir, rpath, len, origin) &&
		    libpath_add(l, dir, e) != 0)
			return -1;
	}
	return 0;
}

/* --- The system's. */

struct reading {
	struct libpath	*l;
	const struct tree *t;
	int		 dir;
	unsigned	 depth;
	struct err	*e;
};

static int read_conf(void *ctx, const char *name);

/* "include PATTERN", relative to /etc, or a folder; all else is for others. */
static int
conf_line(struct reading *r, char *line)
{
	char name[PATH_LEN_MAX];
	char *word, *rest = line;

	line[strcspn(line, "#")] = '\0';
	do {
		word = strsep(&rest, " \t,");
	} while (word != NULL && *word == '\0');
	if (word == NULL)
		return 0;
	if (*word == '/')
		return libpath_add(r->l, word, r->e);
	if (strcmp(word, "include") != 0)
		return 0;
	while (rest != NULL && (word = strsep(&rest, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		if (path_join(name, *word == '/' ? "" : "etc", word, r->e) != 0
		    || find_each(r->t, name, read_conf, r) != 0)
			return -1;
	}
	return 0;
}

static int
read_conf(void *ctx, const char *name)
{
	struct reading *r = ctx;
	const struct node *n = find_node(r->t, name, NULL, NULL);
	char *text, *line, *rest;
	size_t len;
	int status = 0;

	if (n == NULL || n->kind != ENTRY_FILE || r->depth == CONF_DEPTH)
		return 0;
	if ((text = stagefile_text(r->dir, n, CONF_MAX, &len, r->e)) == NULL)
		return -1;
	r->depth++;
	for (rest = text; status == 0 &&
	    (line = strsep(&rest, "\n")) != NULL;)
		status = conf_line(r, line);
	r->depth--;
	free(text);
	return status;
}

int
libpath_system(struct libpath *l, const struct tree *t, int dir,
    struct err *e)
{
	static const char *const netbsd[] = { "/usr/lib", "/lib", NULL };
	static const char *const other[] = { "/lib", "/usr/lib", "/lib64",
	    "/usr/lib64", NULL };
	struct reading r = { .l = l, .t = t, .dir = dir, .e = e };
	const char *const *p;

	if (read_conf(&r, "etc/ld.so.conf") != 0)
		return -1;
	p = tree_find(t, "libexec/ld.elf_so") != NULL ||
	    tree_find(t, "usr/libexec/ld.elf_so") != NULL ? netbsd : other;
	for (; *p != NULL; p++) {
		if (libpath_add(l, *p, e) != 0)
			return -1;
	}
	return 0;
}
