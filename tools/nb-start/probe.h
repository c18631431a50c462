/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * probe.h: whether a tiny guest runs in an accelerator.
 */
#ifndef NB_PROBE_H
#define NB_PROBE_H

#include "arch.h"
#include "err.h"

/*
 * probe_accel: start qemu with accel and cpu and wait, a second at most, for
 * the guest's byte. 1: it ran; 0: it did not, and why says so in words that
 * follow "kvm: "; -1: nothing could be tried.
 */
int probe_accel(const char *qemu, const struct arch *, const char *accel,
    const char *cpu, char *why, size_t whylen, struct err *);

#endif
