/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * terminal.h: the terminal as it was before QEMU had it.
 */
#ifndef NB_TERMINAL_H
#define NB_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

/* What QEMU changes of a terminal: its modes and, for the descriptors that
 * share its open file, O_NONBLOCK. */
struct terminal {
	struct termios	modes;
	bool		saved;		/* standard input is a terminal */
	int		flags[3];	/* of descriptors 0 to 2; -1: none */
};

void terminal_save(struct terminal *);
void terminal_restore(const struct terminal *);

#endif
