/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * receive.h: bytes that arrive, on their way into a file: summed as they are,
 * decompressed if wanted, written beside the file they are to replace.
 */
#ifndef NB_RECEIVE_H
#define NB_RECEIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"
#include "err.h"

struct receive;

/* The bytes themselves are at fault, nothing on this side. */
#define RECEIVE_BAD (-2)

/*
 * receive_new: begin to replace path. what stands for the bytes in messages;
 * it and path are kept, not copied. kind may be DIGEST_NONE.
 */
struct receive *receive_new(const char *path, const char *what,
    enum digest_kind kind, bool decompress, struct err *);

/* receive_data: 0, -1 or RECEIVE_BAD. */
int receive_data(struct receive *, const void *, size_t, struct err *);

/* receive_end: that was all. 0, -1 or RECEIVE_BAD. hex is the sum of what
 * arrived, "" when none was asked for. */
int receive_end(struct receive *, char hex[DIGEST_HEX_MAX], struct err *);

/* Bytes that were written to the file. */
uint64_t receive_size(const struct receive *);

/*
 * receive_commit: publish and free. mtime is the file's time, or -1 for now.
 * A file that has these very bytes already is left alone: *changed tells.
 */
int receive_commit(struct receive *, int64_t mtime, bool *changed,
    struct err *);

/* receive_abort: leave nothing; NULL is accepted. */
void receive_abort(struct receive *);

#endif
