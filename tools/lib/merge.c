/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * merge.c: layers into a tree, the last first: what is there already wins.
 */
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "merge_impl.h"
#include "path.h"

static void
take_attributes(struct node *n, const struct entry *ent)
{
	n->mode = (uint16_t)ent->mode;
	n->uid = ent->uid;
	n->gid = ent->gid;
	n->mtime = ent->mtime;
	n->mtime_ns = ent->mtime_ns;
	n->major = ent->major;
	n->minor = ent->minor;
	n->flags = (uint8_t)ent->flags;
}

/* The image has no place for ent, since a later layer has `by`. */
static int
hide(struct merge *m, struct node *by, const struct entry *ent, struct err *e)
{
	if (m->t->hidden++ == 0)
		m->t->hider = by;
	return ent->kind == ENTRY_HARDLINK ? link_lost(m, ent, e) : 0;
}

/*
 * The directory in which ent is to be, made when there is none; *last is the
 * last part of ent's name. When something else is in its place *in_way is
 * that node, and NULL is returned. Another NULL is an error.
 */
static struct node *
folder_of(struct merge *m, const struct entry *ent, const char **last,
    struct node **in_way, struct err *e)
{
	struct node *dir = m->t->root, *n;
	const char *name = ent->name;
	size_t len;

	*in_way = NULL;
	while (name[len = strcspn(name, "/")] == '/') {
		n = tree_child(m->t, dir, name, len);
		if (n == NULL) {
			if (limit_file(&m->t->limit, 1, (size_t)(name -
			    ent->name) + len, layer_name(m->l), ent->name,
			    e) != 0 ||
			    (n = tree_add(m->t, dir, name, len, e)) == NULL)
				return NULL;
			n->kind = ENTRY_DIR;
			n->mode = 0755;
			n->flags = ENTRY_WEAK | ENTRY_UNDATED;
			n->layer = m->index;
		} else if (n->kind != ENTRY_DIR) {
			*in_way = n;
			return NULL;
		}
		dir = n;
		name += len + 1;
	}
	*last = name;
	return dir;
}

/* Content of n was told of up to `at`: whether it can go on like this. */
static int
check_piece(const struct merge *m, const struct node *n, uint64_t at,
    uint64_t off, uint64_t len, struct err *e)
{
	char name[PATH_LEN_MAX];

	if (off >= at && off <= n->size && len <= n->size - off)
		return 0;
	return err_set(e, "%s: %s: content does not agree with its size",
	    layer_name(m->l), tree_path(n, name));
}

static int
check_limit(const struct merge *m, const struct node *n, uint64_t len,
    struct err *e)
{
	struct limit *l = &m->t->limit;
	char name[PATH_LEN_MAX];

	/* The name costs more than the sum does. */
	if (l->size <= l->size_max && len <= l->size_max - l->size) {
		l->size += len;
		return 0;
	}
	return limit_data(l, len, layer_name(m->l), tree_path(n, name), e);
}

static int
stream_data(struct merge *m, struct node *n, struct err *e)
{
	const void *buf;
	uint64_t off, at = 0;
	size_t len;
	int r;

	while ((r = layer_data(m->l, &buf, &len, &off, e)) > 0) {
		if (check_piece(m, n, at, off, len, e) != 0 ||
		    check_limit(m, n, len, e) != 0 ||
		    m->sink->data(m->ctx, n, off, buf, len, e) != 0)
			return -1;
		at = off + len;
	}
	return r;
}

static int
stream_ranges(struct merge *m, struct node *n, struct err *e)
{
	uint64_t off, len, at = 0;
	int r;

	while ((r = layer_range(m->l, &off, &len, e)) > 0) {
		if (check_piece(m, n, at, off, len, e) != 0 ||
		    check_limit(m, n, len, e) != 0 ||
		    m->sink->range(m->ctx, n, off, len, e) != 0)
			return -1;
		at = off + len;
	}
	return r;
}

/* Hand the content of the layer's present entry to the sink. */
static int
stream(struct merge *m, struct node *n, struct err *e)
{
	int r;

	if (m->sink == NULL || n->size == 0)
		return 0;
	if (m->sink->begin(m->ctx, n, e) != 0)
		return -1;
	r = m->sink->range != NULL ? stream_ranges(m, n, e) :
	    stream_data(m, n, e);
	return r < 0 ? -1 : m->sink->end(m->ctx, n, e);
}

void
merge_drop(struct merge *m, struct node *n)
{
	if (n->kind == ENTRY_FILE && n->size != 0 && m->sink != NULL)
		m->sink->discard(m->ctx, n);
	n->size = 0;
}

int
merge_content(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	merge_drop(m, n);
	n->size = ent->size;
	return stream(m, n, e);
}

int
merge_take(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	n->layer = m->index;
	/* What only links brought so far may turn out to be no file. */
	merge_drop(m, n);
	n->kind = (uint8_t)ent->kind;
	take_attributes(n, ent);
	if (ent->kind == ENTRY_FILE)
		return merge_content(m, n, ent, e);
	if (ent->kind == ENTRY_SYMLINK) {
		n->target = tree_string(m->t, ent->target,
		    strlen(ent->target));
		if (n->target == NULL)
			return err_mem(e);
	}
	n->size = ent->kind == ENTRY_SYMLINK ? ent->size : 0;
	return 0;
}

/* Two directories of one name are one. */
static void
place_directory(struct merge *m, struct node *n, const struct entry *ent)
{
	bool known = (n->flags & ENTRY_WEAK) == 0;

	if (known && (n->layer != m->index || (ent->flags & ENTRY_WEAK) != 0))
		return;
	take_attributes(n, ent);
	n->layer = m->index;
}

/* The name is there by a later layer, which wins. */
static int
place_lost(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	/* A link to a folder, and a folder that is only implied by its files:
	 * what the link leads to would be out of sight. */
	if (n->kind == ENTRY_DIR && (n->flags & ENTRY_WEAK) != 0 &&
	    ent->kind == ENTRY_SYMLINK)
		return hide(m, n, ent, e);
	return ent->kind == ENTRY_HARDLINK ? link_lost(m, ent, e) : 0;
}

/* The name is there already: by a later layer, or twice in this one. */
static int
place_again(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	if (n->kind == ENTRY_DIR && ent->kind == ENTRY_DIR) {
		place_directory(m, n, ent);
		return 0;
	}
	if (n->layer != m->index)
		return place_lost(m, n, ent, e);
	if (n->kind != ent->kind)
		return err_set(e, "%s: %s: there twice, as a %s and as a %s",
		    layer_name(m->l), ent->name, entry_kind_name(n->kind),
		    entry_kind_name(ent->kind));
	if (link_involves(n))
		return err_set(e, "%s: %s: there twice, with hard links "
		    "between", layer_name(m->l), ent->name);
	return merge_take(m, n, ent, e);
}

/* Something that is no folder stands where ent's folder would be. */
static int
place_behind(struct merge *m, struct node *in_way, const struct entry *ent,
    struct err *e)
{
	char name[PATH_LEN_MAX];

	if (in_way->layer != m->index)
		return hide(m, in_way, ent, e);
	return err_set(e, "%s: %s: goes through %s, which is a %s there",
	    layer_name(m->l), ent->name, tree_path(in_way, name),
	    entry_kind_name(in_way->kind));
}

static void
see_time(struct tree *t, const struct entry *ent)
{
	if (!t->epoch_given && (ent->flags & ENTRY_UNDATED) == 0 &&
	    ent->mtime > t->epoch)
		t->epoch = ent->mtime;
}

/* Also one that is there already: they come without end. */
static int
count(struct merge *m, const struct entry *ent, struct err *e)
{
	struct limit *l = &m->t->limit;
	const char *from = layer_name(m->l);

	if (limit_file(l, 1, strlen(ent->name), from, ent->name, e) != 0)
		return -1;
	if (ent->kind == ENTRY_SYMLINK &&
	    limit_data(l, strlen(ent->target), from, ent->name, e) != 0)
		return -1;
	return ent->kind != ENTRY_SYMLINK && ent->kind != ENTRY_HARDLINK ? 0 :
	    limit_text(l, strlen(ent->target), from, ent->name, e);
}

static int
place(struct merge *m, const struct entry *ent, struct err *e)
{
	struct node *dir, *n;
	const char *last;

	if ((ent->flags & ENTRY_OUTSIDE) != 0)
		return link_lost(m, ent, e);
	if (count(m, ent, e) != 0)
		return -1;
	see_time(m->t, ent);
	if (*ent->name == '\0') {
		if (ent->kind != ENTRY_DIR)
			return err_set(e, "%s: the root is a %s",
			    layer_name(m->l), entry_kind_name(ent->kind));
		return place_again(m, m->t->root, ent, e);
	}
	if ((dir = folder_of(m, ent, &last, &n, e)) == NULL)
		return n != NULL ? place_behind(m, n, ent, e) : -1;
	n = tree_child(m->t, dir, last, strlen(last));
	if (n != NULL)
		return place_again(m, n, ent, e);
	if ((n = tree_add(m->t, dir, last, strlen(last), e)) == NULL)
		return -1;
	return ent->kind == ENTRY_HARDLINK ? link_place(m, n, ent, e) :
	    merge_take(m, n, ent, e);
}

static int
merge_layer(struct merge *m, const char *word, struct err *e)
{
	const struct entry *ent;
	int r;

	if ((m->l = layer_open(word, e)) == NULL)
		return -1;
	link_begin(m);
	while ((r = layer_next(m->l, &ent, e)) > 0) {
		if ((r = place(m, ent, e)) != 0)
			break;
	}
	if (r == 0)
		r = link_adopt(m, e);
	layer_close(m->l);
	return r;
}

int
tree_merge(struct tree *t, char *const words[], size_t n,
    const struct sink *sink, void *ctx, struct err *e)
{
	struct merge m = { .t = t, .sink = sink, .ctx = ctx };
	size_t i;
	int r = 0;

	for (i = n; i-- > 0;)
		layer_announce(words[i]);
	while (r == 0 && n-- > 0) {
		m.index = (uint32_t)n;
		r = merge_layer(&m, words[n], e);
	}
	cache_end();
	free(m.orphans);
	free(m.slot);
	if (r != 0)
		return -1;
	/* Nothing with a time of its own: the beginning of time. */
	if (t->epoch == INT64_MIN)
		t->epoch = 0;
	return tree_settle(t, e);
}
