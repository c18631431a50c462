/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * find.c: follows names and patterns inside a tree.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "find.h"
#include "path.h"

#define LINKS_MAX 40	/* in one name; NetBSD's MAXSYMLINKS is 32 */

/* A name on its way: what was found of it, and what is left. */
struct way {
	size_t	used;			/* of found */
	char	found[PATH_LEN_MAX];	/* canonical, and no links in it */
	char	rest[PATH_LEN_MAX];
	char	tail[PATH_LEN_MAX];
};

/* The first part of what is left; its length, 0 at the end. */
static size_t
next_part(struct way *w)
{
	size_t slashes = strspn(w->rest, "/");

	memmove(w->rest, w->rest + slashes, strlen(w->rest + slashes) + 1);
	return strcspn(w->rest, "/");
}

static void
go_up(struct way *w)
{
	while (w->used != 0 && w->found[w->used - 1] != '/')
		w->used--;
	if (w->used != 0)
		w->used--;
	w->found[w->used] = '\0';
}

/* len bytes of what is left go to what was found. */
static int
go_down(struct way *w, size_t len)
{
	if (w->used + len + 2 > sizeof(w->found))
		return -1;
	if (w->used != 0)
		w->found[w->used++] = '/';
	memcpy(w->found + w->used, w->rest, len);
	w->used += len;
	w->found[w->used] = '\0';
	return 0;
}

/* In place of the link that was found, what it says. */
static int
follow(struct way *w, const char *target, size_t len)
{
	size_t n = strlen(target), left = strlen(w->rest + len);

	if (n + left + 1 > sizeof(w->rest))
		return -1;
	memcpy(w->tail, w->rest + len, left + 1);
	memcpy(w->rest, target, n);
	memcpy(w->rest + n, w->tail, left + 1);
	go_up(w);
	if (*target == '/')
		w->found[w->used = 0] = '\0';
	return 0;
}

/* One part on: the node that was reached, or NULL. */
static struct node *
step(const struct tree *t, struct way *w, size_t len, unsigned *links,
    int (*via)(void *, struct node *), void *ctx)
{
	struct node *n;

	if (len == 1 && w->rest[0] == '.')
		n = tree_find(t, w->found);
	else if (len == 2 && w->rest[0] == '.' && w->rest[1] == '.') {
		go_up(w);
		n = tree_find(t, w->found);
	} else {
		n = go_down(w, len) == 0 ? tree_find(t, w->found) : NULL;
		if (n != NULL && n->kind == ENTRY_SYMLINK) {
			if (++*links > LINKS_MAX ||
			    (via != NULL && via(ctx, n) != 0) ||
			    follow(w, n->link != NULL ? n->link->target :
			    n->target, len) != 0)
				return NULL;
			return tree_find(t, w->found);
		}
	}
	memmove(w->rest, w->rest + len, strlen(w->rest + len) + 1);
	return n;
}

struct node *
find_node(const struct tree *t, const char *name,
    int (*via)(void *, struct node *), void *ctx)
{
	struct node *n = t->root;
	struct way w = { .used = 0 };
	unsigned links = 0;
	size_t len;

	if (strlen(name) >= sizeof(w.rest))
		return NULL;
	memcpy(w.rest, name, strlen(name) + 1);
	while (n != NULL && (len = next_part(&w)) != 0) {
		if (n->kind != ENTRY_DIR)
			return NULL;
		n = step(t, &w, len, &links, via, ctx);
	}
	return n;
}

/* --- Patterns. */

struct match {
	const struct tree *t;
	int	(*fn)(void *, const char *);
	void	 *ctx;
};

static int match_rest(const struct match *, const char *done,
    const char *rest);

/* The first part of rest is part, or a pattern for it; more is behind it. */
static int
match_part(const struct match *m, const char *done, const char *part,
    const char *more)
{
	struct node *dir = find_node(m->t, done, NULL, NULL), *n;
	char name[PATH_LEN_MAX];
	struct err e;
	int r = 0;

	if (dir == NULL || dir->kind != ENTRY_DIR)
		return 0;
	if (strpbrk(part, "*?[") == NULL)
		return path_join(name, done, part, &e) == 0 ?
		    match_rest(m, name, more) : 0;
	for (n = dir->child; n != NULL && r == 0; n = n->sibling) {
		if (fnmatch(part, n->name, FNM_PERIOD) == 0 &&
		    path_join(name, done, n->name, &e) == 0)
			r = match_rest(m, name, more);
	}
	return r;
}

static int
match_rest(const struct match *m, const char *done, const char *rest)
{
	char part[PATH_NAME_MAX + 1];
	size_t len;

	rest += strspn(rest, "/");
	len = strcspn(rest, "/");
	if (len == 0) {
		return find_node(m->t, done, NULL, NULL) != NULL ?
		    m->fn(m->ctx, done) : 0;
	}
	if (len >= sizeof(part))
		return 0;
	memcpy(part, rest, len);
	part[len] = '\0';
	return match_part(m, done, part, rest + len);
}

int
find_each(const struct tree *t, const char *pattern,
    int (*fn)(void *, const char *), void *ctx)
{
	struct match m = { t, fn, ctx };

	return match_rest(&m, "", pattern);
}
