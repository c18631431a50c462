/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * diag.h: what the programs say and how they end.
 *
 * Every message has the shape `program: object: reason`, one line, on
 * standard error. Exit statuses: 0 done, 1 failed, 2 usage.
 */
#ifndef NB_DIAG_H
#define NB_DIAG_H

#include <stdbool.h>

#include "err.h"

#if defined(__GNUC__)
#define NB_NORETURN __attribute__((__noreturn__))
#else
#define NB_NORETURN
#endif

#define EXIT_USAGE 2

/*
 * diag_start: the name in front of messages; argv0 as main() was given it. Of the
 * three standard descriptors none is free from then on.
 */
void diag_start(const char *argv0);

/* diag_quiet: from now on diag_say and diag_warn print nothing. Errors are
 * always shown. */
void diag_quiet(bool);
bool diag_is_quiet(void);

/* diag_colour: whether fd is a terminal that wants colour and cursor motion
 * (NO_COLOR unset, TERM set and not "dumb"). */
bool diag_is_terminal(int fd);

/* diag_say: progress that a person wants to read, unless quiet; to stderr. */
void diag_say(const char *, ...) NB_PRINTF(1, 2);
/* diag_warn: what was done may not be what was meant. */
void diag_warn(const char *, ...) NB_PRINTF(1, 2);
void diag_error(const char *, ...) NB_PRINTF(1, 2);

/* diag_fail: print e and return the exit status that it calls for. */
int diag_fail(const struct err *e);

/* diag_usage: print "usage: " and the text, and return EXIT_USAGE. */
int diag_usage(const char *text);

#endif
