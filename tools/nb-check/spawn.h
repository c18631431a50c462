/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * spawn.h: other programs that are asked about a file: sh -n, git ls-files.
 */
#ifndef NB_SPAWN_H
#define NB_SPAWN_H

#include <stddef.h>

/*
 * spawn: run argv without input, for ten seconds of the processor's at most.
 * What it says, on either output, goes to buf, as far as it has room, with a
 * NUL. Returns its exit status; -1 when it is not here, or was killed.
 */
int spawn(char *const argv[], char *buf, size_t size);

#endif
