/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * listing.c: fetches folders' indexes and looks into them.
 */
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "inflate.h"
#include "listing.h"
#include "mem.h"
#include "url.h"

/* That of all packages of a pkgsrc branch has 30,000 links, some 6 MB. */
#define LISTING_MAX (64u * 1024 * 1024)

/* One folder, by its alternatives. */
struct listing {
	char		**urls;
	size_t		  nurls;
	char		 *text;
	size_t		  len, cap;
	char		 *final;	/* its links are relative to this */
	struct transfer	  transfer;
	enum transfer_result result;
};

static int
begin(void *ctx, const struct transfer_answer *a, struct err *e)
{
	struct listing *l = ctx;

	l->len = 0;
	free(l->final);
	if ((l->final = mem_printf("%s", a->final)) == NULL)
		return err_mem(e);
	return 0;
}

static int
data(void *ctx, const void *buf, size_t len, struct err *e)
{
	struct listing *l = ctx;
	char *text;

	if (len > LISTING_MAX - l->len) {
		(void)err_set(e, "%s: no listing is that long", l->final);
		return TRANSFER_BAD;
	}
	if ((text = mem_grow(l->text, &l->cap, l->len + len, 1)) == NULL)
		return err_mem(e);
	l->text = text;
	(void)memcpy(l->text + l->len, buf, len);
	l->len += len;
	return 0;
}

static int
end(void *ctx, const struct transfer_answer *a, struct err *e)
{
	(void)ctx;
	(void)a;
	(void)e;
	return 0;
}

static void
undo(void *ctx, bool keep)
{
	(void)ctx;
	(void)keep;
}

static void
over(void *ctx, const struct transfer *t, enum transfer_result r)
{
	struct listing *l = ctx;

	(void)t;
	l->result = r;
}

static void
listing_free(struct listing *l)
{
	if (l == NULL)
		return;
	while (l->nurls > 0)
		free(l->urls[--l->nurls]);
	free(l->urls);
	free(l->text);
	free(l->final);
	free(l);
}

static struct listing *
listing_new(const struct job *j, struct err *e)
{
	static const struct transfer_ops ops = { NULL, begin, data, end, NULL,
		undo, over };
	struct listing *l = calloc(1, sizeof(*l));

	if (l == NULL ||
	    (l->urls = mem_array(j->nurls, sizeof(*l->urls))) == NULL) {
		(void)err_mem(e);
		free(l);
		return NULL;
	}
	for (; l->nurls < j->nurls; l->nurls++) {
		if ((l->urls[l->nurls] = url_folder(j->urls[l->nurls],
		    e)) == NULL) {
			listing_free(l);
			return NULL;
		}
	}
	l->transfer.name = l->urls[0];
	l->transfer.urls = l->urls;
	l->transfer.nurls = l->nurls;
	l->transfer.ops = &ops;
	l->transfer.ctx = l;
	return l;
}

static bool
same_urls(const struct listing *a, const struct listing *b)
{
	size_t i;

	for (i = 0; i < a->nurls && i < b->nurls; i++) {
		if (strcmp(a->urls[i], b->urls[i]) != 0)
			return false;
	}
	return a->nurls == b->nurls;
}

/* Put name in the place of the pattern. */
static int
put_name(struct job *j, const char *name, struct err *e)
{
	size_t i;
	char *url;

	for (i = 0; i < j->nurls; i++) {
		if ((url = url_sibling(j->urls[i], name, e)) == NULL)
			return -1;
		free(j->urls[i]);
		j->urls[i] = url;
	}
	return 0;
}

static char *
pattern_of(const struct job *j, struct err *e)
{
	char *name = url_name(j->urls[0], e);

	if (name != NULL && index_pattern(name))
		return name;
	free(name);
	return NULL;
}

/* Without a network: what is in the folder on disk. Nothing there is told of
 * later, when the file is missed. */
static int
resolve_disk(struct job *j, char *pattern, struct err *e)
{
	const char *folder = j->opts->folder, *best, *end = NULL;
	struct err ignored;
	struct index *x;
	char *name;
	int r = 0;

	if (j->opts->output != NULL)
		return 0;
	if (j->decompress && (end = inflate_ending(pattern)) != NULL)
		pattern[strlen(pattern) - strlen(end)] = '\0';
	if ((x = index_new(pattern, e)) == NULL)
		return -1;
	if (index_folder(x, folder != NULL ? folder : ".", &ignored) == 0 &&
	    (best = index_best(x, pattern, &ignored)) != NULL) {
		name = mem_printf("%s%s", best, end != NULL ? end : "");
		r = name != NULL ? put_name(j, name, e) : err_mem(e);
		free(name);
	}
	index_free(x);
	return r;
}

/* l is NULL when the folder is a local one. */
static int
resolve(struct job *j, const struct listing *l, const char *pattern,
    struct err *e)
{
	struct index *x = index_new(pattern, e);
	const char *best = NULL;
	char *show, *path = NULL;
	int r = -1;

	if (x == NULL)
		return -1;
	show = url_show(j->urls[0], e);
	if (show != NULL && l != NULL)
		r = index_html(x, l->text != NULL ? l->text : "", l->len,
		    l->final, e);
	else if (show != NULL && (path = url_path(j->urls[0], e)) != NULL) {
		*strrchr(path, '/') = '\0';
		r = index_folder(x, *path != '\0' ? path : "/", e);
	}
	if (r == 0 && ((best = index_best(x, show, e)) == NULL ||
	    put_name(j, best, e) == -1))
		r = -1;
	free(path);
	free(show);
	index_free(x);
	return r;
}

/* The listing of j's folder, a new one if it is the first there. */
static struct listing *
listing_find(struct listing **list, size_t *n, const struct job *j,
    struct err *e)
{
	struct listing *l = listing_new(j, e);
	size_t i;

	if (l == NULL)
		return NULL;
	for (i = 0; i < *n; i++) {
		if (same_urls(list[i], l)) {
			listing_free(l);
			return list[i];
		}
	}
	list[(*n)++] = l;
	return l;
}

/* of[i] becomes the listing that jobs[i] has to wait for, if it has one. */
static int
plan(struct job *const jobs[], size_t n, struct listing **of,
    struct listing **list, size_t *nlist, struct err *e)
{
	struct err ignored;
	char *pattern;
	size_t i;
	int r;

	for (i = 0; i < n; i++) {
		if ((pattern = pattern_of(jobs[i], &ignored)) == NULL)
			continue;
		r = 0;
		if (jobs[i]->offline)
			r = resolve_disk(jobs[i], pattern, e);
		else if (url_is_local(jobs[i]->urls[0]))
			r = resolve(jobs[i], NULL, pattern, e);
		else if ((of[i] = listing_find(list, nlist, jobs[i],
		    e)) == NULL)
			r = -1;
		free(pattern);
		if (r == -1)
			job_over(jobs[i], FETCH_FAILED, e);
	}
	return 0;
}

static void
look(struct job *j, const struct listing *l, struct err *e)
{
	char *pattern;

	if (l->result == TRANSFER_FAILED) {
		job_over(j, FETCH_FAILED, &l->transfer.err);
		return;
	}
	if ((pattern = pattern_of(j, e)) == NULL ||
	    resolve(j, l, pattern, e) == -1)
		job_over(j, FETCH_FAILED, e);
	free(pattern);
}

int
listing_resolve(struct job *const jobs[], size_t n, struct engine *g,
    struct err *e)
{
	struct listing **of = mem_array(n, sizeof(struct listing *));
	struct listing **list = mem_array(n, sizeof(struct listing *));
	struct transfer **t = mem_array(n, sizeof(struct transfer *));
	size_t i, nlist = 0;
	int r = -1;

	if (of == NULL || list == NULL || t == NULL)
		(void)err_mem(e);
	else if (plan(jobs, n, of, list, &nlist, e) == 0) {
		for (i = 0; i < nlist; i++)
			t[i] = &list[i]->transfer;
		r = engine_run(g, t, nlist, e) == -1 ? -1 : 0;
	}
	for (i = 0; r == 0 && i < n; i++) {
		if (of[i] != NULL)
			look(jobs[i], of[i], e);
	}
	for (i = 0; i < nlist; i++)
		listing_free(list[i]);
	free(of);
	free(list);
	free(t);
	return r;
}
