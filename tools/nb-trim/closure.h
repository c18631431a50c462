/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * closure.h: what the files that are kept want of others: libraries,
 * interpreters, and where links lead.
 */
#ifndef NB_CLOSURE_H
#define NB_CLOSURE_H

#include "keep.h"

struct closure;

/* closure_new: contents are below the folder dir; prefix is the LOCALBASE. All
 * stay the caller's, and live as long. */
struct closure *closure_new(struct keep *, int dir, const char *prefix,
    struct err *);

/*
 * closure_run: keep all that is wanted, until nothing is. A file that cannot
 * be read is an error; a damaged ELF file is kept as it is, and warned about.
 */
int closure_run(struct closure *, void (*warn)(const char *line), struct err *);

/* closure_missing: tell of what is wanted and not there, a line each. */
void closure_missing(const struct closure *, void (*warn)(const char *line));

void closure_free(struct closure *);

#endif
