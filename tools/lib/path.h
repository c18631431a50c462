/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * path.h: names inside an image. One place makes them canonical and refuses
 * what could lead out of the tree.
 *
 * A canonical name has no leading or trailing slash, no empty or "." part and
 * no ".." part; the root is "". Bytes other than NUL and '/' are kept as they
 * are: a name is not text.
 */
#ifndef NB_PATH_H
#define NB_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define PATH_NAME_MAX 255	/* one part: FFS and ext2 alike */
#define PATH_LEN_MAX  4096	/* a whole name, with its NUL */

/*
 * path_canonical: write the canonical form of name into buf (PATH_LEN_MAX
 * bytes). Absolute names and ".." are refused. what ("etc.tar.xz") stands in
 * front of the message.
 */
int path_canonical(char *buf, const char *name, const char *what, struct err *);

/* path_join: dir + "/" + name, either may be "". buf has PATH_LEN_MAX bytes. */
int path_join(char *buf, const char *dir, const char *name, struct err *);

/* path_ends: whether name has that end, and something before it. */
bool path_ends(const char *name, const char *end);

/*
 * path_match: shell pattern against a canonical name; `*` and `?` do not
 * match '/'. A pattern that names a folder matches all below it. A leading
 * slash in the pattern is passed over.
 */
bool path_match(const char *pattern, const char *name);

#endif
