/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * registered.c: a VM that nb-vm finds by its name, or one that it does not.
 */
#include "registered.h"
#include "vmreg.h"

const char *
registered_name(const struct registered *r)
{
	return vmrecord_get(&r->record, "name");
}

const char *
registered_file(const struct registered *r, const char *which)
{
	return vmrecord_get(&r->record, which);
}

void
registered_moved(struct registered *r, pid_t pid)
{
	struct err e;

	/* It runs all the same, and who starts it is known: that does. */
	if (*r->dir != '\0')
		(void)vmreg_moved(&r->record, r->dir, pid, &e);
}

bool
registered_clear(const struct registered *r)
{
	if (*r->dir == '\0')
		return false;
	vmreg_clear(&r->record, r->dir);
	return true;
}
