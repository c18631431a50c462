/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * list.h: what is in an image, as text.
 */
#ifndef NB_LIST_H
#define NB_LIST_H

#include <stdio.h>

#include "err.h"
#include "fsread.h"

/* A form is one row. */
struct list_form {
	const char	*name;	/* "json"; NULL: what is listed by default */
	const char	*help;
	void		(*head)(FILE *);	/* or NULL */
	void		(*entry)(FILE *, const struct fsread_entry *);
};

extern const struct list_form *const list_forms[];	/* ends with NULL */

extern const struct list_form list_long, list_json, list_mtree;

/* list_image: all that is in IMAGE or IMAGE:PATTERN, sorted, to f. */
int list_image(const char *word, const struct list_form *, FILE *f,
    struct err *);

#endif
