/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confine_filter.h: system calls that a program has no use for (confine.h).
 */
#ifndef NB_CONFINE_FILTER_H
#define NB_CONFINE_FILTER_H

#include <stdbool.h>

/*
 * confine_filter: from now on they fail with EPERM, in this thread and those
 * that it makes; without `network` sockets do, too. no_new_privs has to be
 * set. Returns false where there is no such filter.
 */
bool confine_filter(bool network);

#endif
