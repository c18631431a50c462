/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check.c: files against the lock; those that differ are somebody else's work.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "list.h"
#include "mem.h"
#include "nb-lock.h"

struct words {
	char	**list;
	size_t	  n, cap;
};

static int
word_add(struct words *w, const char *s, struct err *e)
{
	char **p = mem_grow(w->list, &w->cap, w->n + 2, sizeof(*p));

	if (p == NULL)
		return err_mem(e);
	w->list = p;
	p[w->n++] = (char *)(uintptr_t)s;
	p[w->n] = NULL;
	return 0;
}

/* What nb-fetch -z takes, and is not kept so. */
static bool
is_packed(const struct line *l)
{
	static const char *const ends[] = { ".gz", ".xz", ".zst" };
	size_t i, n, url = strlen(l->url), key = strlen(l->key);

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		n = strlen(ends[i]);
		if (url > n && strcmp(l->url + url - n, ends[i]) == 0)
			return key <= n ||
			    strcmp(l->key + key - n, ends[i]) != 0;
	}
	return false;
}

/* A set of options of nb-fetch's. */
static int
words_of(struct words *w, const struct options *o, const struct file *f,
    const struct line *l, struct err *e)
{
	const char *const set[] = { "-m", "-o", f->path, "-S", o->lock };
	size_t i;
	int r = 0;

	if (w->n > 0)
		r = word_add(w, "+", e);
	for (i = 0; r == 0 && i < sizeof(set) / sizeof(set[0]); i++)
		r = word_add(w, set[i], e);
	if (r == 0 && is_packed(l))
		r = word_add(w, "-Z", e);
	if (r == 0 && o->fetch_hint != NULL &&
	    (r = word_add(w, "-H", e)) == 0)
		r = word_add(w, o->fetch_hint, e);
	return r == 0 ? word_add(w, l->url, e) : -1;
}

/* 0: it is what it should be; 1: it is not; -1: it cannot be told. */
static int
look(const struct options *o, const struct file *f, const struct line *l,
    struct memo *m, struct err *e)
{
	char sum[DIGEST_HEX_MAX];

	if (memo_sum(m, f->path, sum, e) == -1)
		return e->code == ERR_MISSING ? 1 : -1;
	if (strcmp(sum, l->sum) == 0)
		return 0;
	(void)err_set(e, "%s: wrong SHA256: it is %s, %s says %s", f->path,
	    sum, o->lock, l->sum);
	return 1;
}

static int
run(const struct options *o, struct words *w, struct err *e)
{
	struct words all = { NULL, 0, 0 };
	size_t i;

	for (i = 0; o->command[i] != NULL; i++) {
		if (word_add(&all, o->command[i], e) == -1)
			return -1;
	}
	for (i = 0; i < w->n; i++) {
		if (word_add(&all, w->list[i], e) == -1)
			return -1;
	}
	(void)execvp(all.list[0], all.list);
	(void)err_sys(e, "%s: cannot be run", all.list[0]);
	free(all.list);
	return -1;
}

/* Which files are to be fetched. */
static int
gather(struct words *w, const struct options *o, const struct list *l,
    const struct file *files, size_t n, struct memo *m, struct err *e)
{
	const struct line *line;
	size_t i;
	int r;

	for (i = 0; i < n; i++) {
		line = list_find(l, files[i].key);
		if (line == NULL)
			return err_set(e, "%s: %s has no %s%s%s",
			    files[i].path, o->lock, files[i].key,
			    o->hint != NULL ? "; " : "",
			    o->hint != NULL ? o->hint : "");
		if ((r = look(o, &files[i], line, m, e)) == -1)
			return -1;
		if (r == 1 && o->command == NULL) {
			diag_error("%s%s%s", e->text,
			    o->hint != NULL ? "; " : "",
			    o->hint != NULL ? o->hint : "");
			if (word_add(w, files[i].path, e) == -1)
				return -1;
		} else if ((r == 1 || (o->all && o->command != NULL)) &&
		    words_of(w, o, &files[i], line, e) == -1)
			return -1;
	}
	return 0;
}

int
check(const struct options *o, const struct file *files, size_t n,
    struct memo **m, struct err *e)
{
	struct words w = { NULL, 0, 0 };
	struct list l = { NULL, 0, 0 };
	int r = -1;

	e->text[0] = '\0';
	if (list_read(&l, o->lock, e) == 0 &&
	    gather(&w, o, &l, files, n, *m, e) == 0) {
		r = 0;
		e->text[0] = '\0';
	}
	memo_close(*m);
	*m = NULL;
	if (r == 0 && w.n == 0)
		diag_say("%zu files are as %s says", n, o->lock);
	if (r == 0 && w.n > 0)
		r = o->command != NULL ? run(o, &w, e) : -1;
	free(w.list);
	list_free(&l);
	return r;
}
