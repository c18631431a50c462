/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * records.c: keeps METALOG true.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "metalog.h"
#include "path.h"
#include "records.h"

static int
entry_order(const void *a, const void *b)
{
	return name_order(((const struct entry *)a)->name,
	    ((const struct entry *)b)->name);
}

/* Append a copy of e that owns its strings. */
static int
keep(struct records *r, const struct entry *ent, struct err *e)
{
	struct entry *v = mem_grow(r->v, &r->cap, r->n + 1, sizeof(*v));
	struct entry *p;

	if (v == NULL)
		return err_mem(e);
	r->v = v;
	p = &v[r->n];
	*p = *ent;
	p->name = mem_printf("%s", ent->name);
	p->target = ent->target != NULL ? mem_printf("%s", ent->target) : NULL;
	r->n++;
	if (p->name == NULL || (ent->target != NULL && p->target == NULL))
		return err_mem(e);
	if (ent->mtime > r->newest && (ent->flags & ENTRY_UNDATED) == 0)
		r->newest = ent->mtime;
	return 0;
}

int
records_read(struct records *r, const char *path, struct err *e)
{
	struct metalog *m = metalog_open(path, e);
	const char *contents;
	struct entry ent;
	int rc;

	if (m == NULL)
		return -1;
	while ((rc = metalog_next(m, &ent, &contents, e)) > 0) {
		if (contents != NULL)
			rc = err_set(e, "%s: %s: a stage holds its contents "
			    "itself, by their own names", path, ent.name);
		else
			rc = keep(r, &ent, e);
		if (rc != 0)
			break;
	}
	metalog_close(m);
	if (r->n > 1)
		qsort(r->v, r->n, sizeof(*r->v), entry_order);
	return rc;
}

const struct entry *
records_find(const struct records *r, const char *name)
{
	struct entry key;

	if (r->n == 0)
		return NULL;
	memset(&key, 0, sizeof(key));
	key.name = name;
	return bsearch(&key, r->v, r->n, sizeof(*r->v), entry_order);
}

/* Whether an unprivileged stage holds such an entry as a file. */
static bool
on_disk(const struct entry *ent)
{
	return ent->kind == ENTRY_FILE || ent->kind == ENTRY_DIR ||
	    ent->kind == ENTRY_SYMLINK;
}

int
records_dress(const struct records *r, struct listing *before, int dir,
    const char *path, struct err *e)
{
	const struct entry *ent;
	struct item *it;
	size_t i;

	for (i = 0; i < r->n; i++) {
		it = listing_find(before, r->v[i].name);
		if (on_disk(&r->v[i]) && (it == NULL ||
		    it->kind != r->v[i].kind))
			return err_set(e, "%s/%s: METALOG has a %s there, the "
			    "stage has not; unpack it anew", path,
			    r->v[i].name, entry_kind_name(r->v[i].kind));
	}
	for (i = before->n; i-- > 0;) {
		it = &before->v[i];
		ent = records_find(r, it->name);
		if (listing_chmod(it, dir, ent != NULL && ent->kind ==
		    it->kind ? ent->mode : it->mode) != 0)
			return err_sys(e, "%s/%s", path, it->name);
	}
	return 0;
}

static bool
changed(const struct item *was, const struct item *is)
{
	return was->size != is->size || was->mtime != is->mtime ||
	    was->mtime_ns != is->mtime_ns || (is->kind == ENTRY_SYMLINK &&
	    strcmp(was->target, is->target) != 0);
}

/*
 * What was known of the file that is at `is` now: it may have come from
 * elsewhere (mv, ln), even over another; else what stood under its name, for
 * editors put a new file into the place of the old. *was is how it was.
 */
static const struct entry *
origin(const struct records *r, const struct listing *before,
    const struct item *is, const struct item **was)
{
	const struct item *same = listing_find(before, is->name);
	const struct item *moved = listing_same(before, is);
	const struct entry *ent;

	if (moved != NULL && (same == NULL || same->ino != is->ino ||
	    same->dev != is->dev)) {
		ent = records_find(r, moved->name);
		if (ent != NULL && ent->kind == is->kind) {
			*was = moved;
			return ent;
		}
	}
	if (same == NULL || same->kind != is->kind)
		return NULL;
	ent = records_find(r, is->name);
	*was = same;
	return ent != NULL && ent->kind == is->kind ? ent : NULL;
}

/* The entry of an item after the scripts. */
static struct entry
entry_of(const struct records *r, const struct listing *before,
    const struct item *is, int64_t epoch)
{
	const struct item *was = NULL;
	const struct entry *ent = origin(r, before, is, &was);
	struct entry now;

	memset(&now, 0, sizeof(now));
	if (ent != NULL)
		now = *ent;
	else {
		now.kind = is->kind;
		now.mode = is->kind == ENTRY_SYMLINK ? 0755 : is->mode;
	}
	if (ent != NULL && is->kind != ENTRY_SYMLINK && was->mode != is->mode)
		now.mode = is->mode;
	if (ent == NULL || changed(was, is) ||
	    (ent->flags & ENTRY_UNDATED) != 0) {
		now.mtime = epoch;
		now.mtime_ns = 0;
	}
	now.name = is->name;
	now.target = is->target;
	now.size = is->size;
	now.major = is->major;
	now.minor = is->minor;
	now.flags = 0;
	return now;
}

/* Whether an entry that only METALOG had is still to be there. */
static bool
stays(const struct entry *ent, const struct listing *after)
{
	const char *slash = strrchr(ent->name, '/');
	char parent[PATH_LEN_MAX];
	const struct item *it;
	size_t len = slash != NULL ? (size_t)(slash - ent->name) : 0;

	if (on_disk(ent) || len >= sizeof(parent) ||
	    listing_find(after, ent->name) != NULL)
		return false;
	memcpy(parent, ent->name, len);
	parent[len] = '\0';
	it = listing_find(after, parent);
	return it != NULL && it->kind == ENTRY_DIR;
}

int
records_write(const struct records *r, const struct listing *before,
    const struct listing *after, int64_t epoch, FILE *f, struct err *e)
{
	struct entry *all = mem_array(after->n + r->n, sizeof(*all));
	size_t i, n = 0;

	if (all == NULL)
		return err_mem(e);
	for (i = 0; i < after->n; i++)
		all[n++] = entry_of(r, before, &after->v[i], epoch);
	for (i = 0; i < r->n; i++) {
		/* A node that the stage had, and has no more, was removed. */
		if (stays(&r->v[i], after) &&
		    listing_find(before, r->v[i].name) == NULL)
			all[n++] = r->v[i];
	}
	qsort(all, n, sizeof(*all), entry_order);
	metalog_head(f);
	for (i = 0; i < n; i++)
		metalog_write(f, &all[i]);
	free(all);
	return 0;
}

void
records_free(struct records *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free((char *)(uintptr_t)r->v[i].name);
		free((char *)(uintptr_t)r->v[i].target);
	}
	free(r->v);
	memset(r, 0, sizeof(*r));
}
