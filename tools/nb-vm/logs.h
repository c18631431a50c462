/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * logs.h: what the console of a VM in the background has shown.
 */
#ifndef NB_LOGS_H
#define NB_LOGS_H

#include <stdbool.h>

#include "vmrecord.h"

/*
 * logs_show: to standard output; with follow what it shows from now on, too,
 * until it has ended. r is NULL for one that does not run any more, whose log
 * stays until the next of its name is started.
 */
int logs_show(const char *dir, const char *name, const struct vmrecord *r,
    bool follow, struct err *);

#endif
