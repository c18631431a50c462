/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * scratch.h: a target's files: in a folder of its own in TMPDIR, which is
 * removed when the process ends. Whatever fails here aborts.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <stddef.h>

#define SCRATCH_PATH 1024	/* bytes of a path */

/* scratch_path: that of name, which has no "..", into buf. */
void scratch_path(char buf[SCRATCH_PATH], const char *name);

/* scratch_file: make the file name; its path goes to buf. For writing. */
int scratch_file(char buf[SCRATCH_PATH], const char *name);

/* scratch_put: from now on the file has these bytes. */
void scratch_put(int fd, const void *, size_t);

#endif
