/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * survey.c: layers, from their headers. Of most files nothing is kept but
 * their node; of those with holes also where the data is.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "survey.h"

#define PIECE (64u * 1024)

struct range {
	uint64_t	off, len;
};

/* A file with holes. */
struct sparse {
	const struct node *node;	/* NULL: it was replaced */
	size_t		 first, n;	/* of its ranges */
};

struct survey {
	struct tree	*t;
	struct sparse	*file;		/* by address of their nodes */
	size_t		 nfiles, filecap;
	struct range	*range;
	size_t		 nranges, rangecap;
	size_t		 first;		/* range of the file that is told of */
	uint8_t		 piece[PIECE];	/* data of no meaning, but no zeros */
};

/* --- The sink; node->where is the file's number from 1, or 0. */

static int
begin(void *ctx, struct node *n, struct err *e)
{
	struct survey *s = ctx;

	(void)e;
	n->where = 0;
	s->first = s->nranges;
	return 0;
}

static int
range(void *ctx, struct node *n, uint64_t off, uint64_t len, struct err *e)
{
	struct survey *s = ctx;
	struct range *r = s->range;

	(void)n;
	if (len == 0)
		return 0;
	if (s->nranges > s->first && off == r[s->nranges - 1].off +
	    r[s->nranges - 1].len) {
		r[s->nranges - 1].len += len;
		return 0;
	}
	r = mem_grow(r, &s->rangecap, s->nranges + 1, sizeof(*r));
	if (r == NULL)
		return err_mem(e);
	s->range = r;
	r[s->nranges++] = (struct range){ off, len };
	return 0;
}

static int
end(void *ctx, struct node *n, struct err *e)
{
	struct survey *s = ctx;
	const struct range *r = &s->range[s->first];
	struct sparse *f;

	if (s->nranges == s->first + 1 && r->off == 0 && r->len == n->size) {
		s->nranges = s->first;
		return 0;
	}
	f = mem_grow(s->file, &s->filecap, s->nfiles + 1, sizeof(*f));
	if (f == NULL)
		return err_mem(e);
	s->file = f;
	f[s->nfiles++] = (struct sparse){ n, s->first,
	    s->nranges - s->first };
	n->where = s->nfiles;
	return 0;
}

static void
discard(void *ctx, struct node *n)
{
	struct survey *s = ctx;

	if (n->where != 0)
		s->file[n->where - 1].node = NULL;
	n->where = 0;
}

static const struct sink survey_sink = {
	.begin = begin, .end = end, .discard = discard, .range = range
};

/* --- */

static int
by_node(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct sparse *)a)->node;
	uintptr_t y = (uintptr_t)((const struct sparse *)b)->node;

	return x < y ? -1 : x > y;
}

struct survey *
survey_new(char *const layers[], size_t n, struct err *e)
{
	struct survey *s = mem_array(1, sizeof(*s));

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	memset(s->piece, 0xff, sizeof(s->piece));
	if ((s->t = tree_new(e)) == NULL ||
	    tree_merge(s->t, layers, n, &survey_sink, s, e) != 0) {
		survey_free(s);
		return NULL;
	}
	if (s->nfiles != 0)
		qsort(s->file, s->nfiles, sizeof(*s->file), by_node);
	return s;
}

struct tree *
survey_tree(const struct survey *s)
{
	return s->t;
}

/* What is known of n's holes; NULL: it has none. */
static const struct sparse *
sparse_of(const struct survey *s, const struct node *n)
{
	struct sparse key = { .node = n };

	return s->nfiles == 0 ? NULL :
	    bsearch(&key, s->file, s->nfiles, sizeof(key), by_node);
}

uint64_t
survey_bytes(const struct survey *s)
{
	const struct sparse *f;
	const struct node *n;
	uint64_t sum = 0;
	size_t i;

	for (n = s->t->first; n != NULL; n = n->arrival) {
		if (n->link != NULL)
			continue;
		if (n->kind != ENTRY_FILE || (f = sparse_of(s, n)) == NULL) {
			sum += n->size;
			continue;
		}
		for (i = f->first; i < f->first + f->n; i++)
			sum += s->range[i].len;
	}
	return sum;
}

static int
put_range(const struct survey *s, struct node *n, struct range r,
    const struct sink *sink, void *ctx, struct err *e)
{
	size_t len;

	for (; r.len != 0; r.off += len, r.len -= len) {
		len = r.len < PIECE ? (size_t)r.len : PIECE;
		if (sink->data(ctx, n, r.off, s->piece, len, e) != 0)
			return -1;
	}
	return 0;
}

int
survey_put(const struct survey *s, struct node *n, const struct sink *sink,
    void *ctx, struct err *e)
{
	const struct sparse *f = sparse_of(s, n);
	size_t i;

	if (sink->begin(ctx, n, e) != 0)
		return -1;
	/* That there are holes has to be told where there is nothing else. */
	if (f != NULL && sink->data(ctx, n, 0, s->piece, 0, e) != 0)
		return -1;
	for (i = 0; f != NULL && i < f->n; i++) {
		if (put_range(s, n, s->range[f->first + i], sink, ctx, e) != 0)
			return -1;
	}
	return sink->end(ctx, n, e);
}

void
survey_free(struct survey *s)
{
	if (s == NULL)
		return;
	tree_free(s->t);
	free(s->file);
	free(s->range);
	free(s);
}
