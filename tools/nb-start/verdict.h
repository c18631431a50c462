/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict.h: what a probe found, remembered until the host starts again.
 */
#ifndef NB_VERDICT_H
#define NB_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A verdict holds for one QEMU (path, size, time of change), one accelerator,
 * one CPU model and one boot of the host. That it cannot be remembered is no
 * error: then the probe runs again.
 */

/* verdict_get: whether there is one; then *works and why are filled. */
bool verdict_get(const char *qemu, const char *accel, const char *cpu,
    bool *works, char *why, size_t whylen);

void verdict_put(const char *qemu, const char *accel, const char *cpu,
    bool works, const char *why);

#endif
