/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * slurp.h: small files, read whole.
 */
#ifndef NB_SLURP_H
#define NB_SLURP_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/*
 * slurp: a regular file of at most max bytes, with a NUL behind them; to be
 * freed. flags are further ones of open(2), O_NOFOLLOW or 0. `other` is what is
 * said of what is not such a file. NULL on failure.
 */
char *slurp(const char *path, int flags, size_t max, const char *other,
    size_t *len, struct err *);

/*
 * slurp_line: what a file has in len - 1 bytes, as a string, a newline at its
 * end taken off. False when that is nothing, or it is a symbolic link.
 */
bool slurp_line(const char *path, char *buf, size_t len);

#endif
