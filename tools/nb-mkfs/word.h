/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * word.h: IMAGE or IMAGE:NAME, divided as layer.h's words are: at the last
 * colon, unless the whole names a file.
 */
#ifndef NB_WORD_H
#define NB_WORD_H

#include "err.h"

struct word {
	char		*path;
	const char	*name;	/* behind the colon, or NULL */
};

int word_divide(struct word *, const char *text, struct err *);
void word_free(struct word *);

#endif
