/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * follow.h: the sum of a file that is still being written, computed by a
 * thread behind the writer. It reads what the file holds, so what an earlier
 * run left there counts like the rest.
 */
#ifndef NB_FOLLOW_H
#define NB_FOLLOW_H

#include <stdint.h>

#include "digest.h"
#include "err.h"

struct follow;

/* follow_new: of the file at fd, which stays the caller's and open. path is
 * for messages, and kept. */
struct follow *follow_new(enum digest_kind, int fd, const char *path,
    struct err *);

/* follow_to: so many bytes are there, and will not change any more. */
void follow_to(struct follow *, uint64_t size);

/* follow_end: there are no more than those; wait for their sum. Once only. */
int follow_end(struct follow *, char hex[DIGEST_HEX_MAX], struct err *);

/* follow_free: ended or not; NULL is accepted. */
void follow_free(struct follow *);

#endif
