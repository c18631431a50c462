/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * trim.h: from a stage and a sailor.conf to the METALOG of what is kept.
 */
#ifndef NB_TRIM_H
#define NB_TRIM_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"

struct trim {
	struct conf	*conf;
	const char	*metalog;	/* the stage's */
	const char	*output;	/* NULL: none is written */
	const char	*prefix;	/* "/usr/pkg" */
	const char	*before;	/* METALOG of before scripts, or NULL */
	char		*const *layers;	/* all of these is kept */
	size_t		 nlayers;
	bool		 verbose;	/* why, to standard output */
	void		(*warn)(const char *line);

	/* filled by trim_stage */
	uint64_t	 files, all_files;
	uint64_t	 bytes, all_bytes;
};

int trim_stage(struct trim *, struct err *);

#endif
