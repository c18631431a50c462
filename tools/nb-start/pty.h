/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pty.h: the console on a pseudo terminal, and a program to look at it.
 */
#ifndef NB_PTY_H
#define NB_PTY_H

#include <stdbool.h>
#include <stddef.h>

#include "words.h"

#define PTY_PATH_MAX 128
#define PTY_LINE_MAX 512

/* What QEMU says while it opens its pty. Zeroed to begin with. */
struct pty {
	char	line[PTY_LINE_MAX];
	size_t	len;
	char	path[PTY_PATH_MAX];	/* "" until it is known */
};

/*
 * pty_feed: the next n bytes that QEMU printed. Lines that do not tell of the
 * pty are handed on to standard error. True when path has become known.
 */
bool pty_feed(struct pty *, const char *buf, size_t n);

/* pty_end: hand on what is left of a line. */
void pty_end(struct pty *);

/*
 * pty_program: the command that shows the terminal at path: the words that
 * the user gave, with path behind them, or picocom for "y". *file is what to
 * execute, to be freed; NULL when there is no picocom.
 */
int pty_program(const char *use, const char *path, struct words *argv,
    char **file, struct err *);

#endif
