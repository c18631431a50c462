/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * program.h: programs, found as a shell finds them.
 */
#ifndef NB_PROGRAM_H
#define NB_PROGRAM_H

#include "err.h"

/*
 * program_find: the file that name means: itself when it has a slash, else
 * the first in PATH that can be executed. 1: *path is to be freed; 0: there is
 * none; -1: no memory.
 */
int program_find(const char *name, char **path, struct err *);

#endif
