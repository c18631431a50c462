/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * wish.h: the settings that a page may ask for, and the values that it may
 * ask for: nothing that runs a program, no file that is not in a list.
 */
#ifndef NB_WISH_H
#define NB_WISH_H

#include <jansson.h>

#include "confedit.h"
#include "err.h"

#define WISHES_MAX 32

struct wishes {
	struct conf_change changes[WISHES_MAX];
	char		*values[WISHES_MAX];	/* what they point to */
	size_t		 n;
};

/*
 * wishes_read: from a request's {"settings": {key: value, ...}}, in which null
 * takes a setting away. A key that is not known, or is not for strangers, is an
 * error. Whether nb-start takes a value is for conf_edit to say.
 */
int wishes_read(struct wishes *, const json_t *body, struct err *);
void wishes_free(struct wishes *);

#endif
