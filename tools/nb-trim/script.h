/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * script.h: the first line of a script.
 */
#ifndef NB_SCRIPT_H
#define NB_SCRIPT_H

#include <stdbool.h>

#include "err.h"
#include "tree.h"

#define SCRIPT_LINE 256		/* bytes that are looked at */

struct script {
	char	interp[SCRIPT_LINE];	/* a full name */
	char	program[SCRIPT_LINE];	/* what env(1) runs, or "" */
};

/* script_read: 1 when the file fd begins with #! and a full name, else 0; -1
 * when it cannot be read. `shown` is its name. */
int script_read(struct script *, int fd, const char *shown, struct err *);

/* script_find: where s->program is, into buf of PATH_LEN_MAX bytes: in PATH as
 * common/basicrc sets it; prefix is the LOCALBASE. */
bool script_find(const struct script *s, const struct tree *,
    const char *prefix, char *buf);

#endif
