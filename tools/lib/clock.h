/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * clock.h: time that only goes on.
 */
#ifndef NB_CLOCK_H
#define NB_CLOCK_H

#include <stdint.h>

/* clock_ms: milliseconds since some moment before the program began. */
int64_t clock_ms(void);

/* clock_us: microseconds since the same moment. */
int64_t clock_us(void);

#endif
