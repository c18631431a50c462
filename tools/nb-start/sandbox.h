/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sandbox.h: what QEMU is to do without, by its own -sandbox (seccomp).
 */
#ifndef NB_SANDBOX_H
#define NB_SANDBOX_H

#include "vm.h"

/*
 * sandbox_value: the value of -sandbox for this VM; NULL: the option is left
 * out, since it was not wanted, since something that was asked for could not be
 * had with it, or since this QEMU was built without.
 */
const char *sandbox_value(const struct vm *);

#endif
