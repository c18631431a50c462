/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vars.h: the variables that a service may set (mk/variables).
 */
#ifndef NB_VARS_H
#define NB_VARS_H

#include <stddef.h>

#include "err.h"

struct var {
	char	*name;
	char	*who;		/* service, own, call */
	char	*values;	/* a kind, or WORD|WORD|... */
};

struct vars {
	struct var *list;
	size_t	 n, cap;
};

int vars_read(struct vars *, const char *path, struct err *);

/* vars_find: NULL: there is none. */
const struct var *vars_find(const struct vars *, const char *name);

/* vars_nearest: the one whose name is most like that one; NULL: none is. */
const struct var *vars_nearest(const struct vars *, const char *name);

void vars_free(struct vars *);

#endif
