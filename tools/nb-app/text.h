/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * text.h: a text that grows.
 */
#ifndef NB_TEXT_H
#define NB_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Zeroed to begin with; s is to be freed. */
struct text {
	char	*s;		/* ends in a NUL, once there is any */
	size_t	 len, cap;
};

/* false: no memory, and the text is as it was. */
bool text_add(struct text *, const void *, size_t);
bool text_addf(struct text *, const char *, ...) NB_PRINTF(2, 3);

#endif
