/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * resolve.c: chooses packages until all that they need is there.
 */
#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "dewey.h"
#include "mem.h"
#include "pattern.h"
#include "resolve.h"

#define RESTARTS_MAX 2000	/* versions given up for the sake of others */
#define AGAIN	     1		/* one was: begin again without it */

/* What a pattern finds, the best of each kind. */
struct found {
	struct plan	*plan;
	struct pkg	*there;		/* chosen already */
	struct pkg	*best;
	struct pkg	*taken;		/* another version of it is chosen */
	struct pkg	*banned;
};

/* The newest, of two that are equally new the first by name. */
static struct pkg *
better(struct pkg *a, struct pkg *b)
{
	int r;

	if (a == NULL)
		return b;
	r = dewey_compare(pattern_version(a->name), pattern_version(b->name));
	return r > 0 || (r == 0 && strcmp(a->name, b->name) <= 0) ? a : b;
}

static int
found_one(void *ctx, struct pkg *p, struct err *e)
{
	struct found *f = ctx;

	(void)e;
	if (p->chosen != NULL)
		f->there = better(f->there, p);
	else if (p->banned != NULL)
		f->banned = better(f->banned, p);
	else if (repo_rival(f->plan->repo, p) != NULL)
		f->taken = better(f->taken, p);
	else
		f->best = better(f->best, p);
	return 0;
}

static int
find(struct found *f, struct plan *plan, const char *pattern, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->plan = plan;
	return repo_each(plan->repo, pattern, found_one, f, e);
}

static int
choose(struct plan *plan, struct pkg *p, const struct chosen *by,
    const char *pattern, struct err *e)
{
	struct chosen **list, *c;

	list = mem_grow(plan->list, &plan->cap, plan->n + 1, sizeof(*list));
	if (list == NULL)
		return err_mem(e);
	plan->list = list;
	if ((c = mem_array(1, sizeof(*c))) == NULL)
		return err_mem(e);
	c->pkg = p;
	c->by = by;
	c->pattern = pattern;
	p->chosen = c;
	list[plan->n++] = c;
	return 0;
}

/* A word of by's, or one that was asked for, has to be met. */
static int
demand(struct plan *plan, const struct chosen *by, const char *pattern,
    struct err *e)
{
	struct found f;
	struct pkg *rival;

	if (find(&f, plan, pattern, e) != 0)
		return by != NULL ? blame_pattern(by, "DEPENDS", e) : -1;
	if (f.there != NULL)
		return 0;
	if (f.best != NULL)
		return choose(plan, f.best, by, pattern, e);
	if (f.taken == NULL)
		return blame_nothing(plan, by, pattern, f.banned, e);
	rival = repo_rival(plan->repo, f.taken);
	if (rival->local)
		return blame_local(by, pattern, rival, e);
	return blame_add(plan, rival, by, pattern, e) == 0 ? AGAIN : -1;
}

static bool
has_alternates(const struct word *w)
{
	return strchr(w->text, '{') != NULL;
}

/* All words of c with alternates, or all without. */
static int
demands(struct plan *plan, const struct chosen *c, bool alternates,
    struct err *e)
{
	const struct word *w;
	int r = 0;

	for (w = c->pkg->depends.first; w != NULL && r == 0; w = w->next) {
		if (has_alternates(w) == alternates)
			r = demand(plan, c, w->text, e);
	}
	return r;
}

/*
 * Alternates wait until nothing else has to be met: one of them may come
 * anyway.
 */
static int
close_plan(struct plan *plan, struct err *e)
{
	size_t plain = 0, braced = 0;
	int r = 0;

	while (r == 0 && (plain < plan->n || braced < plan->n)) {
		if (plain < plan->n)
			r = demands(plan, plan->list[plain++], false, e);
		else
			r = demands(plan, plan->list[braced++], true, e);
	}
	return r;
}

static int
attempt(struct plan *plan, char *const *words, struct pkg *const *locals,
    size_t n, struct err *e)
{
	size_t i;
	int r = 0;

	for (i = 0; i < n && r == 0; i++) {
		if (locals[i] == NULL || locals[i]->chosen != NULL)
			continue;
		if (repo_rival(plan->repo, locals[i]) != NULL)
			return blame_local(NULL, words[i],
			    repo_rival(plan->repo, locals[i]), e);
		r = choose(plan, locals[i], NULL, words[i], e);
	}
	for (i = 0; i < n && r == 0; i++) {
		if (locals[i] == NULL)
			r = demand(plan, NULL, words[i], e);
	}
	return r == 0 && !plan->alone ? close_plan(plan, e) : r;
}

static void
forget(struct plan *plan)
{
	struct chosen *c;

	while (plan->n != 0) {
		c = plan->list[--plan->n];
		c->pkg->chosen = NULL;
		free(c->needs);
		free(c);
	}
}

/* Another than c that is chosen, and that c's pattern matches. */
struct clash {
	const struct chosen *c;
	struct pkg	*other;
};

static int
clashes(void *ctx, struct pkg *p, struct err *e)
{
	struct clash *x = ctx;

	(void)e;
	if (p->chosen == NULL || p == x->c->pkg)
		return 0;
	x->other = p;
	return 1;
}

static int
check_conflicts(const struct plan *plan, struct err *e)
{
	const struct word *w;
	struct clash x;
	size_t i;
	int r;

	for (i = 0; i < plan->n; i++) {
		x.c = plan->list[i];
		for (w = x.c->pkg->conflicts.first; w != NULL; w = w->next) {
			r = repo_each(plan->repo, w->text, clashes, &x, e);
			if (r == 1)
				return blame_conflict(x.c, w->text,
				    x.other->chosen, e);
			if (r == -1)
				return blame_pattern(x.c, "CONFLICTS", e);
		}
	}
	return 0;
}

static int
add_need(struct chosen *c, struct chosen *need, struct err *e)
{
	struct chosen **list;
	size_t i;

	for (i = 0; i < c->nneeds; i++) {
		if (c->needs[i] == need)
			return 0;
	}
	list = mem_grow(c->needs, &c->cap, c->nneeds + 1, sizeof(*list));
	if (list == NULL)
		return err_mem(e);
	c->needs = list;
	list[c->nneeds++] = need;
	return 0;
}

/* Who meets what, now that nothing is added any more. */
static int
link_plan(struct plan *plan, struct err *e)
{
	const struct word *w;
	struct chosen *c;
	struct found f;
	size_t i;

	for (i = 0; i < plan->n; i++) {
		c = plan->list[i];
		for (w = c->pkg->depends.first; w != NULL; w = w->next) {
			if (find(&f, plan, w->text, e) != 0)
				return blame_pattern(c, "DEPENDS", e);
			if (f.there != NULL && f.there->chosen != c &&
			    add_need(c, f.there->chosen, e) != 0)
				return -1;
		}
	}
	return 0;
}

enum { NEW, OPEN, DONE };

/* One that is being placed is needed by what it needs. */
static void
note_cycle(const struct plan *plan, struct chosen *const *stack, size_t depth,
    const struct chosen *first)
{
	struct err line;
	size_t i = depth;

	if (plan->note == NULL)
		return;
	while (stack[i - 1] != first)
		i--;
	if (depth - i == 0)
		(void)err_set(&line, "%s needs itself", first->pkg->name);
	else
		(void)err_set(&line, "%s and %s need each other%s",
		    first->pkg->name, stack[depth - 1]->pkg->name,
		    depth - i > 1 ? ", by way of others" : "");
	plan->note(line.text);
}

/* The deepest first; the stack is a list of our own, however long chains are.
 * Each one's cap, of no more use, counts what of its needs was looked at. */
static size_t
place(const struct plan *plan, struct chosen *from, struct chosen **stack,
    struct chosen **out, size_t n)
{
	struct chosen *c, *need;
	size_t depth = 0;

	stack[depth++] = from;
	from->mark = OPEN;
	from->cap = 0;
	while (depth != 0) {
		c = stack[depth - 1];
		if (c->cap == c->nneeds) {
			c->mark = DONE;
			out[n++] = c;
			depth--;
			continue;
		}
		need = c->needs[c->cap++];
		if (need->mark == OPEN)
			note_cycle(plan, stack, depth, need);
		if (need->mark != NEW)
			continue;
		need->mark = OPEN;
		need->cap = 0;
		stack[depth++] = need;
	}
	return n;
}

/* Those asked for are first in the list, in the order of the words. */
static int
order(struct plan *plan, struct err *e)
{
	struct chosen **out = mem_array(plan->n, sizeof(*out));
	struct chosen **stack = mem_array(plan->n, sizeof(*stack));
	size_t i, n = 0;

	if (out == NULL || stack == NULL) {
		free(out);
		free(stack);
		return err_mem(e);
	}
	for (i = 0; i < plan->n; i++) {
		if (plan->list[i]->mark == NEW)
			n = place(plan, plan->list[i], stack, out, n);
	}
	free(stack);
	free(plan->list);
	plan->list = out;
	plan->cap = plan->n;
	return 0;
}

int
resolve(struct plan *plan, char *const *words, struct pkg *const *locals,
    size_t n, struct err *e)
{
	unsigned tries;
	int r;

	for (tries = 0; (r = attempt(plan, words, locals, n, e)) == AGAIN;
	    tries++) {
		if (tries == RESTARTS_MAX)
			return err_set(e, "%s: over %d versions do not go "
			    "together: name fewer packages at once",
			    plan->where, RESTARTS_MAX);
		forget(plan);
	}
	if (r != 0 || check_conflicts(plan, e) != 0 || link_plan(plan, e) != 0)
		return -1;
	return order(plan, e);
}

void
plan_free(struct plan *plan)
{
	forget(plan);
	free(plan->list);
	plan->list = NULL;
	plan->cap = 0;
	blame_free(plan);
}
