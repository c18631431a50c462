/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * choose.h: which VMs are meant.
 */
#ifndef NB_CHOOSE_H
#define NB_CHOOSE_H

#include "rundir.h"
#include "vmrecord.h"

struct chosen {
	char	dir[RUNDIR_MAX + 1];
	struct vmrecord *all;	/* all that there are records of */
	int	nall;
	struct vmrecord **v;	/* those that are meant, some of all */
	int	n;
	char	**missing;	/* names of which there is no record */
	int	nmissing;
};

/*
 * choose: the VMs of that name, or with a slash in it, of that image; without
 * names all. That there is no folder yet means that there are none.
 */
int choose(struct chosen *, char **names, int n, struct err *);
void choose_free(struct chosen *);

#endif
