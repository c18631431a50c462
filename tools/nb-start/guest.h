/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * guest.h: tiny guests that tell whether an accelerator really runs code.
 */
#ifndef NB_GUEST_H
#define NB_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include "arch.h"

#define GUEST_MAX  512		/* bytes of a guest's kernel file */
#define GUEST_BYTE 'K'		/* what it writes to its serial port */

/*
 * guest_make: a kernel for QEMU's -kernel that does a little honest work and
 * then writes GUEST_BYTE. Returns its length.
 *
 * The work is there because a kvm has been seen that emulates each
 * instruction, some millions a second: it does write a byte in time, and
 * takes minutes to boot a kernel.
 */
size_t guest_make(uint8_t file[GUEST_MAX], const struct arch *);

#endif
