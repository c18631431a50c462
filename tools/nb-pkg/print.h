/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * print.h: a plan, for programs and for people.
 */
#ifndef NB_PRINT_H
#define NB_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "resolve.h"

struct form;

/* form_find: "files", "names", "sums" or "table"; NULL: none of these. */
const struct form *form_find(const char *);

/* plan_print: to a stream, whose errors are its own (ferror). folder is where
 * files that are not local are, or will be; or NULL. */
void plan_print(const struct plan *, const struct form *, const char *folder,
    FILE *);

/* plan_say: what is added and how large it is (diag_say): the sum, and when
 * each is set a line a package. Files in folder need no download. */
void plan_say(const struct plan *, const char *folder, bool each);

#endif
