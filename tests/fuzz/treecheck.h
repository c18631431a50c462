/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * treecheck.h: merges layers and aborts when the tree, or what the sink was
 * given, is not as tree.h says.
 */
#ifndef TREECHECK_H
#define TREECHECK_H

#include <stddef.h>
#include <stdint.h>

#include "tree.h"

/*
 * treecheck_merge: the words merged, with their content and again by headers
 * only, and both looked at. seen, unless it is NULL, is called for each name of
 * a file: its node, the size, and the byte that all of the content consists of,
 * or 0 when it has several.
 */
typedef void treecheck_seen(const struct node *, uint64_t, uint8_t);
void treecheck_merge(char *const words[], size_t n, treecheck_seen *seen);

#endif
