/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf.h: VM configuration files. They look like shell and are data: nothing
 * in them is ever run. nb.conf(5) has the grammar.
 */
#ifndef NB_CONF_H
#define NB_CONF_H

#include "settings.h"
#include "words.h"

/*
 * conf_read: the assignments of the file at path. What is no setting is a
 * variable for later lines; each that nothing uses leaves a line in unused.
 * Errors begin with path and line.
 */
int conf_read(struct settings *, const char *path, struct words *unused,
    struct err *);

#endif
