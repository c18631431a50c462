/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf.h: a sailor.conf: which files of a system an image keeps.
 *
 * It is written as shell assignments and read as data: nothing in it is ever
 * run. The grammar is that of nb-trim(1).
 */
#ifndef NB_CONF_H
#define NB_CONF_H

#include <stdbool.h>

#include "err.h"
#include "text.h"

struct conf;

/* How files are found and words are told. */
struct conf_ways {
	const char	*service;	/* where /service is on this host */
	const char	*prefix;	/* ${prefix}: "/usr/pkg" */
	void		(*warn)(const char *line);	/* may be NULL */
};

/* conf_open: read the file path, and all that it reads. NULL and err: with
 * file and line. Freed by conf_close; ways live as long. */
struct conf *conf_open(const char *path, const struct conf_ways *,
    struct err *);

/* conf_parse: the same of len bytes at buf; path is their name. */
struct conf *conf_parse(const char *path, const char *buf, size_t len,
    const struct conf_ways *, struct err *);

/* conf_value: of a variable; that of one which is not set is empty. */
const struct text *conf_value(const struct conf *, const char *name);

/* conf_command: the nth value that run_at_build was given; NULL: no more. */
const struct text *conf_command(const struct conf *, size_t n);

/* conf_warn: tell of what was set and is of no use. */
void conf_warn(const struct conf *);

void conf_close(struct conf *);

#endif
