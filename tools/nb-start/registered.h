/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * registered.h: a VM that nb-vm finds by its name, or one that it does not.
 */
#ifndef NB_REGISTERED_H
#define NB_REGISTERED_H

#include <stdbool.h>
#include <sys/types.h>

#include "rundir.h"
#include "vmrecord.h"

struct registered {
	struct vmrecord record;		/* with names in it, if it is */
	char	dir[RUNDIR_MAX + 1];	/* where; "" when it is not */
};

/* registered_name: NULL when it is not. */
const char *registered_name(const struct registered *);

/* registered_file: the path of its "qmp", "tty", "ctl" or "log"; NULL when
 * it is not. */
const char *registered_file(const struct registered *, const char *which);

/* registered_moved: the VM is that process from now on. */
void registered_moved(struct registered *, pid_t);

/* registered_clear: it has ended. False when it never was registered. */
bool registered_clear(const struct registered *);

#endif
