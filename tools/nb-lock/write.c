/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * write.c: writes down what is there, and where it came from.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "list.h"
#include "mem.h"
#include "nb-lock.h"
#include "origin.h"

struct count {
	size_t	fresh, moved, gone;
};

/* Whether both begin with the same architecture. */
static bool
same_arch(const char *a, const char *b)
{
	size_t n = strcspn(a, "/");

	return n == strcspn(b, "/") && memcmp(a, b, n) == 0;
}

static bool
is_replaced(const char *key, const struct file *files, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (same_arch(key, files[i].key))
			return true;
	}
	return false;
}

/* Nobody's password: "https://user:word@host/" is "https://host/". */
static char *
without_user(const char *url)
{
	const char *host = strstr(url, "://"), *at;
	size_t n;

	if (host == NULL)
		return mem_printf("%s", url);
	host += 3;
	n = strcspn(host, "/?#");
	for (at = host + n; at > host && at[-1] != '@'; )
		at--;
	return mem_printf("%.*s%s", (int)(host - url), url, at);
}

/* As nb-fetch noted it, while that holds of the file; or as we are told. */
static char *
url_of(const struct file *f, struct err *e)
{
	struct origin o;
	char *url = NULL;

	if (origin_read(f->path, &o, e) == -1)
		return NULL;
	if (o.known && o.url != NULL)
		url = without_user(o.url);
	else if (strstr(f->url, "://") != NULL)
		url = without_user(f->url);
	else {
		origin_free(&o);
		(void)err_set(e, "%s: nobody knows where it came from: remove "
		    "it to have it fetched", f->path);
		return NULL;
	}
	origin_free(&o);
	if (url == NULL)
		(void)err_mem(e);
	return url;
}

static int
add(struct list *l, const struct file *f, const char *hint, struct memo *m,
    struct err *e)
{
	char sum[DIGEST_HEX_MAX], *url;
	struct err why;
	int r;

	if (memo_sum(m, f->path, sum, &why) == -1)
		return err_code(e, why.code, "%s%s%s", why.text,
		    why.code == ERR_MISSING && hint != NULL ? "; " : "",
		    why.code == ERR_MISSING && hint != NULL ? hint : "");
	if ((url = url_of(f, e)) == NULL)
		return -1;
	r = list_add(l, f->key, url, sum, e);
	free(url);
	return r;
}

static void
count(struct count *c, const struct list *old, const struct list *new)
{
	const struct line *l;
	size_t i;

	for (i = 0; i < new->n; i++) {
		if ((l = list_find(old, new->lines[i].key)) == NULL)
			c->fresh++;
		else if (strcmp(l->sum, new->lines[i].sum) != 0 ||
		    strcmp(l->url, new->lines[i].url) != 0)
			c->moved++;
	}
	for (i = 0; i < old->n; i++)
		c->gone += list_find(new, old->lines[i].key) == NULL;
}

static int
fill(struct list *new, const struct list *old, const struct options *o,
    const struct file *files, size_t n, struct memo *m, struct err *e)
{
	const struct line *l;
	size_t i;

	for (i = 0; i < n; i++) {
		if (add(new, &files[i], o->fetch_hint, m, e) == -1)
			return -1;
	}
	for (i = 0; i < old->n; i++) {
		l = &old->lines[i];
		if (!is_replaced(l->key, files, n) &&
		    list_add(new, l->key, l->url, l->sum, e) == -1)
			return -1;
	}
	return list_sort(new, e);
}

int
write_lock(const struct options *o, const struct file *files, size_t n,
    struct memo *m, struct err *e)
{
	struct list old = { NULL, 0, 0 }, new = { NULL, 0, 0 };
	struct count c = { 0, 0, 0 };
	bool changed;
	int r = list_read(&old, o->lock, e);

	if ((r == 0 || e->code == ERR_MISSING) &&
	    (r = fill(&new, &old, o, files, n, m, e)) == 0 &&
	    (r = list_write(&new, o->lock, &changed, e)) == 0) {
		count(&c, &old, &new);
		if (changed)
			diag_say("%s: %zu files: %zu new, %zu moved on, %zu "
			    "gone", o->lock, new.n, c.fresh, c.moved, c.gone);
		else
			diag_say("%s: %zu files, as before", o->lock, new.n);
	}
	list_free(&old);
	list_free(&new);
	return r;
}
