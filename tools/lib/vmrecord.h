/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vmrecord.h: what is known of a VM that runs, in a file.
 *
 * Lines of a key, a blank and a value, in which \n and \\ stand for a newline
 * and a backslash. A key may come several times.
 */
#ifndef NB_VMRECORD_H
#define NB_VMRECORD_H

#include <stdint.h>

#include "words.h"

/* Zeroed to begin with. */
struct vmrecord {
	struct words lines;	/* "key value" */
};

int vmrecord_add(struct vmrecord *, struct err *, const char *key,
    const char *fmt, ...) NB_PRINTF(4, 5);

/* vmrecord_set: in the place of the one of that key, if there is one. */
int vmrecord_set(struct vmrecord *, struct err *, const char *key,
    const char *fmt, ...) NB_PRINTF(4, 5);

/* vmrecord_get: the first value of that key; NULL when there is none. */
const char *vmrecord_get(const struct vmrecord *, const char *key);

/* vmrecord_text: the same, "" when there is none. */
const char *vmrecord_text(const struct vmrecord *, const char *key);

/* vmrecord_next: the values of that key one after the other, from *at = 0. */
const char *vmrecord_next(const struct vmrecord *, const char *key,
    size_t *at);

/* vmrecord_number: 0 when there is none. */
int64_t vmrecord_number(const struct vmrecord *, const char *key);

/* vmrecord_read: ERR_MISSING when there is no such file. */
int vmrecord_read(struct vmrecord *, const char *path, struct err *);

/* vmrecord_write: whole or not at all. */
int vmrecord_write(const struct vmrecord *, const char *path, struct err *);

void vmrecord_free(struct vmrecord *);

#endif
