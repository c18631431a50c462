/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confs.h: the configured VMs: etc/NAME.conf, read and written as nb-start
 * reads them.
 */
#ifndef NB_CONFS_H
#define NB_CONFS_H

#include <jansson.h>

#include "answer.h"
#include "err.h"

/* confs_names: of all of them, sorted: an array of strings. */
json_t *confs_names(struct err *);

/*
 * confs_get: what NAME.conf says: settings (by key), ports, revision (of the
 * text), and error, why it cannot be used or read, or null. NULL when there is
 * none, or no memory.
 */
json_t *confs_get(const char *name);

/* All take a name that name_ok() let pass; body has been read from a request
 * and may be anything. */
struct answer confs_create(const char *name, const json_t *body);
struct answer confs_change(const char *name, const json_t *body);
struct answer confs_clone(const char *name, const char *to,
    const json_t *body);
struct answer confs_delete(const char *name);

#endif
