/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * index.h: the newest file that matches a name with a `*`.
 *
 * What the `*` stands for is read as a version, in pkgsrc's order (dewey.h).
 * NAME-* is after versions of NAME: NAME-1.0.tgz, and NAME-other-1.0.tgz only
 * when there is none. Versions of different things are not compared.
 */
#ifndef NB_INDEX_H
#define NB_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct index;

/* index_pattern: whether name has a `*`. */
bool index_pattern(const char *name);

struct index *index_new(const char *pattern, struct err *);

/* index_name: consider one file's name. */
int index_name(struct index *, const char *name, struct err *);

/* index_html: consider what the listing at url, an HTML page, links to. */
int index_html(struct index *, const char *text, size_t len, const char *url,
    struct err *);

/* index_folder: consider the files of a folder on disk. */
int index_folder(struct index *, const char *path, struct err *);

/*
 * index_best: the newest; belongs to the index. NULL when nothing matches
 * (ERR_MISSING) or when the matches are versions of different things. where
 * stands in front of the message.
 */
const char *index_best(const struct index *, const char *where, struct err *);

void index_free(struct index *);

#endif
