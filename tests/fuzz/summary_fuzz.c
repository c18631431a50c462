/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * summary_fuzz.c: a target of libFuzzer for the reader of pkg_summary, for
 * patterns and for the choice of packages.
 *
 * An input's first line has names, as nb-pkg's command line would; what follows
 * is a pkg_summary. In any pieces it reads as in one; the plan is the same
 * each time, has all that its packages need, one version of each and nothing
 * that conflicts, and what is needed stands before who needs it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "resolve.h"
#include "summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

#define WORDS_MAX 8
#define PAIRS_MAX 40	/* packages whose patterns are tried on one another */

static unsigned cycles;

static void
note(const char *line)
{
	MUST(*line != '\0' && strchr(line, '\n') == NULL);
	cycles++;
}

/* The text in pieces of so many bytes; NULL when it is refused. */
static struct repo *
read_summary(const char *text, size_t len, size_t piece, struct err *e)
{
	struct repo *r = repo_new(e);
	struct summary *s = summary_new(r, "pkg_summary", e);
	size_t n;
	int ok = 0;

	MUST(r != NULL && s != NULL);
	e->text[0] = '\0';
	for (; len != 0 && ok == 0; text += n, len -= n) {
		n = len < piece ? len : piece;
		ok = summary_feed(s, text, n, e);
	}
	if (ok == 0)
		ok = summary_end(s, e);
	MUST((ok == 0) == (e->text[0] == '\0'));
	summary_free(s);
	if (ok == 0)
		return r;
	repo_free(r);
	return NULL;
}

static void
check_pkg(const struct pkg *p)
{
	MUST(name_check(p->name) && name_check(p->file));
	MUST(pattern_version(p->name) != NULL);
	MUST((p->sum == NULL) == (p->sum_kind == NULL));
}

static void
same_words(const struct words *a, const struct words *b)
{
	const struct word *x = a->first, *y = b->first;

	for (; x != NULL && y != NULL; x = x->next, y = y->next)
		MUST(strcmp(x->text, y->text) == 0);
	MUST(x == NULL && y == NULL);
}

static void
same_repos(const struct repo *a, const struct repo *b)
{
	const struct pkg *p, *q;
	size_t i;

	MUST(repo_count(a) == repo_count(b));
	for (i = 0; i < repo_count(a); i++) {
		p = repo_at(a, i);
		q = repo_at(b, i);
		check_pkg(p);
		MUST(strcmp(p->name, q->name) == 0);
		MUST(strcmp(p->file, q->file) == 0);
		MUST(p->size == q->size && p->file_size == q->file_size);
		same_words(&p->depends, &q->depends);
		same_words(&p->conflicts, &q->conflicts);
		if (i != 0)
			MUST(strcmp(repo_at(a, i - 1)->name, p->name) < 0);
	}
}

static int
mark(void *ctx, struct pkg *p, struct err *e)
{
	bool *found = ctx;

	(void)e;
	found[p->number] = true;
	return 0;
}

/* A look-up finds what trying all names finds. */
static void
check_lookup(const struct repo *r, const char *pattern)
{
	size_t i, n = repo_count(r), top = 0;
	struct err e;
	bool *found;
	int is;

	for (i = 0; i < n; i++) {
		if (repo_at(r, i)->number > top)
			top = repo_at(r, i)->number;
	}
	found = calloc(top + 1, sizeof(*found));
	MUST(found != NULL);
	is = repo_each(r, pattern, mark, found, &e);
	for (i = 0; i < n && i < PAIRS_MAX && is == 0; i++) {
		is = pattern_match(pattern, repo_at(r, i)->name, &e);
		MUST(is >= 0);
		MUST((is == 1) == found[repo_at(r, i)->number]);
		is = 0;
	}
	free(found);
}

static void
check_lookups(const struct repo *r)
{
	const struct word *w;
	size_t i;

	for (i = 0; i < repo_count(r) && i < PAIRS_MAX; i++) {
		w = repo_at(r, i)->depends.first;
		for (; w != NULL; w = w->next)
			check_lookup(r, w->text);
	}
}

static int
is_chosen(void *ctx, struct pkg *p, struct err *e)
{
	(void)ctx;
	(void)e;
	return p->chosen != NULL;
}

struct other {
	const struct pkg *p;
};

static int
is_other(void *ctx, struct pkg *p, struct err *e)
{
	const struct other *x = ctx;

	(void)e;
	return p->chosen != NULL && p != x->p;
}

static void
check_plan(const struct plan *plan)
{
	const struct chosen *c;
	const struct word *w;
	struct err e;
	struct other other;
	size_t i, k;

	for (i = 0; i < plan->n; i++) {
		c = plan->list[i];
		MUST(c->pkg->chosen == c);
		MUST(repo_rival(plan->repo, c->pkg) == NULL);
		for (w = c->pkg->depends.first; w != NULL; w = w->next)
			MUST(repo_each(plan->repo, w->text, is_chosen, NULL,
			    &e) == 1);
		other.p = c->pkg;
		for (w = c->pkg->conflicts.first; w != NULL; w = w->next)
			MUST(repo_each(plan->repo, w->text, is_other, &other,
			    &e) == 0);
		((struct chosen *)(uintptr_t)c)->mark = (int)i;
	}
	for (i = 0; i < plan->n && cycles == 0; i++) {
		c = plan->list[i];
		for (k = 0; k < c->nneeds; k++)
			MUST(c->needs[k]->mark < (int)i);
	}
}

/* The list as text, or what is wrong. */
static char *
solve(const struct repo *r, char **words, size_t n)
{
	struct pkg *locals[WORDS_MAX] = { NULL };
	struct plan plan = { 0 };
	struct err e = { ERR_ANY, "" };
	char *text;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	MUST(f != NULL);
	plan.repo = r;
	plan.where = "pkg_summary";
	plan.note = note;
	cycles = 0;
	if (resolve(&plan, words, locals, n, &e) == 0) {
		MUST(e.text[0] == '\0' || plan.bans != NULL);
		check_plan(&plan);
		for (i = 0; i < plan.n; i++)
			(void)fprintf(f, "%s\n", plan.list[i]->pkg->name);
	} else {
		MUST(e.text[0] != '\0');
		(void)fputs(e.text, f);
	}
	plan_free(&plan);
	MUST(fclose(f) == 0);
	return text;
}

static void
solve_twice(const struct repo *a, const struct repo *b, char *line)
{
	char *words[WORDS_MAX], *word, *x, *y;
	size_t n = 0;

	while (n < WORDS_MAX && (word = strsep(&line, " ")) != NULL) {
		if (*word != '\0')
			words[n++] = word;
	}
	if (n == 0)
		return;
	x = solve(a, words, n);
	y = solve(a, words, n);
	MUST(strcmp(x, y) == 0);
	free(y);
	y = solve(b, words, n);
	MUST(strcmp(x, y) == 0);
	free(x);
	free(y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	const uint8_t *nl = memchr(in, '\n', len);
	struct repo *one, *many;
	struct err e, f;
	const char *text;
	char *line;
	size_t n;

	if (nl == NULL)
		return 0;
	n = (size_t)(nl - in);
	if ((line = malloc(n + 1)) == NULL)
		return 0;
	memcpy(line, in, n);
	line[n] = '\0';
	text = (const char *)nl + 1;
	len -= n + 1;
	one = read_summary(text, len, len + 1, &e);
	many = read_summary(text, len, n % 7 + 1, &f);
	MUST((one == NULL) == (many == NULL));
	MUST(strcmp(e.text, f.text) == 0);
	if (one != NULL) {
		repo_sort(one);
		repo_sort(many);
		same_repos(one, many);
		check_lookups(one);
		solve_twice(one, many, line);
	}
	repo_free(one);
	repo_free(many);
	free(line);
	return 0;
}
