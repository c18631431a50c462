/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * merge_link.c: hard links of layers, whatever has become of their targets.
 */
#include <stdlib.h>
#include <string.h>

#include "fnv.h"
#include "mem.h"
#include "merge_impl.h"
#include "path.h"

#define CHAIN_MAX 40	/* hard links to hard links that are followed */

/* What this layer calls target, if the image has it. */
static struct node *
live_target(const struct merge *m, const char *target)
{
	struct node *n = tree_find(m->t, target);

	return n != NULL && n->layer == m->index && n->kind != ENTRY_DIR ? n :
	    NULL;
}

/* --- Orphans by the name that they wait for, which is no other's. */

/* An archive is not to know which names get into one slot: where the tree is
 * in memory differs from run to run. */
static size_t
slot_of(const struct merge *m, const char *target)
{
	uint64_t h = fnv_string(FNV_START ^ (uintptr_t)m->t->root >> 4, target);

	return (size_t)(h ^ h >> 29) & (m->nslots - 1);
}

static struct orphan *
orphan_find(const struct merge *m, const char *target)
{
	size_t i;

	if (m->norphans == 0)
		return NULL;
	i = m->slot[slot_of(m, target)];
	while (i != 0 && strcmp(m->orphans[i - 1].target, target) != 0)
		i = m->orphans[i - 1].next;
	return i != 0 ? &m->orphans[i - 1] : NULL;
}

static void
slot_add(struct merge *m, struct orphan *o)
{
	size_t *head = &m->slot[slot_of(m, o->target)];

	o->next = *head;
	*head = (size_t)(o - m->orphans) + 1;
}

static void
slot_remove(struct merge *m, const struct orphan *o)
{
	size_t *p = &m->slot[slot_of(m, o->target)];

	while (&m->orphans[*p - 1] != o)
		p = &m->orphans[*p - 1].next;
	*p = o->next;
}

/* Twice the slots, for one orphan more. */
static int
slots_grow(struct merge *m, struct err *e)
{
	size_t n = m->nslots != 0 ? 2 * m->nslots : 64, i;
	size_t *p = mem_array(n, sizeof(*p));

	if (p == NULL)
		return err_mem(e);
	free(m->slot);
	m->slot = p;
	m->nslots = n;
	for (i = 0; i < m->norphans; i++)
		slot_add(m, &m->orphans[i]);
	return 0;
}

void
link_begin(struct merge *m)
{
	m->norphans = 0;
	if (m->nslots != 0)
		memset(m->slot, 0, m->nslots * sizeof(*m->slot));
}

/* n stands for target, as a file without content for the time being. */
static int
orphan_add(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	struct entry empty = *ent;
	struct orphan *o;

	if (m->norphans == m->nslots && slots_grow(m, e) != 0)
		return -1;
	if ((o = mem_grow(m->orphans, &m->cap, m->norphans + 1,
	    sizeof(*m->orphans))) == NULL)
		return err_mem(e);
	m->orphans = o;
	o += m->norphans;
	o->home = n;
	n->nlink++;		/* target is a name of it, too */
	o->state = ORPHAN_WAITS;
	o->target = tree_string(m->t, ent->target, strlen(ent->target));
	if (o->target == NULL)
		return err_mem(e);
	m->norphans++;
	slot_add(m, o);
	empty.kind = ENTRY_FILE;
	empty.size = 0;
	return merge_take(m, n, &empty, e);
}

/* n, which may have stood for target, is a further name of it. */
static void
link_to(struct merge *m, struct node *n, struct node *target)
{
	merge_drop(m, n);
	n->link = tree_primary(target);
	n->kind = n->link->kind;
	n->link->nlink++;
}

/* cpio and pax may store the content with a further name of the file. */
static int
bring_content(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	n = tree_primary(n);
	if (ent->size == 0 || n->kind != ENTRY_FILE)
		return 0;
	return merge_content(m, n, ent, e);
}

int
link_place(struct merge *m, struct node *n, const struct entry *ent,
    struct err *e)
{
	struct node *target;
	struct orphan *o;

	if (strcmp(ent->target, ent->name) == 0)
		return err_set(e, "%s: %s: hard link to itself",
		    layer_name(m->l), ent->name);
	n->layer = m->index;
	if ((target = live_target(m, ent->target)) != NULL) {
		link_to(m, n, target);
		return bring_content(m, target, ent, e);
	}
	if ((o = orphan_find(m, ent->target)) == NULL)
		return orphan_add(m, n, ent, e);
	link_to(m, n, o->home);
	return 0;
}

int
link_lost(struct merge *m, const struct entry *ent, struct err *e)
{
	struct node *target = live_target(m, ent->target);

	return target != NULL ? bring_content(m, target, ent, e) : 0;
}

bool
link_involves(const struct node *n)
{
	return n->link != NULL || n->nlink > 1;
}

/* o waits for another name. */
static int
wait_for(struct merge *m, struct orphan *o, const char *name, struct err *e)
{
	char *target = tree_string(m->t, name, strlen(name));

	if (target == NULL)
		return err_mem(e);
	slot_remove(m, o);
	o->target = target;
	slot_add(m, o);
	return 0;
}

/* What o waits for is a hard link itself, ent: wait for its target. */
static int
follow(struct merge *m, struct orphan *o, const struct entry *ent, bool *again,
    struct err *e)
{
	struct node *target = live_target(m, ent->target);
	struct orphan *other = orphan_find(m, ent->target);

	if (target == NULL && other != NULL)
		target = other->home;
	if (target == NULL) {
		*again = true;
		return wait_for(m, o, ent->target, e);
	}
	if (tree_primary(target) == tree_primary(o->home))
		return err_set(e, "%s: %s: a loop of hard links",
		    layer_name(m->l), ent->name);
	link_to(m, o->home, target);
	o->state = ORPHAN_FOUND;
	return 0;
}

/* If ent tells of a file that an orphan waits for, the orphan takes it. */
static int
adopt(struct merge *m, const struct entry *ent, bool *again, struct err *e)
{
	struct orphan *o = orphan_find(m, ent->name), *other = NULL;

	if (ent->kind == ENTRY_HARDLINK)
		other = orphan_find(m, ent->target);
	if (other != NULL && other->state == ORPHAN_FOUND &&
	    bring_content(m, other->home, ent, e) != 0)
		return -1;
	if (o == NULL || o->state == ORPHAN_DONE ||
	    (o == other && o->state == ORPHAN_FOUND))
		return 0;
	if (o->state == ORPHAN_FOUND)
		return err_set(e, "%s: %s: there twice, with hard links to it",
		    layer_name(m->l), ent->name);
	if (ent->kind == ENTRY_DIR)
		return err_set(e, "%s: hard link to the directory %s",
		    layer_name(m->l), ent->name);
	if (ent->kind == ENTRY_HARDLINK)
		return follow(m, o, ent, again, e);
	o->state = ORPHAN_FOUND;
	return merge_take(m, o->home, ent, e);
}

/* One reading of the layer as a whole. */
static int
adopt_round(struct merge *m, bool *again, struct err *e)
{
	const struct entry *ent;
	size_t i;
	int r;

	if (layer_rewind(m->l, true, e) != 0)
		return -1;
	while ((r = layer_next(m->l, &ent, e)) > 0) {
		if (adopt(m, ent, again, e) != 0)
			return -1;
	}
	for (i = 0; i < m->norphans; i++) {
		if (m->orphans[i].state == ORPHAN_FOUND)
			m->orphans[i].state = ORPHAN_DONE;
	}
	return r;
}

/* Targets that came behind their links. Whether some are still waited for. */
static bool
link_forward(struct merge *m)
{
	struct node *target;
	struct orphan *o;
	bool wait = false;

	for (o = m->orphans; o < m->orphans + m->norphans; o++) {
		target = live_target(m, o->target);
		if (target != NULL &&
		    tree_primary(target) != tree_primary(o->home)) {
			link_to(m, o->home, target);
			o->state = ORPHAN_DONE;
		} else
			wait = true;
	}
	return wait;
}

int
link_adopt(struct merge *m, struct err *e)
{
	char name[PATH_LEN_MAX];
	bool again = m->norphans != 0 && link_forward(m);
	size_t i, rounds;

	for (rounds = 0; again && rounds < CHAIN_MAX; rounds++) {
		again = false;
		if (adopt_round(m, &again, e) != 0)
			return -1;
	}
	if (again)
		return err_set(e, "%s: a loop of hard links", layer_name(m->l));
	for (i = 0; i < m->norphans; i++) {
		if (m->orphans[i].state == ORPHAN_WAITS)
			return err_set(e, "%s: %s: hard link to %s, which is "
			    "not in the archive", layer_name(m->l),
			    tree_path(m->orphans[i].home, name),
			    m->orphans[i].target);
	}
	return 0;
}
