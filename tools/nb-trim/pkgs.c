/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pkgs.c: reads +CONTENTS (pkg_create(1)): @cwd and files behind it, @pkgdep.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "path.h"
#include "pattern.h"
#include "pkgs.h"
#include "stagefile.h"

#define CONTENTS_MAX (32u << 20)	/* bytes of a +CONTENTS */

struct pkg {
	struct pkg	*next;		/* to be kept */
	struct node	*dir;		/* of the database */
	bool		 kept;		/* or will be */
};

struct pkgs {
	struct keep	*k;
	struct tree	*t;
	int		 dir;
	struct pkg	*list;
	size_t		 n, cap;
	struct pkg	*first;		/* to be kept */
	void		(*warn)(const char *);
};

/* The package that is being kept. */
struct keeping {
	struct pkgs	*p;
	struct cause	 cause;
	char		 cwd[PATH_LEN_MAX];
	unsigned	 missing;
	char		 first[PATH_LEN_MAX];	/* of the missing ones */
};

static int
read_database(struct pkgs *p, const char *name, struct err *e)
{
	struct node *db = tree_find(p->t, name), *n;
	void *list;

	if (db == NULL || db->kind != ENTRY_DIR)
		return 0;
	for (n = db->child; n != NULL; n = n->sibling) {
		if (n->kind != ENTRY_DIR)
			continue;
		list = mem_grow(p->list, &p->cap, p->n + 1, sizeof(*p->list));
		if (list == NULL)
			return err_mem(e);
		p->list = list;
		p->list[p->n++] = (struct pkg){ .dir = n };
	}
	return 0;
}

struct pkgs *
pkgs_new(struct keep *k, int dir, const char *prefix, struct err *e)
{
	struct pkgs *p = mem_array(1, sizeof(*p));
	char name[PATH_LEN_MAX];

	if (p == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	p->k = k;
	p->t = keep_tree(k);
	p->dir = dir;
	prefix += strspn(prefix, "/");
	if (path_join(name, prefix, "pkgdb", e) == 0 &&
	    read_database(p, name, e) == 0 &&
	    read_database(p, "var/db/pkg", e) == 0)
		return p;
	pkgs_free(p);
	return NULL;
}

/* --- One package. */

/* What a person writes may lack the end of a version, as for pkgin. */
static int
matches(const char *word, const char *name, struct err *e)
{
	size_t len = strlen(word);
	int r = pattern_match(word, name, e);

	if (r != 0)
		return r;
	return strncmp(word, name, len) == 0 && name[len] == '.' &&
	    strchr(word, '-') != NULL && strpbrk(word, "<>*?[{") == NULL;
}

/* Whether the word means one or more packages, which will be kept. */
static int
take_matching(struct pkgs *p, const char *word, struct err *e)
{
	size_t i;
	int r, found = 0;

	for (i = 0; i < p->n; i++) {
		if ((r = matches(word, p->list[i].dir->name, e)) < 0)
			return -1;
		if (r == 0)
			continue;
		found = 1;
		if (p->list[i].kept)
			continue;
		p->list[i].kept = true;
		p->list[i].next = p->first;
		p->first = &p->list[i];
	}
	return found;
}

/* A file of it, below @cwd, or a folder. */
static void
keep_file(struct keeping *w, const char *name)
{
	char full[PATH_LEN_MAX], path[PATH_LEN_MAX];
	struct err e;
	struct node *n;

	if (path_join(full, w->cwd, name + strspn(name, "/"), &e) == 0 &&
	    path_canonical(path, full + strspn(full, "/"), "", &e) == 0 &&
	    (n = tree_find(w->p->t, path)) != NULL) {
		keep_node(w->p->k, n, w->cause);
		return;
	}
	if (w->missing++ == 0)
		memcpy(w->first, name, strlen(name) + 1);
}

static int
depend(struct keeping *w, const char *pattern, struct err *e)
{
	struct err line;
	int r = take_matching(w->p, pattern, e);

	if (r == 0) {
		(void)err_set(&line, "%s: needs %s: not in the package "
		    "database", w->cause.text, pattern);
		w->p->warn(line.text);
	}
	return r < 0 ? -1 : 0;
}

/* What is behind a word that the line begins with, or NULL. */
static char *
behind(char *line, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(line, word, len) != 0 ||
	    (line[len] != ' ' && line[len] != '\t'))
		return NULL;
	return line + len + strspn(line + len, " \t");
}

static int
keep_lines(struct keeping *w, char *text, struct err *e)
{
	char *line, *rest = text, *arg;
	bool ignore = false;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0' || strlen(line) >= PATH_LEN_MAX)
			continue;
		if (*line != '@') {
			if (!ignore)
				keep_file(w, line);
			ignore = false;
		} else if ((arg = behind(line, "@cwd")) != NULL ||
		    (arg = behind(line, "@cd")) != NULL)
			memcpy(w->cwd, arg, strlen(arg) + 1);
		else if ((arg = behind(line, "@pkgdir")) != NULL)
			keep_file(w, arg);
		else if ((arg = behind(line, "@pkgdep")) != NULL) {
			if (depend(w, arg, e) != 0)
				return -1;
		} else if (strcmp(line, "@ignore") == 0)
			ignore = true;
	}
	return 0;
}

static int
keep_package(struct pkgs *p, struct pkg *pkg, struct err *e)
{
	struct keeping *w = mem_array(1, sizeof(*w));
	char name[PATH_LEN_MAX], *text = NULL;
	struct err line;
	struct node *n;
	size_t len;
	int r = -1;

	if (w == NULL)
		return err_mem(e);
	w->p = p;
	w->cause.why = WHY_PACKAGE;
	w->cause.text = keep_text(p->k, e, "%s", pkg->dir->name);
	if (w->cause.text == NULL ||
	    path_join(name, tree_path(pkg->dir, name), "+CONTENTS", e) != 0)
		goto out;
	n = tree_find(p->t, name);
	if (n == NULL || n->kind != ENTRY_FILE) {
		(void)err_set(e, "%s: is not there: not a package of the "
		    "database", name);
		goto out;
	}
	keep_below(p->k, pkg->dir, w->cause);
	text = stagefile_text(p->dir, n, CONTENTS_MAX, &len, e);
	r = text != NULL ? keep_lines(w, text, e) : -1;
	if (r == 0 && w->missing != 0) {
		(void)err_set(&line, "%s: %u of its files are not there, the "
		    "first is %.999s", w->cause.text, w->missing, w->first);
		p->warn(line.text);
	}
out:
	free(text);
	free(w);
	return r;
}

int
pkgs_keep(struct pkgs *p, const char *word, void (*warn)(const char *),
    struct err *e)
{
	const char *slash = strrchr(word, '/');
	char name[PATH_LEN_MAX];
	struct pkg *pkg;
	size_t len;
	int r;

	p->warn = warn;
	/* A file of the user's: what it is called tells which. */
	word = slash != NULL ? slash + 1 : word;
	len = strlen(word);
	if (slash != NULL && len > 4 && strcmp(word + len - 4, ".tgz") == 0)
		len -= 4;
	if (len >= sizeof(name))
		return 0;
	memcpy(name, word, len);
	name[len] = '\0';
	if ((r = take_matching(p, name, e)) < 0)
		return -1;
	while ((pkg = p->first) != NULL) {
		p->first = pkg->next;
		if (keep_package(p, pkg, e) != 0)
			return -1;
	}
	return r;
}

void
pkgs_free(struct pkgs *p)
{
	if (p == NULL)
		return;
	free(p->list);
	free(p);
}
