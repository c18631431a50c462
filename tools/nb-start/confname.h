/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confname.h: a conf that is not there, and which was meant.
 */
#ifndef NB_CONFNAME_H
#define NB_CONFNAME_H

#include "err.h"

/*
 * confname_missing: when there is no file at path, the error for that is one
 * that names the conf with the name most like it, in its folder or, for a bare
 * name, in etc/; or else says who knows. Any other file leaves it as it is.
 */
void confname_missing(const char *path, struct err *);

#endif
