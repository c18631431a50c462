/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stage.h: layers to a stage: a folder that any user can own, and a METALOG
 * in it that holds what such a user cannot store.
 */
#ifndef NB_STAGE_H
#define NB_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct stage_job {
	const char	*path;
	char		*const *layers;
	size_t		 nlayers;
	bool		 confine;	/* the process does nothing else: it is
					 * confined to this (confine.h) */
	/* filled by stage_make */
	uint64_t	 files;		/* entries in METALOG */
	uint64_t	 bytes;		/* of content */
	const char	*unconfined;	/* as confine_end, if confine */
	struct err	 hidden;	/* tree_hidden's warning, or no text */
};

/*
 * stage_make: whole or not at all (stagedir.h). While it runs INT, TERM, HUP
 * and QUIT remove what was made and end the process.
 */
int stage_make(struct stage_job *, struct err *);

#endif
