/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * blame.h: why a plan cannot be: what is said, and which versions were given
 * up for whose sake.
 *
 * All functions that take an err record one line there and return -1, but for
 * blame_add, which does so when there is no memory.
 */
#ifndef NB_BLAME_H
#define NB_BLAME_H

#include "resolve.h"

/* blame_add: from now on p is banned, since by (or the user, if it is NULL)
 * has this pattern. */
int blame_add(struct plan *, struct pkg *p, const struct chosen *by,
    const char *pattern, struct err *);

void blame_free(struct plan *);

/* blame_nothing: the pattern matches nothing that can be chosen; banned is
 * what it would match, or NULL. */
int blame_nothing(const struct plan *, const struct chosen *by,
    const char *pattern, const struct pkg *banned, struct err *);

/* blame_local: it wants another version of a file that was named. */
int blame_local(const struct chosen *by, const char *pattern,
    const struct pkg *local, struct err *);

int blame_conflict(const struct chosen *, const char *pattern,
    const struct chosen *other, struct err *);

/* blame_pattern: e, of pattern.h, is about a variable of this one. */
int blame_pattern(const struct chosen *, const char *variable, struct err *);

#endif
