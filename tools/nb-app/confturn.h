/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confturn.h: who writes a conf has it to himself: among this program's threads,
 * other nb-apps, and commands run by nb-hold(1) with etc/.lock and NAME.conf.
 */
#ifndef NB_CONFTURN_H
#define NB_CONFTURN_H

#include "err.h"

struct confturn {
	int	fd;	/* -1: there are no locks here */
};

/* confturn_take: -1 when another keeps it for long; else to be given up. */
int confturn_take(struct confturn *, const char *name, struct err *);
void confturn_give(struct confturn *);

#endif
