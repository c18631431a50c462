/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * closure.c: looks into each file that is kept, once, and for an ELF file once
 * for each way in which it is loaded.
 *
 * An object looks for its libraries in its RUNPATH; one without in its RPATH,
 * in that of the object that loaded it, and so on up to the program (ld.so(8);
 * ld.elf_so(1) does the same with both); then where the system has them. One
 * of another class, byte order or machine is passed over.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "closure.h"
#include "elfinfo.h"
#include "find.h"
#include "libpath.h"
#include "mem.h"
#include "path.h"
#include "script.h"
#include "stagefile.h"

#define WAYS_MAX 16	/* in which one object is loaded; more are the same */

/* An ELF file to be looked into, and how it was found. */
struct load {
	struct load	*next;		/* in the queue */
	struct load	*other;		/* way, in which the same was loaded */
	struct node	*n;
	char		*chain;		/* RPATHs of those that loaded it */
	char		*origin;	/* the folder in which it was found */
};

/* What is not there. */
struct missing {
	struct missing	*next;
	char		*name;
	enum why	 why;		/* as what it is wanted */
	const struct node *from;	/* the first that wants it */
	unsigned	 more;		/* others that do */
};

struct closure {
	struct keep	*k;
	struct tree	*t;
	int		 dir;
	const char	*prefix;
	struct libpath	 system;
	struct load	*first, **last;	/* to be looked into */
	struct load	**ways;		/* by a node's ino */
	struct elfinfo	**known;	/* by a node's ino; NULL: not yet */
	struct missing	*missing, **lastmissing;
	void		(*warn)(const char *);
};

/* In `known`: no ELF file, or a damaged one. */
static struct elfinfo none;

struct closure *
closure_new(struct keep *k, int dir, const char *prefix, struct err *e)
{
	struct closure *c = mem_array(1, sizeof(*c));
	size_t n = (size_t)keep_tree(k)->nodes;

	if (c == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	c->k = k;
	c->t = keep_tree(k);
	c->dir = dir;
	c->prefix = prefix;
	c->last = &c->first;
	c->lastmissing = &c->missing;
	if ((c->ways = mem_array(n, sizeof(*c->ways))) == NULL ||
	    (c->known = mem_array(n, sizeof(struct elfinfo *))) == NULL)
		(void)err_mem(e);
	else if (libpath_system(&c->system, c->t, dir, e) == 0)
		return c;
	closure_free(c);
	return NULL;
}

/* --- What is missing. */

static int
miss(struct closure *c, const char *name, enum why why, const struct node *from,
    struct err *e)
{
	struct missing *m;

	for (m = c->missing; m != NULL; m = m->next) {
		if (m->why == why && strcmp(m->name, name) == 0) {
			m->more += m->from != from;
			return 0;
		}
	}
	if ((m = mem_array(1, sizeof(*m))) == NULL ||
	    (m->name = mem_printf("%s", name)) == NULL) {
		free(m);
		return err_mem(e);
	}
	m->why = why;
	m->from = from;
	*c->lastmissing = m;
	c->lastmissing = &m->next;
	return 0;
}

/* A library of that name that is kept may be loaded by another by then. */
static bool
has_name(const struct closure *c, const char *name)
{
	const struct node *n;

	for (n = c->t->root; n != NULL; n = tree_next(n)) {
		if (n->kind != ENTRY_DIR && keep_why(c->k, n) != WHY_NOT &&
		    strcmp(n->name, name) == 0)
			return true;
	}
	return false;
}

void
closure_missing(const struct closure *c, void (*warn)(const char *line))
{
	char from[PATH_LEN_MAX], others[40];
	const struct missing *m;
	struct err e;

	for (m = c->missing; m != NULL; m = m->next) {
		if (m->why == WHY_NEEDED && has_name(c, m->name))
			continue;
		*others = '\0';
		if (m->more != 0)
			(void)snprintf(others, sizeof(others),
			    " and %u other%s", m->more, m->more > 1 ? "s" : "");
		(void)err_set(&e, "%.500s: not there: %s of %.999s%s", m->name,
		    m->why == WHY_NEEDED ? "a library" : "the interpreter",
		    tree_path(m->from, from), others);
		warn(e.text);
	}
}

/* --- ELF files. */

static struct node *
content_of(struct node *n)
{
	return n->link != NULL ? n->link : n;
}

/* What is known of FILE n; *info is NULL when it is no ELF file. */
static int
elf_of(struct closure *c, struct node *n, const struct elfinfo **info,
    struct err *e)
{
	struct elfinfo **slot = &c->known[content_of(n)->ino], *i;
	char name[PATH_LEN_MAX];
	struct err why;
	uint64_t size;
	int fd, r;

	*info = NULL;
	if (*slot == NULL) {
		if ((fd = stagefile_open(c->dir, n, &size, e)) == -1)
			return -1;
		if ((i = mem_array(1, sizeof(*i))) == NULL) {
			(void)close(fd);
			return err_mem(e);
		}
		r = elfinfo_read(i, fd, size, tree_path(n, name), &why);
		(void)close(fd);
		if (r < 0 && why.code != ERR_DAMAGED) {
			free(i);
			*e = why;
			return -1;
		}
		if (r < 0)
			c->warn(why.text);
		if (r <= 0)
			free(i);
		*slot = r > 0 ? i : &none;
	}
	*info = *slot != &none ? *slot : NULL;
	return 0;
}

/* The folder that the file `name` is in, "/usr/lib", to be freed. */
static char *
folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	name += strspn(name, "/");
	return slash == NULL || slash < name ? mem_printf("/") :
	    mem_printf("/%.*s", (int)(slash - name), name);
}

/* FILE n is to be looked into as what was found as `name`, in one more way,
 * unless that is known. */
static int
load(struct closure *c, struct node *n, const char *name, const char *chain,
    struct err *e)
{
	struct load *l, **ways = &c->ways[n->ino];
	unsigned count = 0;

	for (l = *ways; l != NULL; l = l->other, count++) {
		if (strcmp(l->chain, chain) == 0 || count == WAYS_MAX)
			return 0;
	}
	if ((l = mem_array(1, sizeof(*l))) == NULL)
		return err_mem(e);
	l->other = *ways;
	*ways = l;
	l->n = n;
	l->chain = mem_printf("%s", chain);
	l->origin = folder_of(name);
	if (l->chain == NULL || l->origin == NULL)
		return err_mem(e);
	*c->last = l;
	c->last = &l->next;
	return 0;
}

/* Whether `name` leads to an object that i can be in a process with. */
static int
fits(struct closure *c, const char *name, const struct elfinfo *i,
    struct node **np, struct err *e)
{
	const struct elfinfo *other;
	struct node *n = find_node(c->t, name, NULL, NULL);

	if (n == NULL || n->kind != ENTRY_FILE || n->size == 0)
		return 0;
	if (elf_of(c, n, &other, e) != 0)
		return -1;
	*np = n;
	return other != NULL && elfinfo_fits(i, other);
}

/* A library of i by its name in the folders of l: 1, *np, and where into buf;
 * 0; -1. */
static int
search(struct closure *c, const struct libpath *l, const char *lib,
    const struct elfinfo *i, char *buf, struct node **np, struct err *e)
{
	size_t d;
	int r;

	for (d = 0; d < l->n; d++) {
		if (snprintf(buf, PATH_LEN_MAX, "%s/%s", l->dirs[d], lib) >=
		    PATH_LEN_MAX)
			continue;
		if ((r = fits(c, buf, i, np, e)) != 0)
			return r;
	}
	return 0;
}

/* One library of l, which looks in own first. */
static int
need(struct closure *c, const struct load *l, const struct elfinfo *i,
    const char *lib, const struct libpath *own, const char *chain,
    struct err *e)
{
	struct cause cause = { .why = WHY_NEEDED, .from = l->n };
	char name[PATH_LEN_MAX];
	struct node *n = NULL;
	int r;

	if (strchr(lib, '/') != NULL) {
		(void)snprintf(name, sizeof(name), "%s", lib);
		r = fits(c, name, i, &n, e);
	} else if ((r = search(c, own, lib, i, name, &n, e)) == 0)
		r = search(c, &c->system, lib, i, name, &n, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return miss(c, lib, WHY_NEEDED, l->n, e);
	(void)keep_name(c->k, name, cause);
	keep_done(c->k, n);
	return load(c, n, name, chain, e);
}

/* The dynamic linker itself; where it is libraries may be, too. */
static int
interp(struct closure *c, const struct load *l, const char *name,
    struct err *e)
{
	struct cause cause = { .why = WHY_INTERP, .from = l->n };
	struct node *n = keep_name(c->k, name, cause);
	char path[PATH_LEN_MAX], *named, *real;
	int r;

	if (n == NULL)
		return miss(c, name, WHY_INTERP, l->n, e);
	named = folder_of(name);
	real = folder_of(tree_path(n, path));
	if (named == NULL || real == NULL)
		r = err_mem(e);
	else
		r = libpath_add(&c->system, named, e) == 0 ?
		    libpath_add(&c->system, real, e) : -1;
	free(named);
	free(real);
	return r;
}

/* Folders as an RPATH; to be freed. */
static char *
join(const struct libpath *l)
{
	char *s = mem_printf("%s", ""), *p;
	size_t i;

	for (i = 0; i < l->n && s != NULL; i++) {
		p = mem_printf("%s%s%s", s, i != 0 ? ":" : "", l->dirs[i]);
		free(s);
		s = p;
	}
	return s;
}

/* Where an object looks, and what those that it loads inherit. */
static int
paths_of(const struct load *l, const struct elfinfo *i, struct libpath *own,
    struct libpath *chain, struct err *e)
{
	char path[PATH_LEN_MAX];
	char *real = folder_of(tree_path(l->n, path));
	const char *rpath = i->runpath == NULL && i->rpath != NULL ?
	    i->rpath : "";
	int r = -1;

	if (real == NULL)
		return err_mem(e);
	if (i->runpath != NULL)
		r = libpath_expand(own, i->runpath, l->origin, e) == 0 ?
		    libpath_expand(own, i->runpath, real, e) : -1;
	else if (libpath_expand(own, rpath, l->origin, e) == 0 &&
	    libpath_expand(own, rpath, real, e) == 0)
		r = libpath_expand(own, l->chain, "", e);
	if (r == 0 && (libpath_expand(chain, rpath, l->origin, e) != 0 ||
	    libpath_expand(chain, rpath, real, e) != 0 ||
	    libpath_expand(chain, l->chain, "", e) != 0))
		r = -1;
	free(real);
	return r;
}

static int
look_elf(struct closure *c, const struct load *l, struct err *e)
{
	struct libpath own = { .n = 0 }, chain = { .n = 0 };
	const struct elfinfo *i;
	char *inherited = NULL;
	size_t n;
	int r;

	if ((r = elf_of(c, l->n, &i, e)) != 0 || i == NULL || !i->runs)
		return r;
	if (i->interp != NULL && interp(c, l, i->interp, e) != 0)
		return -1;
	r = paths_of(l, i, &own, &chain, e);
	if (r == 0 && (inherited = join(&chain)) == NULL)
		r = err_mem(e);
	for (n = 0; n < i->nneeded && r == 0; n++)
		r = need(c, l, i, i->needed[n], &own, inherited, e);
	free(inherited);
	libpath_free(&own);
	libpath_free(&chain);
	return r;
}

/* --- Scripts, and all files. */

static int
look_script(struct closure *c, struct node *n, struct err *e)
{
	struct cause cause = { .why = WHY_SCRIPT, .from = n };
	struct script s;
	char name[PATH_LEN_MAX];
	int fd, r;
	uint64_t size;

	if ((fd = stagefile_open(c->dir, n, &size, e)) == -1)
		return -1;
	r = script_read(&s, fd, tree_path(n, name), e);
	(void)close(fd);
	if (r <= 0)
		return r;
	/* One that nobody runs as a program may well lack it. */
	if (keep_name(c->k, s.interp, cause) == NULL)
		return (n->mode & 0111u) == 0 ? 0 :
		    miss(c, s.interp, WHY_SCRIPT, n, e);
	if (*s.program == '\0')
		return 0;
	if (script_find(&s, c->t, c->prefix, name))
		(void)keep_name(c->k, name, cause);
	else if ((n->mode & 0111u) != 0)
		return miss(c, s.program, WHY_SCRIPT, n, e);
	return 0;
}

static int
look(struct closure *c, struct node *n, struct err *e)
{
	struct cause cause = { .why = WHY_LINK, .from = n };
	const struct elfinfo *i;
	char name[PATH_LEN_MAX];

	(void)tree_path(n, name);
	if (n->kind == ENTRY_SYMLINK)
		(void)keep_name(c->k, name, cause);
	if (n->kind != ENTRY_FILE || content_of(n)->size == 0)
		return 0;
	if (elf_of(c, n, &i, e) != 0)
		return -1;
	return i != NULL ? load(c, n, name, "", e) : look_script(c, n, e);
}

int
closure_run(struct closure *c, void (*warn)(const char *line), struct err *e)
{
	struct load *l;
	struct node *n;
	int r = 0;

	c->warn = warn;
	while (r == 0) {
		if ((l = c->first) != NULL) {
			if ((c->first = l->next) == NULL)
				c->last = &c->first;
			r = look_elf(c, l, e);
		} else if ((n = keep_next(c->k)) != NULL)
			r = look(c, n, e);
		else
			break;
	}
	return r;
}

static void
free_nodes(struct closure *c)
{
	size_t i, n = (size_t)c->t->nodes;
	struct load *l;

	for (i = 0; i < n; i++) {
		while (c->ways != NULL && (l = c->ways[i]) != NULL) {
			c->ways[i] = l->other;
			free(l->chain);
			free(l->origin);
			free(l);
		}
		if (c->known != NULL && c->known[i] != NULL &&
		    c->known[i] != &none) {
			elfinfo_free(c->known[i]);
			free(c->known[i]);
		}
	}
	free(c->ways);
	free(c->known);
}

void
closure_free(struct closure *c)
{
	struct missing *m;

	if (c == NULL)
		return;
	free_nodes(c);
	while ((m = c->missing) != NULL) {
		c->missing = m->next;
		free(m->name);
		free(m);
	}
	libpath_free(&c->system);
	free(c);
}
