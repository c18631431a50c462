/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * merge_impl.h: what merge.c (layers into a tree) and merge_link.c (hard
 * links) share.
 */
#ifndef NB_MERGE_IMPL_H
#define NB_MERGE_IMPL_H

#include "layer.h"
#include "tree_impl.h"

/*
 * A file of the present layer that the image has under the names of hard
 * links only: its own was replaced by a later layer, or the word's pattern
 * leaves it out. The content that the archive meant is found by reading the
 * layer once more.
 */
struct orphan {
	char		*target;	/* canonical name in the layer */
	struct node	*home;		/* the first name that the image has */
	enum { ORPHAN_WAITS, ORPHAN_FOUND, ORPHAN_DONE } state;
	size_t		 next;		/* of its slot: an index + 1, or 0 */
};

struct merge {
	struct tree		*t;
	struct layer		*l;
	uint32_t		 index;		/* of the layer */
	const struct sink	*sink;
	void			*ctx;
	struct orphan		*orphans;
	size_t			 norphans, cap;
	size_t			*slot;		/* orphans, by target */
	size_t			 nslots;
};

/* merge_take: n becomes what ent, the layer's present entry, is. */
int merge_take(struct merge *, struct node *n, const struct entry *ent,
    struct err *);

/* merge_content: the present entry's content becomes that of FILE n. */
int merge_content(struct merge *, struct node *n, const struct entry *ent,
    struct err *);

/* merge_drop: n is no longer the file that it was: its content goes. */
void merge_drop(struct merge *, struct node *n);

/* link_begin: a new layer: there are no orphans yet. */
void link_begin(struct merge *);

/* link_place: n is a new name, ent the HARDLINK that it stands for. */
int link_place(struct merge *, struct node *n, const struct entry *ent,
    struct err *);

/* link_lost: the image does not have the HARDLINK ent under its own name;
 * content that it brings is still that of other names. */
int link_lost(struct merge *, const struct entry *ent, struct err *);

/* link_involves: other names may share n's content. */
bool link_involves(const struct node *n);

/* link_adopt: the layer was read: give the orphans what they lack. */
int link_adopt(struct merge *, struct err *);

#endif
