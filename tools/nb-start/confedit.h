/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confedit.h: changing a conf without touching what is not to be changed.
 */
#ifndef NB_CONFEDIT_H
#define NB_CONFEDIT_H

#include <stddef.h>

#include "err.h"
#include "settings.h"

struct conf_change {
	const struct setting *setting;	/* one that has a key */
	const char	*value;		/* NULL or "": as if it was never set */
};

/*
 * conf_edit: the text of a conf (text NULL: a new one) with these changes, as
 * a new text that ends in a newline, to be freed. A key that was there is
 * changed where it stood, a new one comes last; comments, variables and all
 * other lines stay as they are. The result has been read as conf_scan reads
 * it, and says of the changed keys what was asked for. path is for messages.
 */
char *conf_edit(const char *path, const char *text, size_t len,
    const struct conf_change *, size_t n, struct err *);

#endif
