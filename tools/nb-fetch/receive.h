/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * receive.h: bytes that arrive, on their way into a file: summed as they are,
 * decompressed if wanted, written beside the file they are to replace.
 *
 * What arrived stays when a connection breaks off, and the next one goes on
 * from receive_next; so does the next run, unless it decompresses. A small
 * file is kept in memory until all of it is here.
 */
#ifndef NB_RECEIVE_H
#define NB_RECEIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"
#include "err.h"
#include "folders.h"
#include "part.h"

struct receive;

/* What receive_data and receive_end can return beside 0 and -1. */
#define RECEIVE_BAD	(-2)	/* the bytes are at fault, nothing here */
#define RECEIVE_CHANGED	(-3)	/* they do not go on from what is here */

/*
 * receive_new: begin to replace path. what stands for the bytes in messages;
 * it and path are kept, not copied. kind may be DIGEST_NONE; packed: the sum is
 * that of what is not decompressed yet. length is 0 when it is not known.
 */
struct receive *receive_new(const char *path, const char *what,
    enum digest_kind kind, bool decompress, bool packed, uint64_t length,
    struct err *);

/* receive_resume: go on with the part that a killed run left. NULL without a
 * message when it is not there any more as it was read. */
struct receive *receive_resume(const char *path, enum digest_kind kind,
    const struct part *, struct err *);

/* receive_note: should this process be killed, the next can go on with what is
 * here. That it cannot be written down is no error. */
void receive_note(struct receive *, const struct part *);

/* part_next: from where to go on, a little before the end of what is there,
 * so that it shows when the bytes do not belong together. 0: not worth it. */
uint64_t receive_overlap(uint64_t arrived);
uint64_t receive_next(const struct receive *);

/* receive_from: the next bytes are those from there on. */
int receive_from(struct receive *, uint64_t from);

/* receive_data: 0, -1, RECEIVE_BAD or RECEIVE_CHANGED. */
int receive_data(struct receive *, const void *, size_t, struct err *);

/* receive_end: that was all. hex is the sum of what arrived, "" when none was
 * asked for. */
int receive_end(struct receive *, char hex[DIGEST_HEX_MAX], struct err *);

/*
 * Then, one after the other: receive_write: all of it, to beside the file.
 * mtime is the file's time, or -1 for now. With *changed false, a file that
 * has these very bytes already is left alone; *changed tells then. receive_hurry, receive_settle: to the
 * disk. receive_publish: in its place.
 */
int receive_write(struct receive *, int64_t mtime, bool *changed,
    struct err *);
void receive_hurry(const struct receive *, bool wait);
int receive_settle(struct receive *, struct err *);
int receive_publish(struct receive *, struct folders *, struct err *);

/* Bytes of the file. */
uint64_t receive_size(const struct receive *);

/* receive_stat: once it was written: of it, or of what it is the same as. */
int receive_stat(const struct receive *, struct stat *);

/* receive_abort: leave nothing but what was published; NULL is accepted. */
void receive_abort(struct receive *);

#endif
