/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stop.h: a VM is brought to its end, gently first.
 */
#ifndef NB_STOP_H
#define NB_STOP_H

#include <stdint.h>

#include "vmrecord.h"

/* What it took. */
enum stop_how {
	STOP_GONE,		/* nothing: it did not run */
	STOP_GUEST,		/* the guest shut down when asked to */
	STOP_BUTTON,		/* the same, by its power button */
	STOP_QUIT,		/* QEMU did, by QMP */
	STOP_TERM,
	STOP_KILL,
	STOP_NOT		/* it runs still */
};

/*
 * stop_vm: within so many milliseconds, the last of which is a KILL's; 0 is
 * that at once. What is left of the VM is cleared away.
 */
enum stop_how stop_vm(const struct vmrecord *, const char *dir, int64_t limit);

/* stop_wait: until it has ended; whether it has, within so many milliseconds
 * (-1: any). */
bool stop_wait(const struct vmrecord *, const char *dir, int64_t limit);

#endif
