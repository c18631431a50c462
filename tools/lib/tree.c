/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tree.c: nodes of a tree: making, finding, walking, sorting them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "path.h"
#include "tree_impl.h"

#define ARENA_CHUNK (256u * 1024)

/* Nodes and names live in chunks that are freed together. */
struct arena {
	struct arena	*next;
	size_t		 used, size;
	max_align_t	 data[];
};

static void *
arena_alloc(struct tree *t, size_t len, size_t align)
{
	struct arena *a = t->arena;
	size_t at = a != NULL ? (a->used + align - 1) & ~(align - 1) : 0;
	size_t size = len > ARENA_CHUNK ? len : ARENA_CHUNK;

	if (a == NULL || at + len > a->size) {
		if ((a = malloc(sizeof(*a) + size)) == NULL)
			return NULL;
		a->next = t->arena;
		a->size = size;
		t->arena = a;
		at = 0;
	}
	a->used = at + len;
	return (char *)a->data + at;
}

char *
tree_string(struct tree *t, const char *s, size_t len)
{
	char *p = arena_alloc(t, len + 1, 1);

	if (p != NULL) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

/* FNV-1a over the parent's address-free identity and the part's bytes. */
static size_t
bucket_of(const struct tree *t, const struct node *parent, const char *name,
    size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037);
	uintptr_t p = (uintptr_t)parent;
	size_t i;

	h = (h ^ (p >> 4)) * UINT64_C(1099511628211);
	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 29) & (t->buckets - 1);
}

struct node *
tree_child(const struct tree *t, const struct node *dir, const char *name,
    size_t len)
{
	struct node *n = t->table[bucket_of(t, dir, name, len)];

	for (; n != NULL; n = n->hash) {
		if (n->parent == dir && strncmp(n->name, name, len) == 0 &&
		    n->name[len] == '\0')
			return n;
	}
	return NULL;
}

static int
table_grow(struct tree *t)
{
	struct node **old = t->table, *n, *next;
	size_t i, was = t->buckets, b;

	if ((t->table = mem_array(was * 2, sizeof(*t->table))) == NULL) {
		t->table = old;
		return -1;
	}
	t->buckets = was * 2;
	for (i = 0; i < was; i++) {
		for (n = old[i]; n != NULL; n = next) {
			next = n->hash;
			b = bucket_of(t, n->parent, n->name, strlen(n->name));
			n->hash = t->table[b];
			t->table[b] = n;
		}
	}
	free(old);
	return 0;
}

struct node *
tree_add(struct tree *t, struct node *dir, const char *name, size_t len,
    struct err *e)
{
	struct node *n;
	size_t b;

	if (t->nodes >= t->buckets && table_grow(t) != 0)
		goto nomem;
	if ((n = arena_alloc(t, sizeof(*n), _Alignof(struct node))) == NULL)
		goto nomem;
	memset(n, 0, sizeof(*n));
	if ((n->name = tree_string(t, name, len)) == NULL)
		goto nomem;
	n->parent = dir != NULL ? dir : n;
	if (dir != NULL) {
		n->sibling = dir->child;
		dir->child = n;
		b = bucket_of(t, dir, name, len);
		n->hash = t->table[b];
		t->table[b] = n;
		t->last->arrival = n;
	} else
		t->first = n;
	t->last = n;
	t->nodes++;
	n->nlink = 1;
	return n;
nomem:
	(void)err_mem(e);
	return NULL;
}

struct tree *
tree_new(struct err *e)
{
	struct tree *t = mem_array(1, sizeof(*t));
	const char *s = getenv("SOURCE_DATE_EPOCH");
	char *end;

	if (t == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if (limit_start(&t->limit, e) != 0) {
		free(t);
		return NULL;
	}
	t->epoch = INT64_MIN;
	t->buckets = 1024;
	if ((t->table = mem_array(t->buckets, sizeof(*t->table))) == NULL) {
		(void)err_mem(e);
		goto fail;
	}
	if (s != NULL && *s != '\0') {
		errno = 0;
		t->epoch = strtoll(s, &end, 10);
		if (*end != '\0' || errno != 0 || t->epoch < 0) {
			(void)err_code(e, ERR_USAGE, "SOURCE_DATE_EPOCH=%s: "
			    "no number of seconds since 1970", s);
			goto fail;
		}
		t->epoch_given = true;
	}
	if ((t->root = tree_add(t, NULL, "", 0, e)) == NULL)
		goto fail;
	t->root->kind = ENTRY_DIR;
	t->root->mode = 0755;
	t->root->flags = ENTRY_WEAK | ENTRY_UNDATED;
	t->root->layer = UINT32_MAX;
	return t;
fail:
	tree_free(t);
	return NULL;
}

struct node *
tree_find(const struct tree *t, const char *name)
{
	struct node *n = t->root;
	size_t len;

	while (n != NULL && *name != '\0') {
		len = strcspn(name, "/");
		n = tree_child(t, n, name, len);
		name += len;
		if (*name == '/')
			name++;
	}
	return n;
}

char *
tree_path(const struct node *n, char *buf)
{
	char *p = &buf[PATH_LEN_MAX - 1];
	size_t len;

	*p = '\0';
	for (; n->parent != n; n = n->parent) {
		len = strlen(n->name);
		if ((size_t)(p - buf) < len + 1)
			break;		/* canonical names are never so long */
		if (*p != '\0')
			*--p = '/';
		p -= len;
		memcpy(p, n->name, len);
	}
	return memmove(buf, p, strlen(p) + 1);
}

struct node *
tree_next(const struct node *n)
{
	if (n->child != NULL)
		return n->child;
	while (n->sibling == NULL) {
		if (n->parent == n)
			return NULL;
		n = n->parent;
	}
	return n->sibling;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(struct node *const *)a)->name,
	    (*(struct node *const *)b)->name);
}

/* Sort one directory's children; *tmp is scratch that grows. */
static int
sort_children(struct node *dir, struct node ***tmp, size_t *cap)
{
	struct node *n;
	size_t count = 0, i;
	void *p;

	for (n = dir->child; n != NULL; n = n->sibling) {
		if ((p = mem_grow(*tmp, cap, count + 1, sizeof(n))) == NULL)
			return -1;
		*tmp = p;
		(*tmp)[count++] = n;
	}
	if (count < 2)
		return 0;
	qsort(*tmp, count, sizeof(n), by_name);
	dir->child = (*tmp)[0];
	for (i = 0; i < count; i++)
		(*tmp)[i]->sibling = i + 1 < count ? (*tmp)[i + 1] : NULL;
	return 0;
}

/* What is on the way there is nearer afterwards: chains of links to links may
 * be as long as an archive. */
struct node *
tree_primary(struct node *n)
{
	struct node *top = n, *next;

	while (top->link != NULL)
		top = top->link;
	for (; n != top; n = next) {
		next = n->link;
		n->link = top;
	}
	return top;
}

/*
 * Links that were made while their target was looked for may be links to
 * links, of the kind that it was taken for.
 */
static void
count_names(struct tree *t)
{
	struct node *n;

	for (n = t->first; n != NULL; n = n->arrival)
		n->nlink = n->kind == ENTRY_DIR ? 2 : 1;
	for (n = t->first; n != NULL; n = n->arrival) {
		if (n->link == NULL)
			continue;
		(void)tree_primary(n);
		n->kind = n->link->kind;
		n->link->nlink++;
	}
}

/* The walk comes to a directory before its children, so it can sort them. */
int
tree_settle(struct tree *t, struct err *e)
{
	struct node *n, **tmp = NULL;
	size_t cap = 0;

	t->inodes = 0;
	count_names(t);
	for (n = t->root; n != NULL; n = tree_next(n)) {
		if (n->link == NULL)
			t->inodes++;
		if (n->kind == ENTRY_DIR) {
			if (n->parent != n)
				n->parent->nlink++;
			if (sort_children(n, &tmp, &cap) != 0) {
				free(tmp);
				return err_mem(e);
			}
		}
		if ((n->flags & ENTRY_UNDATED) != 0) {
			n->mtime = t->epoch;
			n->mtime_ns = 0;
		}
	}
	free(tmp);
	return 0;
}

bool
tree_hidden(const struct tree *t, struct err *e)
{
	char name[PATH_LEN_MAX];

	if (t->hidden == 0)
		return false;
	(void)err_set(e, "%" PRIu64 " entries have no place: /%s is a %s in a "
	    "later layer", t->hidden, tree_path(t->hider, name),
	    entry_kind_name(t->hider->kind));
	return true;
}

void
tree_free(struct tree *t)
{
	struct arena *a, *next;

	if (t == NULL)
		return;
	for (a = t->arena; a != NULL; a = next) {
		next = a->next;
		free(a);
	}
	free(t->table);
	free(t);
}
