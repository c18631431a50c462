/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * merge.c: layers into a tree, the last first: what is there already wins.
 */
#include <stdlib.h>
#include <string.h>

#include "layer.h"
#include "mem.h"
#include "path.h"
#include "tree_impl.h"

/*
 * A hard link whose target a later layer replaced, or the word's pattern left
 * out: the link keeps the content that the archive meant, which is found by
 * reading the layer once more.
 */
struct orphan {
	struct node	*node;
	char		*target;	/* canonical name in the layer */
	bool		 found;
};

struct merge {
	struct tree		*t;
	struct layer		*l;
	uint32_t		 index;		/* of the layer */
	const struct sink	*sink;
	void			*ctx;
	struct orphan		*orphans;
	size_t			 norphans, cap;
};

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
	n->size = ent->kind == ENTRY_FILE || ent->kind == ENTRY_SYMLINK ?
	    ent->size : 0;
	n->flags = (uint8_t)ent->flags;
}

static void
hide(struct merge *m, struct node *by)
{
	if (m->t->hidden++ == 0)
		m->t->hider = by;
}

/*
 * The directory in which name is to be, made when there is none. *last is
 * name's last part. NULL with *hidden set: a later layer has something else
 * in its place; NULL without: error.
 */
static struct node *
folder_of(struct merge *m, const char *name, const char **last, bool *hidden,
    struct err *e)
{
	struct node *dir = m->t->root, *n;
	size_t len;

	*hidden = false;
	while (name[len = strcspn(name, "/")] == '/') {
		n = tree_child(m->t, dir, name, len);
		if (n == NULL) {
			if ((n = tree_add(m->t, dir, name, len, e)) == NULL)
				return NULL;
			n->kind = ENTRY_DIR;
			n->mode = 0755;
			n->flags = ENTRY_WEAK | ENTRY_UNDATED;
			n->layer = m->index;
		} else if (n->kind != ENTRY_DIR && n->layer != m->index) {
			*hidden = true;
			hide(m, n);
			return NULL;
		} else if (n->kind != ENTRY_DIR) {
			(void)err_set(e, "%s: an entry goes through %.*s, "
			    "which is a %s there", layer_name(m->l), (int)len,
			    name, entry_kind_name(n->kind));
			return NULL;
		}
		dir = n;
		name += len + 1;
	}
	*last = name;
	return dir;
}

/* Hand the content of the layer's present entry to the sink. */
static int
stream(struct merge *m, struct node *n, struct err *e)
{
	char name[PATH_LEN_MAX];
	const void *buf;
	uint64_t off, at = 0;
	size_t len;
	int r;

	if (m->sink == NULL || n->size == 0)
		return 0;
	if (m->sink->begin(m->ctx, n, e) != 0)
		return -1;
	while ((r = layer_data(m->l, &buf, &len, &off, e)) > 0) {
		if (off < at || off > n->size || len > n->size - off)
			return err_set(e, "%s: %s: content does not agree "
			    "with its size", layer_name(m->l),
			    tree_path(n, name));
		if (m->sink->data(m->ctx, n, off, buf, len, e) != 0)
			return -1;
		at = off + len;
	}
	return r < 0 ? -1 : m->sink->end(m->ctx, n, e);
}

static int
orphan_add(struct merge *m, struct node *n, const char *target, struct err *e)
{
	void *p = mem_grow(m->orphans, &m->cap, m->norphans + 1,
	    sizeof(*m->orphans));

	if (p == NULL)
		return err_mem(e);
	m->orphans = p;
	m->orphans[m->norphans].node = n;
	m->orphans[m->norphans].found = false;
	m->orphans[m->norphans].target =
	    tree_string(m->t, target, strlen(target));
	return m->orphans[m->norphans++].target != NULL ? 0 : err_mem(e);
}

static void
link_to(struct node *n, struct node *target)
{
	n->link = target->link != NULL ? target->link : target;
	n->kind = n->link->kind;
	n->link->nlink++;
}

/* The node of this layer that target names, if that is what the image has. */
static struct node *
live_target(struct merge *m, const char *target)
{
	struct node *n = tree_find(m->t, target);

	return n != NULL && n->layer == m->index && n->kind != ENTRY_DIR ? n :
	    NULL;
}

/* cpio and pax may store the content with a further name of the file. */
static int
link_content(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	struct node *file = n->link != NULL ? n->link : n;

	if (ent->size == 0 || file->kind != ENTRY_FILE)
		return 0;
	if (file->size != 0 && m->sink != NULL)
		m->sink->discard(m->ctx, file);
	file->size = ent->size;
	return stream(m, file, e);
}

static int
place_hardlink(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	struct node *target = live_target(m, ent->target);

	if (target == n)
		return err_set(e, "%s: %s: hard link to itself",
		    layer_name(m->l), ent->name);
	if (target != NULL) {
		link_to(n, target);
		return link_content(m, n, ent, e);
	}
	n->kind = ENTRY_FILE;
	take_attributes(n, ent);
	n->size = ent->size;
	if (n->size != 0)
		return stream(m, n, e);
	return orphan_add(m, n, ent->target, e);
}

static int
place_new(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	n->layer = m->index;
	if (ent->kind == ENTRY_HARDLINK)
		return place_hardlink(m, n, ent, e);
	n->kind = (uint8_t)ent->kind;
	take_attributes(n, ent);
	if (ent->kind == ENTRY_SYMLINK) {
		n->target = tree_string(m->t, ent->target,
		    strlen(ent->target));
		return n->target != NULL ? 0 : err_mem(e);
	}
	return ent->kind == ENTRY_FILE ? stream(m, n, e) : 0;
}

/* The name is there already: by a later layer, or twice in this one. */
static int
place_again(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	if (n->kind == ENTRY_DIR && ent->kind == ENTRY_DIR) {
		if ((n->flags & ENTRY_WEAK) != 0 || (n->layer == m->index &&
		    (ent->flags & ENTRY_WEAK) == 0)) {
			take_attributes(n, ent);
			n->layer = m->index;
		}
		return 0;
	}
	if (n->layer != m->index) {
		if (n->kind == ENTRY_DIR)
			hide(m, n);
		return 0;
	}
	if (n->kind != ent->kind)
		return err_set(e, "%s: %s: there twice, as a %s and as a %s",
		    layer_name(m->l), ent->name, entry_kind_name(n->kind),
		    entry_kind_name(ent->kind));
	if (n->link != NULL || n->nlink > 1)
		return err_set(e, "%s: %s: there twice, with hard links "
		    "between", layer_name(m->l), ent->name);
	if (n->kind == ENTRY_FILE && n->size != 0 && m->sink != NULL)
		m->sink->discard(m->ctx, n);
	return place_new(m, n, ent, e);
}

static void
see_time(struct tree *t, const struct entry *ent)
{
	if (!t->epoch_given && (ent->flags & ENTRY_UNDATED) == 0 &&
	    ent->mtime > t->epoch)
		t->epoch = ent->mtime;
}

static int
place(struct merge *m, const struct entry *ent, struct err *e)
{
	struct node *dir, *n;
	const char *last;
	bool hidden;

	see_time(m->t, ent);
	if (*ent->name == '\0') {
		if (ent->kind != ENTRY_DIR)
			return err_set(e, "%s: the root is a %s",
			    layer_name(m->l), entry_kind_name(ent->kind));
		return place_again(m, m->t->root, ent, e);
	}
	dir = folder_of(m, ent->name, &last, &hidden, e);
	if (dir == NULL)
		return hidden ? 0 : -1;
	n = tree_child(m->t, dir, last, strlen(last));
	if (n != NULL)
		return place_again(m, n, ent, e);
	if ((n = tree_add(m->t, dir, last, strlen(last), e)) == NULL)
		return -1;
	return place_new(m, n, ent, e);
}

/* Whether ent is what orphan o waits for; if so give it its content. */
static int
adopt(struct merge *m, struct orphan *o, const struct entry *ent, bool *again,
    struct err *e)
{
	struct node *target;
	size_t i;

	if (o->found || strcmp(o->target, ent->name) != 0)
		return 0;
	if (ent->kind == ENTRY_DIR)
		return err_set(e, "%s: hard link to the directory %s",
		    layer_name(m->l), ent->name);
	if (ent->kind == ENTRY_HARDLINK) {
		target = live_target(m, ent->target);
		*again = true;
		if (target != NULL && target != o->node) {
			link_to(o->node, target);
			o->found = true;
			return 0;
		}
		o->target = tree_string(m->t, ent->target,
		    strlen(ent->target));
		return o->target != NULL ? 0 : err_mem(e);
	}
	o->found = true;
	/* further orphans of that name are links to this one */
	for (i = 0; i < m->norphans; i++) {
		if (!m->orphans[i].found &&
		    strcmp(m->orphans[i].target, ent->name) == 0) {
			m->orphans[i].found = true;
			o->node->kind = (uint8_t)ent->kind;
			link_to(m->orphans[i].node, o->node);
		}
	}
	return place_new(m, o->node, ent, e);
}

/* Read the layer again, as a whole, for hard links that lost their target. */
static int
adopt_orphans(struct merge *m, struct err *e)
{
	const struct entry *ent;
	char name[PATH_LEN_MAX];
	bool again = true;
	size_t i, rounds;
	int r = 0;

	for (rounds = 0; again && rounds <= m->norphans; rounds++) {
		again = false;
		if (layer_rewind(m->l, true, e) != 0)
			return -1;
		while ((r = layer_next(m->l, &ent, e)) > 0) {
			for (i = 0; i < m->norphans; i++) {
				if (adopt(m, &m->orphans[i], ent, &again,
				    e) != 0)
					return -1;
			}
		}
		if (r < 0)
			return -1;
	}
	for (i = 0; i < m->norphans; i++) {
		if (!m->orphans[i].found)
			return err_set(e, "%s: %s: hard link to %s, which is "
			    "not in the archive", layer_name(m->l),
			    tree_path(m->orphans[i].node, name),
			    m->orphans[i].target);
	}
	return 0;
}

static int
merge_layer(struct merge *m, const char *word, struct err *e)
{
	const struct entry *ent;
	int r;

	if ((m->l = layer_open(word, e)) == NULL)
		return -1;
	m->norphans = 0;
	while ((r = layer_next(m->l, &ent, e)) > 0) {
		if ((r = place(m, ent, e)) != 0)
			break;
	}
	if (r == 0 && m->norphans != 0)
		r = adopt_orphans(m, e);
	layer_close(m->l);
	return r;
}

int
tree_merge(struct tree *t, char *const words[], size_t n,
    const struct sink *sink, void *ctx, struct err *e)
{
	struct merge m = { .t = t, .sink = sink, .ctx = ctx };
	int r = 0;

	while (r == 0 && n-- > 0) {
		m.index = (uint32_t)n;
		r = merge_layer(&m, words[n], e);
	}
	free(m.orphans);
	if (r != 0)
		return -1;
	/* Nothing with a time of its own: the beginning of time. */
	if (t->epoch == INT64_MIN)
		t->epoch = 0;
	return tree_settle(t, e);
}
