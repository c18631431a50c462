/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * records.c: keeps METALOG true.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "metalog.h"
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
	/* The last one may lack its name. */
	if (rc == 0 && r->n > 1)
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

static bool
is_node(const struct entry *ent)
{
	return ent->kind == ENTRY_CHAR || ent->kind == ENTRY_BLOCK;
}

/* Whether an unprivileged stage holds such an entry as a file. */
static bool
on_disk(const struct entry *ent)
{
	return !is_node(ent) && ent->kind != ENTRY_FIFO;
}

static int
make_node(const struct entry *ent, int dir)
{
	const mode_t mode = ent->kind == ENTRY_FIFO ? S_IFIFO : S_IFREG;
	struct stat st;

	/* What a run left that was killed. */
	if (fstatat(dir, ent->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode) &&
	    unlinkat(dir, ent->name, 0) != 0)
		return -1;
	if (mknodat(dir, ent->name, mode | 0600, 0) != 0)
		return -1;
	return fchmodat(dir, ent->name, (mode_t)(ent->mode & OWNER_ON_DISK),
	    0);
}

int
records_nodes(const struct records *r, int dir, const char *path,
    struct err *e)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (!on_disk(&r->v[i]) && make_node(&r->v[i], dir) != 0)
			return err_sys(e, "%s/%s", path, r->v[i].name);
	}
	return 0;
}

/* What owners is to know of the file it, which METALOG has as ent. */
static int
tell_owner(const struct entry *ent, const struct item *it,
    struct owners *owners)
{
	const struct inode inode = listing_inode(it);
	const uint32_t special = ent->kind == ENTRY_FILE ?
	    ent->mode & OWNER_SPECIAL : 0;
	struct owner *o;

	if (ent->uid == 0 && ent->gid == 0 && special == 0 && !is_node(ent))
		return 0;
	if ((o = owners_put(owners, &inode)) == NULL)
		return -1;
	o->uid = ent->uid;
	o->gid = ent->gid;
	o->gid_said = true;
	o->special = special;
	if (is_node(ent)) {
		o->kind = ent->kind;
		o->major = ent->major;
		o->minor = ent->minor;
	}
	return 0;
}

/* The mode that the file it is to have on disk; ent is NULL or its entry. */
static uint32_t
disk_mode(const struct entry *ent, const struct item *it)
{
	uint32_t mode = ent != NULL && ent->kind != ENTRY_FIFO ? ent->mode :
	    it->mode;

	return it->kind == ENTRY_FILE ? mode & OWNER_ON_DISK : mode;
}

/* What stands for an entry on disk. */
static enum entry_kind
disk_kind(const struct entry *ent)
{
	return is_node(ent) ? ENTRY_FILE : ent->kind;
}

int
records_dress(const struct records *r, struct listing *before,
    struct owners *owners, int dir, const char *path, struct err *e)
{
	const struct entry *ent;
	struct item *it;
	size_t i;

	for (i = 0; i < r->n; i++) {
		it = listing_find(before, r->v[i].name);
		if (it == NULL || it->kind != disk_kind(&r->v[i]))
			return err_set(e, "%s/%s: METALOG has a %s there, the "
			    "stage has not; unpack it anew", path,
			    r->v[i].name, entry_kind_name(r->v[i].kind));
		if (tell_owner(&r->v[i], it, owners) != 0)
			return err_mem(e);
	}
	for (i = before->n; i-- > 0;) {
		it = &before->v[i];
		ent = records_find(r, it->name);
		if (listing_chmod(it, dir, disk_mode(ent, it)) != 0)
			return err_sys(e, "%s/%s", path, it->name);
	}
	listing_own(before, owners);
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
 * What was known of the file that is at `is` now, under this name or another
 * (mv, ln). *was is how it was. A new file in the place of an old one is new:
 * who wants it to belong to the old one's owner says so.
 */
static const struct entry *
origin(const struct records *r, const struct listing *before,
    const struct item *is, const struct item **was)
{
	const struct item *same = listing_find(before, is->name);
	const struct entry *ent;

	*was = listing_same(before, is);
	if (*was == NULL)
		return NULL;
	/* Of several names its own one. */
	if (same != NULL && same->ino == is->ino && same->dev == is->dev)
		*was = same;
	ent = records_find(r, (*was)->name);
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
	now.uid = is->uid;
	now.gid = is->gid;
	now.major = is->major;
	now.minor = is->minor;
	now.flags = 0;
	return now;
}

void
records_write(const struct records *r, const struct listing *before,
    const struct listing *after, int64_t epoch, FILE *f)
{
	struct entry ent;
	size_t i;

	metalog_head(f);
	for (i = 0; i < after->n; i++) {
		ent = entry_of(r, before, &after->v[i], epoch);
		metalog_write(f, &ent);
	}
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
