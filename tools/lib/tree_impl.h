/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tree_impl.h: what tree.c (nodes) and merge.c (layers into nodes) share.
 */
#ifndef NB_TREE_IMPL_H
#define NB_TREE_IMPL_H

#include "tree.h"

/* The child of dir with that name of len bytes, or NULL. */
struct node *tree_child(const struct tree *, const struct node *dir,
    const char *name, size_t len);

/* A new, empty node of dir; the caller has seen that there is none. */
struct node *tree_add(struct tree *, struct node *dir, const char *name,
    size_t len, struct err *);

/* A copy of len bytes that lives as long as the tree; NULL: no memory. */
char *tree_string(struct tree *, const char *, size_t len);

/* The file that n is a name of: n itself, or what its links lead to. */
struct node *tree_primary(struct node *n);

/* Once all is in: sort children, count links and inodes, set the epoch. */
int tree_settle(struct tree *, struct err *);

#endif
