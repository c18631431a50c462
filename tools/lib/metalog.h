/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * metalog.h: METALOG, the mtree(5) file that holds what an unprivileged user
 * cannot store in a stage: owner, group, mode, device nodes.
 *
 * Written: one full path a line ("./etc/rc type=file uid=0 gid=0 mode=0644
 * size=3 time=0.000000000"), parents first, sorted, names encoded as vis(3)
 * does with octal escapes; NetBSD's mtree and makefs and libarchive read it.
 * Read: that, and the wider form with /set, /unset, "..", and line
 * continuation, by which people write such files. Source: NetBSD mtree(5).
 */
#ifndef NB_METALOG_H
#define NB_METALOG_H

#include <stdio.h>

#include "entry.h"
#include "err.h"

/*
 * The first line of what metalog_head writes. libarchive knows the format by
 * its first word; nb-untar knows by all of it a stage that it may replace.
 */
#define METALOG_HEAD "#mtree: a stage of nb-untar"

struct metalog;

/* metalog_open: read the file path. Freed by metalog_close. */
struct metalog *metalog_open(const char *path, struct err *);

/*
 * metalog_next: 1: the entry is filled, its strings live until the next call,
 * and *contents the file that `contents=` names, or NULL; 0: the end; -1:
 * error, with file and line. Entries without a time are ENTRY_UNDATED; a FILE
 * without a size has size UINT64_MAX. nlink, flags and sums are passed over.
 * A file that has another size at its end than when it was opened is refused.
 */
int metalog_next(struct metalog *, struct entry *, const char **contents,
    struct err *);

/* metalog_line: the line on which the present entry, or error, is or ends. */
unsigned metalog_line(const struct metalog *);

void metalog_close(struct metalog *);

/* metalog_head, metalog_write: the first line, and one entry, to a stream.
 * ENTRY_HARDLINK is not for mtree(5): give the kind of what it links to.
 * Errors are the stream's (ferror). */
void metalog_head(FILE *);
void metalog_write(FILE *, const struct entry *);

#endif
