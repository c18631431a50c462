/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * remove.h: removes a folder of ours with all that is in it.
 */
#ifndef NB_REMOVE_H
#define NB_REMOVE_H

#include <stdbool.h>

#include "err.h"

/*
 * remove_inside: empty the folder fd, which is closed. The entry `last` goes
 * last: what it says of the folder is true until the end. Nothing is followed,
 * and no mount point is entered. shown stands in front of messages.
 */
int remove_inside(int fd, const char *last, const char *shown, struct err *);

/* remove_is_empty: whether the folder fd, which stays open, has no entries: 1;
 * 0; -1 and errno. */
int remove_is_empty(int fd);

#endif
