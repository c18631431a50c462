/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * repo.c: keeps packages, sorted by name, in memory that is freed at once.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pattern.h"
#include "repo.h"

#define CHUNK	 (256u << 10)	/* bytes */

struct chunk {
	struct chunk	*next;
	size_t		 used, size;
	_Alignas(16) char data[];
};

struct repo {
	struct chunk	*chunks;
	struct pkg	**pkgs;
	size_t		 n, cap;
};

struct repo *
repo_new(struct err *e)
{
	struct repo *r = mem_array(1, sizeof(*r));

	if (r == NULL)
		(void)err_mem(e);
	return r;
}

void
repo_free(struct repo *r)
{
	struct chunk *c;

	if (r == NULL)
		return;
	while ((c = r->chunks) != NULL) {
		r->chunks = c->next;
		free(c);
	}
	free(r->pkgs);
	free(r);
}

static void *
allot(struct repo *r, size_t size, struct err *e)
{
	struct chunk *c = r->chunks;
	size_t room = size > CHUNK ? size : CHUNK;
	void *p;

	if (c == NULL || c->size - c->used < size) {
		if (size > SIZE_MAX / 2 ||
		    (c = malloc(sizeof(*c) + room)) == NULL) {
			(void)err_mem(e);
			return NULL;
		}
		c->next = r->chunks;
		c->used = 0;
		c->size = room;
		r->chunks = c;
	}
	p = c->data + c->used;
	size = (size + 15) & ~(size_t)15;
	c->used = size < c->size - c->used ? c->used + size : c->size;
	return p;
}

struct pkg *
repo_add(struct repo *r, struct err *e)
{
	struct pkg **list, *p;

	list = mem_grow(r->pkgs, &r->cap, r->n + 1, sizeof(struct pkg *));
	if (list == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	r->pkgs = list;
	if ((p = allot(r, sizeof(*p), e)) == NULL)
		return NULL;
	memset(p, 0, sizeof(*p));
	p->file_size = p->size = SIZE_UNKNOWN;
	p->depends.last = &p->depends.first;
	p->conflicts.last = &p->conflicts.first;
	p->supersedes.last = &p->supersedes.first;
	p->number = r->n;
	r->pkgs[r->n++] = p;
	return p;
}

char *
repo_text(struct repo *r, const char *s, size_t len, struct err *e)
{
	char *p = allot(r, len + 1, e);

	if (p != NULL) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

int
repo_word(struct repo *r, struct words *list, const char *s, size_t len,
    struct err *e)
{
	struct word *w = allot(r, sizeof(*w) + len + 1, e);

	if (w == NULL)
		return -1;
	w->next = NULL;
	memcpy(w->text, s, len);
	w->text[len] = '\0';
	*list->last = w;
	list->last = &w->next;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct pkg *x = *(struct pkg *const *)a;
	const struct pkg *y = *(struct pkg *const *)b;
	int r = strcmp(x->name, y->name);

	if (r != 0)
		return r;
	return x->number < y->number ? -1 : x->number > y->number;
}

void
repo_sort(struct repo *r)
{
	size_t i, n = 0;

	if (r->n == 0)
		return;
	qsort(r->pkgs, r->n, sizeof(struct pkg *), by_name);
	for (i = 1; i < r->n; i++) {
		if (strcmp(r->pkgs[n]->name, r->pkgs[i]->name) != 0)
			r->pkgs[++n] = r->pkgs[i];
	}
	r->n = n + 1;
}

size_t
repo_count(const struct repo *r)
{
	return r->n;
}

struct pkg *
repo_at(const struct repo *r, size_t i)
{
	return r->pkgs[i];
}

/* The first whose name is not before these bytes. */
static size_t
first_at(const struct repo *r, const char *prefix, size_t len)
{
	size_t low = 0, high = r->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strncmp(r->pkgs[mid]->name, prefix, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct search {
	const struct repo *r;
	int	(*fn)(void *, struct pkg *, struct err *);
	void	 *ctx;
};

static int
search_plain(void *ctx, const char *plain, struct err *e)
{
	const struct search *s = ctx;
	size_t len = pattern_prefix(plain), i;
	struct pkg *p;
	int r;

	for (i = first_at(s->r, plain, len); i < s->r->n; i++) {
		p = s->r->pkgs[i];
		if (strncmp(p->name, plain, len) != 0)
			break;
		if (pattern_plain(plain, p->name) &&
		    (r = s->fn(s->ctx, p, e)) != 0)
			return r;
	}
	return 0;
}

int
repo_each(const struct repo *r, const char *pattern,
    int (*fn)(void *, struct pkg *, struct err *), void *ctx, struct err *e)
{
	struct search s = { r, fn, ctx };

	return pattern_each(pattern, search_plain, &s, e);
}

struct pkg *
repo_rival(const struct repo *r, const struct pkg *p)
{
	const char *version = pattern_version(p->name);
	size_t len = (size_t)(version - p->name), i;
	struct pkg *q;

	/* Others have a dash further on: foo-1, foo-devel-1. */
	for (i = first_at(r, p->name, len); i < r->n; i++) {
		q = r->pkgs[i];
		if (strncmp(q->name, p->name, len) != 0)
			break;
		if (q->chosen != NULL && q != p &&
		    pattern_version(q->name) == q->name + len)
			return q;
	}
	return NULL;
}

bool
name_check(const char *s)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+,-._=@~";
	size_t len = strlen(s);

	return len != 0 && len <= NAME_BYTES && strspn(s, good) == len &&
	    strchr("+-.~", *s) == NULL;
}
