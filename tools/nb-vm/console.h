/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * console.h: the console of a VM in the background, on this terminal.
 */
#ifndef NB_CONSOLE_H
#define NB_CONSOLE_H

#include "vmrecord.h"

/*
 * console_attach: until Ctrl-], the end of standard input, or the VM's. The
 * terminal is put back however this ends.
 */
int console_attach(const struct vmrecord *, struct err *);

#endif
