/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * run.h: QEMU, run in our place or under our eyes.
 */
#ifndef NB_RUN_H
#define NB_RUN_H

#include "err.h"
#include "words.h"

/* run_exec: become the program. Returns only on error. */
int run_exec(const char *path, const struct words *argv, struct err *);

/*
 * run_terminal: run the program on this terminal and wait. What it did to the
 * terminal is undone however it ends. INT, TERM, HUP and QUIT are handed on
 * to it, and after it has gone this process dies of the same signal.
 * Returns 0 when it exited with 0; -1 otherwise, with text "" when it has
 * given its reason itself.
 */
int run_terminal(const char *path, const struct words *argv, struct err *);

#endif
