/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * blame.c: says why packages cannot be had together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "dewey.h"
#include "mem.h"
#include "pattern.h"

#define LINKS_MAX   6	/* of a chain that are told */
#define SIMILAR_MAX 5	/* names that are told */
#define TEXT_BYTES  1500

struct ban {
	struct ban	*next;
	struct pkg	*pkg;
	char		*why;
};

/* A line put together. What does not fit is left out. */
struct text {
	size_t	len;
	char	buf[TEXT_BYTES];
};

static void
put(struct text *t, const char *s, size_t len)
{
	if (len > sizeof(t->buf) - 1 - t->len)
		len = sizeof(t->buf) - 1 - t->len;
	memcpy(t->buf + t->len, s, len);
	t->len += len;
	t->buf[t->len] = '\0';
}

static void
puts_to(struct text *t, const char *s)
{
	put(t, s, strlen(s));
}

static void
put_need(struct text *t, const char *name, const char *pattern)
{
	puts_to(t, name);
	puts_to(t, " needs ");
	puts_to(t, pattern);
}

/* "nginx-1.24 needs pcre2>=10; pcre2-10.4 needs bzip2>=1", from what was asked
 * for on; of a long chain its beginning and its end. */
static void
put_chain(struct text *t, const struct chosen *by, const char *pattern)
{
	const struct chosen *links[LINKS_MAX], *c;
	size_t n = 0, i;

	for (c = by; c != NULL && n < LINKS_MAX; c = c->by)
		links[n++] = c;
	if (c != NULL) {
		while (c->by != NULL)
			c = c->by;
		puts_to(t, c->pkg->name);
		puts_to(t, " needs ...; ");
	}
	for (i = n; i-- > 0;) {
		put_need(t, links[i]->pkg->name, i == 0 ? pattern :
		    links[i - 1]->pattern);
		if (i != 0)
			puts_to(t, "; ");
	}
}

int
blame_add(struct plan *plan, struct pkg *p, const struct chosen *by,
    const char *pattern, struct err *e)
{
	struct ban *b = mem_array(1, sizeof(*b));
	struct text t = { 0 };

	if (by == NULL) {
		puts_to(&t, pattern);
		puts_to(&t, " was asked for");
	} else
		put_need(&t, by->pkg->name, pattern);
	if (b == NULL || (b->why = mem_printf("%s", t.buf)) == NULL) {
		free(b);
		return err_mem(e);
	}
	b->pkg = p;
	b->next = plan->bans;
	plan->bans = b;
	p->banned = b->why;
	return 0;
}

void
blame_free(struct plan *plan)
{
	struct ban *b;

	while ((b = plan->bans) != NULL) {
		plan->bans = b->next;
		b->pkg->banned = NULL;
		free(b->why);
		free(b);
	}
}

/* Names that are like the one that is not there. */
struct similar {
	const char	*base;
	size_t		 len;
	const struct pkg *newest[SIMILAR_MAX];
	size_t		 n, more;
};

static bool
is_base(const struct pkg *p, const char *base, size_t len)
{
	size_t n = (size_t)(pattern_version(p->name) - 1 - p->name);

	return n == len && memcmp(p->name, base, len) == 0;
}

static bool
same_base(const struct pkg *a, const struct pkg *b)
{
	return is_base(b, a->name,
	    (size_t)(pattern_version(a->name) - 1 - a->name));
}

/* Names come sorted, so the versions of one stand together. */
static void
add_similar(struct similar *s, const struct pkg *p, bool versions)
{
	const struct pkg **last = s->n != 0 ? &s->newest[s->n - 1] : NULL;

	if (last != NULL && !versions && same_base(*last, p)) {
		if (dewey_compare(pattern_version(p->name),
		    pattern_version((*last)->name)) > 0)
			*last = p;
	} else if (s->n < SIMILAR_MAX)
		s->newest[s->n++] = p;
	else
		s->more++;
}

static bool
holds(const char *name, const char *base, size_t len)
{
	for (; *name != '\0'; name++) {
		if (strncmp(name, base, len) == 0)
			return true;
	}
	return false;
}

static bool
supersedes(const struct pkg *p, const char *base, size_t len)
{
	const struct word *w;

	for (w = p->supersedes.first; w != NULL; w = w->next) {
		if (pattern_base(w->text) == len &&
		    strncmp(w->text, base, len) == 0)
			return true;
	}
	return false;
}

enum how { VERSIONS, SUCCESSORS, NAMES };

static void
look(struct similar *s, const struct repo *r, enum how how)
{
	const struct pkg *p;
	size_t i;
	bool yes;

	s->n = s->more = 0;
	for (i = 0; i < repo_count(r); i++) {
		p = repo_at(r, i);
		yes = how == VERSIONS ? is_base(p, s->base, s->len) :
		    how == SUCCESSORS ? supersedes(p, s->base, s->len) :
		    s->len > 2 && holds(p->name, s->base, s->len);
		if (yes)
			add_similar(s, p, how == VERSIONS);
	}
}

static void
put_similar(struct text *t, const struct similar *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (i != 0)
			puts_to(t, i + 1 == s->n && s->more == 0 ? " and " :
			    ", ");
		puts_to(t, s->newest[i]->name);
	}
	if (s->more != 0)
		puts_to(t, " and more");
	puts_to(t, s->n == 1 ? " is there" : " are there");
}

/* What there is instead. */
static void
put_instead(struct text *t, const struct plan *plan, const char *pattern)
{
	struct similar s = { 0 };

	s.base = pattern;
	s.len = pattern_base(pattern);
	look(&s, plan->repo, VERSIONS);
	if (s.n != 0) {
		puts_to(t, "only ");
		put_similar(t, &s);
		return;
	}
	puts_to(t, "no such package in ");
	puts_to(t, plan->where);
	look(&s, plan->repo, SUCCESSORS);
	if (s.n != 0) {
		puts_to(t, ", which has in its place ");
		puts_to(t, s.newest[0]->name);
		return;
	}
	look(&s, plan->repo, NAMES);
	if (s.n != 0) {
		puts_to(t, "; ");
		put_similar(t, &s);
	}
}

static void
put_wanted(struct text *t, const struct chosen *by, const char *pattern)
{
	if (by == NULL)
		puts_to(t, pattern);
	else
		put_chain(t, by, pattern);
	puts_to(t, ": ");
}

int
blame_nothing(const struct plan *plan, const struct chosen *by,
    const char *pattern, const struct pkg *banned, struct err *e)
{
	struct text t = { 0 };

	put_wanted(&t, by, pattern);
	if (banned == NULL)
		put_instead(&t, plan, pattern);
	else {
		puts_to(&t, banned->name);
		puts_to(&t, " is there, but ");
		puts_to(&t, banned->banned);
	}
	return err_set(e, "%s", t.buf);
}

int
blame_local(const struct chosen *by, const char *pattern,
    const struct pkg *local, struct err *e)
{
	struct text t = { 0 };

	put_wanted(&t, by, pattern);
	puts_to(&t, local->file);
	puts_to(&t, ", which was asked for, is ");
	puts_to(&t, local->name);
	return err_set(e, "%s", t.buf);
}

static void
put_reason(struct text *t, const struct chosen *c)
{
	puts_to(t, "; ");
	if (c->by == NULL) {
		puts_to(t, c->pkg->name);
		puts_to(t, " was asked for");
	} else
		put_chain(t, c->by, c->pattern);
}

int
blame_conflict(const struct chosen *c, const char *pattern,
    const struct chosen *other, struct err *e)
{
	struct text t = { 0 };

	puts_to(&t, c->pkg->name);
	puts_to(&t, " conflicts with ");
	puts_to(&t, other->pkg->name);
	puts_to(&t, " (");
	puts_to(&t, pattern);
	puts_to(&t, ")");
	put_reason(&t, c);
	put_reason(&t, other);
	return err_set(e, "%s", t.buf);
}

int
blame_pattern(const struct chosen *c, const char *variable, struct err *e)
{
	struct err inner = *e;

	return err_set(e, "%s: %s=%s", c->pkg->name, variable, inner.text);
}
