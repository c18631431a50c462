/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * find.h: names inside a tree, as its own kernel would find them: absolute
 * links begin at the tree's root, and ".." there is the root.
 */
#ifndef NB_FIND_H
#define NB_FIND_H

#include "tree.h"

/*
 * find_node: what name leads to, through symbolic links, the last one too;
 * NULL: nothing. via, if set, is called with each link on the way, and again
 * NULL is returned when it does not return 0.
 */
struct node *find_node(const struct tree *, const char *name,
    int (*via)(void *, struct node *), void *ctx);

/*
 * find_each: call fn with each name, canonical and sorted, that the shell
 * pattern matches, in which `*`, `?` and `[` match no slash. Returns what fn
 * did when that was not 0, else 0.
 */
int find_each(const struct tree *, const char *pattern,
    int (*fn)(void *, const char *name), void *ctx);

#endif
