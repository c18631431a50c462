/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stagedir.h: a stage's folder, which appears whole or not at all.
 *
 * It is made as PATH.part, locked meanwhile, and renamed to PATH. What stood
 * at PATH has to be nothing, an empty folder, or an old stage (known by the
 * first line of its METALOG); that is renamed to PATH.old and removed at the
 * end. A killed run leaves PATH.part and, between two renames, PATH.old with
 * no PATH: the next one of the same name sets that right.
 */
#ifndef NB_STAGEDIR_H
#define NB_STAGEDIR_H

#include <stdio.h>

#include "err.h"

#define STAGE_METALOG "METALOG"

struct confine;
struct stagedir;

/* stagedir_open: make and lock PATH.part, with the head of its METALOG. */
struct stagedir *stagedir_open(const char *path, struct err *);

/* The descriptor of PATH.part, and its METALOG; both the stagedir's. */
int stagedir_fd(const struct stagedir *);
FILE *stagedir_metalog(const struct stagedir *);

/* stagedir_part: the name PATH.part, for messages. */
const char *stagedir_part(const struct stagedir *);

/* stagedir_confine: what is left to do may be done (confine.h). */
void stagedir_confine(const struct stagedir *, struct confine *);

/*
 * stagedir_commit: close METALOG and publish. 0: nothing is left to do but
 * stagedir_free. -1: the stage is not in place; or, with *placed set, it is,
 * but the old one could not be removed.
 */
int stagedir_commit(struct stagedir *, int *placed, struct err *);

/* stagedir_undo: remove METALOG and PATH.part, of which all else has been
 * removed. May be called from a signal handler. */
void stagedir_undo(const struct stagedir *);

void stagedir_free(struct stagedir *);

#endif
