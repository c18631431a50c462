/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sums.h: files of checksums, in the three forms that are in use.
 *
 *	SHA512 (base.tar.xz) = 8c5f...		BSD's, NetBSD's releases
 *	8c5f...  base.tar.xz			coreutils', a * before binaries
 *	8c5f...					nothing but the sum
 */
#ifndef NB_SUMS_H
#define NB_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "digest.h"
#include "err.h"

/*
 * sums_find: the sum of name (no folder) in text, the strongest that we can
 * compute. With single, a file whose only sum has another name or none is
 * taken to speak of name: such is FILE.sha256. 1: hex (lower case) and kind
 * are set; 0: not there; -1: what the text says is contradictory. where names
 * the text in messages.
 */
int sums_find(const char *text, size_t len, const char *name, bool single,
    const char *where, char hex[DIGEST_HEX_MAX], enum digest_kind *kind,
    struct err *);

#endif
