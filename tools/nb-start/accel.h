/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * accel.h: what runs the guest's code: this host's processor, or QEMU's
 * translator (tcg).
 */
#ifndef NB_ACCEL_H
#define NB_ACCEL_H

#include <stdbool.h>

#include "arch.h"
#include "err.h"

struct accel {
	const char	*name;		/* as -accel wants it */
	const char	*cpu;		/* as -cpu wants it */
	char		 why[512];	/* why not the host's; "" when there
					 * is nothing to say */
};

/* accel_known: the same name, of those we know; or NULL. */
const char *accel_known(const char *name);

/* accel_check: that name is one we know. */
int accel_check(const char *name, struct err *);

/*
 * accel_choose: want, if it is not NULL, else the host's own if a tiny guest
 * ran in it with that QEMU (a path), else tcg. extra are the words that the
 * user has QEMU given besides; or NULL. Those that name firmware count.
 */
int accel_choose(struct accel *, const char *want, const struct arch *,
    const char *qemu, const char *extra, struct err *);

#endif
