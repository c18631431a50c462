/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * taken.h: images that another VM has.
 */
#ifndef NB_TAKEN_H
#define NB_TAKEN_H

#include "vm.h"

/*
 * taken_check: that no other VM has a disk of this one's in a way that QEMU
 * would refuse, or says which has. QEMU looks for itself, too: here is only
 * the better word, and what comes in between is QEMU's to find.
 */
int taken_check(const struct vm *, struct err *);

#endif
