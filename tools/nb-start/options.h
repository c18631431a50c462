/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * options.h: the command line, into settings.
 */
#ifndef NB_OPTIONS_H
#define NB_OPTIONS_H

#include "settings.h"

/*
 * options_read: -k file, -kfile, -ds, --kernel file, --kernel=file, --. There
 * are no operands.
 */
int options_read(struct settings *, int argc, char *const argv[],
    struct err *);

/* options_help: the list of options, to standard output. */
void options_help(void);

/* options_usage: the line for a usage error. */
extern const char options_usage[];

#endif
