/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf.h: VM configuration files. They look like shell and are data: nothing
 * in them is ever run. nb.conf(5) has the grammar.
 */
#ifndef NB_CONF_H
#define NB_CONF_H

#include "settings.h"
#include "words.h"

/*
 * conf_read: the assignments of the file at path. What is no setting is a
 * variable for later lines; each that nothing uses leaves a line in unused.
 * Errors begin with path and line.
 */
int conf_read(struct settings *, const char *path, struct words *unused,
    struct err *);

/* conf_load: the file's bytes, to be freed; what is too long is cut short, but
 * long enough for conf_scan to refuse it. */
char *conf_load(const char *path, size_t *len, struct err *);

/* Called for each assignment, in order: its name, and where its lines begin
 * and end. */
typedef int conf_seen(void *, const char *name, size_t namelen, size_t from,
    size_t to, struct err *);

/*
 * conf_scan: as conf_read, from a text that is there already; path is for
 * messages. Carriage returns before newlines become blanks. unused and seen
 * may be NULL.
 */
int conf_scan(struct settings *, const char *path, char *text, size_t len,
    struct words *unused, conf_seen *seen, void *arg, struct err *);

#endif
