/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * accel_host.h: the accelerator that the host's system has of its own.
 */
#ifndef NB_ACCEL_HOST_H
#define NB_ACCEL_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* Its name; "" where QEMU knows of none. */
extern const char accel_native[];

/* accel_present: whether it is there; if not, why. */
bool accel_present(char *why, size_t len);

#endif
