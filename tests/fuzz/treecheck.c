/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * treecheck.c: what holds of every tree.
 */
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "treecheck.h"

#define CONTENTS_MAX 4096	/* files that a merge may hand over */

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

/* What the sink was given; a node's where is an index into it, plus one. */
struct store {
	struct content_of {
		struct node	*node;		/* NULL: discarded */
		uint64_t	 len;		/* bytes that came */
		uint8_t		 byte;
		bool		 mixed;
	}		 c[CONTENTS_MAX];
	size_t		 n;
	struct node	*open;
	uint64_t	 at;
};

static int
begin(void *ctx, struct node *n, struct err *e)
{
	struct store *s = ctx;

	MUST(s->open == NULL && n->where == 0);
	MUST(n->kind == ENTRY_FILE && n->link == NULL && n->size != 0);
	if (s->n == CONTENTS_MAX)
		return err_set(e, "too many files");
	memset(&s->c[s->n], 0, sizeof(s->c[0]));
	s->c[s->n++].node = n;
	n->where = s->n;
	s->open = n;
	s->at = 0;
	return 0;
}

static int
data(void *ctx, struct node *n, uint64_t off, const void *buf, size_t len,
    struct err *e)
{
	struct store *s = ctx;
	struct content_of *c = &s->c[n->where - 1];
	const uint8_t *p = buf;
	size_t i;

	(void)e;
	MUST(s->open == n && off >= s->at && off <= n->size);
	MUST(len <= n->size - off);
	if (len != 0 && c->len == 0)
		c->byte = p[0];
	for (i = 0; i < len; i++)
		c->mixed = c->mixed || p[i] != c->byte;
	c->len += len;
	s->at = off + len;
	return 0;
}

static int
end(void *ctx, struct node *n, struct err *e)
{
	struct store *s = ctx;

	(void)e;
	MUST(s->open == n);
	s->open = NULL;
	return 0;
}

static void
discard(void *ctx, struct node *n)
{
	struct store *s = ctx;

	MUST(s->open == NULL && n->where != 0);
	MUST(s->c[n->where - 1].node == n);
	s->c[n->where - 1].node = NULL;
	n->where = 0;
}

/* A name is canonical, and found where it is. */
static void
check_name(const struct tree *t, struct node *n)
{
	char name[PATH_LEN_MAX], canonical[PATH_LEN_MAX];
	struct err e;

	MUST(strchr(n->name, '/') == NULL && (n == t->root || *n->name));
	tree_path(n, name);
	MUST(path_canonical(canonical, name, "", &e) == 0);
	MUST(strcmp(canonical, name) == 0);
	MUST(tree_find(t, name) == n);
}

static void
check_directory(const struct node *dir)
{
	const struct node *n;
	uint32_t nlink = 2;

	for (n = dir->child; n != NULL; n = n->sibling) {
		MUST(n->parent == dir);
		MUST(n->sibling == NULL ||
		    strcmp(n->name, n->sibling->name) < 0);
		nlink += n->kind == ENTRY_DIR;
	}
	MUST(dir->nlink == nlink);
}

/* Names of one file; O(n^2), for trees of a few hundred. */
static uint32_t
names_of(const struct tree *t, const struct node *file)
{
	const struct node *n;
	uint32_t names = 1;

	for (n = t->root; n != NULL; n = tree_next(n))
		names += n->link == file;
	return names;
}

static void
check_node(const struct tree *t, struct node *n, size_t layers)
{
	check_name(t, n);
	MUST(n->layer < layers || n == t->root);
	MUST(n->mode <= 07777 && n->mtime_ns < 1000000000);
	MUST(n->kind <= ENTRY_FIFO && n->kind != ENTRY_HARDLINK);
	MUST(n->kind == ENTRY_DIR || n->child == NULL);
	if (n->link != NULL) {
		MUST(n->link->link == NULL && n->link->kind == n->kind);
		MUST(n->kind != ENTRY_DIR && n->where == 0);
		return;
	}
	if (n->kind == ENTRY_DIR)
		check_directory(n);
	else
		MUST(n->nlink == names_of(t, n));
	if (n->kind == ENTRY_SYMLINK)
		MUST(n->target != NULL && n->size == strlen(n->target) &&
		    n->size != 0);
	else if (n->kind != ENTRY_FILE)
		MUST(n->size == 0);
	if (n->kind == ENTRY_CHAR || n->kind == ENTRY_BLOCK)
		MUST(n->major <= ENTRY_MAJOR_MAX &&
		    n->minor <= ENTRY_MINOR_MAX);
}

static void
check_tree(const struct tree *t, size_t layers)
{
	struct node *n;
	struct err e;
	uint64_t nodes = 0, inodes = 0;

	for (n = t->root; n != NULL; n = tree_next(n)) {
		check_node(t, n, layers);
		nodes++;
		inodes += n->link == NULL;
	}
	MUST(t->nodes == nodes && t->inodes == inodes);
	MUST((t->hidden != 0) == tree_hidden(t, &e));
}

/* Every file has its content, and there is no other. */
static void
check_store(const struct tree *t, const struct store *s)
{
	const struct content_of *c;
	const struct node *n;
	size_t i, live = 0;

	MUST(s->open == NULL);
	for (i = 0; i < s->n; i++)
		live += s->c[i].node != NULL;
	for (n = t->root; n != NULL; n = tree_next(n)) {
		if (n->kind != ENTRY_FILE || n->link != NULL || n->size == 0) {
			MUST(n->where == 0);
			continue;
		}
		MUST(n->where != 0 && n->where <= s->n && live-- != 0);
		c = &s->c[n->where - 1];
		MUST(c->node == n && c->len <= n->size);
	}
	MUST(live == 0);
}

static void
show(const struct tree *t, const struct store *s, treecheck_seen *seen)
{
	const struct content_of *c;
	const struct node *n, *file;

	for (n = t->root; n != NULL && seen != NULL; n = tree_next(n)) {
		file = n->link != NULL ? n->link : n;
		if (n->kind != ENTRY_FILE || file->size == 0)
			continue;
		c = &s->c[file->where - 1];
		if (c->len == file->size)
			seen(n, file->size, c->mixed ? 0 : c->byte);
	}
}

/* What sizes are computed from is what is written. */
static void
compare(const struct tree *a, const struct tree *b)
{
	const struct node *n = a->root, *m = b->root;

	for (; n != NULL && m != NULL; n = tree_next(n), m = tree_next(m)) {
		MUST(strcmp(n->name, m->name) == 0 && n->kind == m->kind);
		MUST(n->size == m->size && n->nlink == m->nlink);
		MUST(n->mtime == m->mtime && n->mode == m->mode);
		MUST(n->layer == m->layer && n->uid == m->uid);
	}
	MUST(n == NULL && m == NULL);
	MUST(a->epoch == b->epoch && a->hidden == b->hidden);
}

void
treecheck_merge(char *const words[], size_t n, treecheck_seen *seen)
{
	static const struct sink sink = { begin, data, end, discard };
	static struct store store;
	struct err e = { .code = ERR_ANY }, again = e;
	struct tree *t = tree_new(&e), *headers = tree_new(&e);
	int r, h;

	MUST(t != NULL && headers != NULL);
	store.n = 0;
	store.open = NULL;
	r = tree_merge(t, words, n, &sink, &store, &e);
	h = tree_merge(headers, words, n, NULL, NULL, &again);
	MUST((r == 0) == (*e.text == '\0'));
	MUST((h == 0) == (*again.text == '\0'));
	if (r == 0) {
		check_tree(t, n);
		check_store(t, &store);
		show(t, &store, seen);
		MUST(h == 0);
		compare(t, headers);
	}
	tree_free(t);
	tree_free(headers);
}
