/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nobody.h: scripts that root runs, run as nobody.
 *
 * In a user namespace root stays the machine's root to much of the kernel and
 * to daemons that ask a socket who is there (/proc/sys, abstract sockets). So
 * root gives the stage to nobody while scripts run. Nobody may not get to it,
 * nor to the project, where root keeps them: so they appear in a folder of
 * mounts that only this process and its children see.
 */
#ifndef NB_POSTINST_NOBODY_H
#define NB_POSTINST_NOBODY_H

#include "err.h"

#define NOBODY	65534	/* uid and gid, on every Linux */

struct nobody {
	const char	*place;		/* the folder; NULL: not open */
	unsigned	 n;		/* names in it: 0, 1, ... */
};

/*
 * nobody_open: a mount namespace for this process, and in it an empty folder
 * that does not hide the stage. -1 where root has no right to that, as in many
 * containers.
 */
int nobody_open(struct nobody *, const char *stage, struct err *);

/*
 * nobody_bind, nobody_copy: let a file or folder appear in the place, itself
 * or as a copy that belongs to nobody. Return the name there, to be freed;
 * NULL on error.
 */
char *nobody_bind(struct nobody *, const char *path, struct err *);
char *nobody_copy(struct nobody *, const char *path, struct err *);

/* nobody_become: in a child: give up all rights, for good. -1 with errno. */
int nobody_become(void);

/* nobody_close: take the folder away. */
void nobody_close(struct nobody *);

#endif
