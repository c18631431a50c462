/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * summary.h: pkg_summary, the list of all packages of a server.
 *
 * Lines of VARIABLE=VALUE, an empty line between packages; a list is a variable
 * that comes again. Source: NetBSD pkg_summary(5). Variables that are not
 * needed here are passed over.
 */
#ifndef NB_SUMMARY_H
#define NB_SUMMARY_H

#include "repo.h"

struct summary;		/* one being read, piece by piece */

/* summary_new: path stands in messages and must outlive it. */
struct summary *summary_new(struct repo *, const char *path, struct err *);
/* summary_feed: the next piece of the text. */
int summary_feed(struct summary *, const char *, size_t len, struct err *);
/* summary_end: there is no more. */
int summary_end(struct summary *, struct err *);
void summary_free(struct summary *);

/* summary_read: all packages of a file, in gzip's form or plain. */
int summary_read(struct repo *, const char *path, struct err *);

#endif
