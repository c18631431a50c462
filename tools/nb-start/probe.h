/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * probe.h: whether a tiny guest runs in an accelerator.
 */
#ifndef NB_PROBE_H
#define NB_PROBE_H

#include "arch.h"
#include "err.h"
#include "words.h"

/* How why begins when QEMU neither ended nor ran the guest. */
#define PROBE_HANGS "a guest of some 10 ms did not end"

/*
 * probe_accel: start qemu with accel, cpu and the words that name its firmware
 * and wait, `limit` milliseconds at most, for the guest's byte. 1: it ran; 0:
 * it did not, and why says so in words that follow "kvm: "; -1: nothing could
 * be tried.
 */
int probe_accel(const char *qemu, const struct arch *, const char *accel,
    const char *cpu, const struct words *firmware, int limit, char *why,
    size_t whylen, struct err *);

#endif
