/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * keep.c: marks nodes, and remembers which are to be looked into.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "keep.h"
#include "mem.h"
#include "path.h"
#include "visname.h"

struct mark {
	struct cause	 cause;
	struct node	*next;		/* to be handed out after this one */
	bool		 done;
};

struct string {
	struct string	*next;
	char		*text;
};

struct keep {
	struct tree	*t;
	struct mark	*marks;		/* by a node's ino */
	struct node	*first, *last;	/* to be handed out */
	struct string	*strings;
};

struct keep *
keep_new(struct tree *t, struct err *e)
{
	struct keep *k = mem_array(1, sizeof(*k));
	struct node *n;
	uint32_t i = 0;

	if (k == NULL || t->nodes > UINT32_MAX ||
	    (k->marks = mem_array((size_t)t->nodes, sizeof(*k->marks))) ==
	    NULL) {
		free(k);
		(void)err_mem(e);
		return NULL;
	}
	k->t = t;
	for (n = t->root; n != NULL; n = tree_next(n))
		n->ino = i++;
	return k;
}

struct tree *
keep_tree(const struct keep *k)
{
	return k->t;
}

const char *
keep_text(struct keep *k, struct err *e, const char *fmt, ...)
{
	struct string *s = mem_array(1, sizeof(*s));
	va_list ap;

	va_start(ap, fmt);
	if (s != NULL)
		s->text = mem_vprintf(fmt, ap);
	va_end(ap);
	if (s == NULL || s->text == NULL) {
		free(s);
		(void)err_mem(e);
		return NULL;
	}
	s->next = k->strings;
	k->strings = s;
	return s->text;
}

static void
keep_parents(struct keep *k, const struct node *n)
{
	const struct node *p;

	for (p = n->parent; k->marks[p->ino].cause.why == WHY_NOT;
	    p = p->parent)
		k->marks[p->ino].cause.why = WHY_PARENT;
}

void
keep_node(struct keep *k, struct node *n, struct cause cause)
{
	struct mark *m = &k->marks[n->ino];
	bool known = m->cause.why != WHY_NOT;

	if (known && m->cause.why != WHY_PARENT)
		return;
	m->cause = cause;
	if (!known)
		keep_parents(k, n);
	if (n->kind == ENTRY_DIR)
		return;
	if (k->last != NULL)
		k->marks[k->last->ino].next = n;
	else
		k->first = n;
	k->last = n;
}

void
keep_below(struct keep *k, struct node *top, struct cause cause)
{
	struct cause below = { .why = WHY_BELOW, .from = top };
	struct node *n;

	if (cause.why != WHY_ASKED && cause.why != WHY_ALWAYS)
		below = cause;
	keep_node(k, top, cause);
	if (top->kind != ENTRY_DIR)
		return;
	for (n = tree_next(top); n != NULL; n = tree_next(n)) {
		const struct node *p = n->parent;

		/* Depth first: what is behind the last one is not below. */
		while (p != top && p->parent != p)
			p = p->parent;
		if (p != top)
			break;
		keep_node(k, n, below);
	}
}

/* --- Names. */

struct via {
	struct keep	*k;
	struct cause	 cause;
};

static int
via_link(void *ctx, struct node *n)
{
	const struct via *v = ctx;

	keep_node(v->k, n, v->cause);
	return 0;
}

struct node *
keep_name(struct keep *k, const char *name, struct cause cause)
{
	struct via v = { k, cause };
	struct node *n = find_node(k->t, name, NULL, NULL);

	if (n == NULL)
		return NULL;
	(void)find_node(k->t, name, via_link, &v);
	keep_node(k, n, cause);
	return n;
}

/* --- What is to be looked into. */

struct node *
keep_next(struct keep *k)
{
	struct node *n;

	while ((n = k->first) != NULL) {
		k->first = k->marks[n->ino].next;
		if (k->first == NULL)
			k->last = NULL;
		if (!k->marks[n->ino].done) {
			k->marks[n->ino].done = true;
			return n;
		}
	}
	return NULL;
}

void
keep_done(struct keep *k, struct node *n)
{
	k->marks[n->ino].done = true;
}

enum why
keep_why(const struct keep *k, const struct node *n)
{
	return k->marks[n->ino].cause.why;
}

/* On one line, whatever is in it. */
static void
tell_text(const char *what, const char *text, FILE *f)
{
	(void)fputs(what, f);
	for (; *text != '\0'; text++)
		(void)putc((unsigned char)*text < ' ' || *text == '\177' ?
		    '?' : *text, f);
}

static void
tell_from(const char *what, const struct node *from, FILE *f)
{
	char name[PATH_LEN_MAX];

	(void)fputs(what, f);
	vis_encode(f, tree_path(from, name));
}

void
keep_tell(const struct keep *k, const struct node *n, FILE *f)
{
	const struct cause *c = &k->marks[n->ino].cause;

	switch (c->why) {
	case WHY_NOT:
		(void)fputs("not kept", f);
		break;
	case WHY_PARENT:
		(void)fputs("a folder of what is kept", f);
		break;
	case WHY_ALWAYS:
		(void)fputs("always kept", f);
		break;
	case WHY_ASKED:
		tell_text("", c->text, f);
		break;
	case WHY_LAYER:
		tell_text("in ", c->text, f);
		break;
	case WHY_NEW:
		(void)fputs("made by a script", f);
		break;
	case WHY_PACKAGE:
		tell_text("of package ", c->text, f);
		break;
	case WHY_BELOW:
		tell_from("in ", c->from, f);
		break;
	case WHY_NEEDED:
		tell_from("a library of ", c->from, f);
		break;
	case WHY_INTERP:
		tell_from("runs ", c->from, f);
		break;
	case WHY_SCRIPT:
		tell_from("runs the script ", c->from, f);
		break;
	case WHY_LINK:
		tell_from("where the link leads ", c->from, f);
		break;
	}
}

void
keep_free(struct keep *k)
{
	struct string *s;

	if (k == NULL)
		return;
	while ((s = k->strings) != NULL) {
		k->strings = s->next;
		free(s->text);
		free(s);
	}
	free(k->marks);
	free(k);
}
