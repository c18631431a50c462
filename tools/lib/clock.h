/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * clock.h: time that only goes on, and a moment in words.
 */
#ifndef NB_CLOCK_H
#define NB_CLOCK_H

#include <stdint.h>
#include <time.h>

/* clock_ms: milliseconds since some moment before the program began. */
int64_t clock_ms(void);

/* clock_us: microseconds since the same moment. */
int64_t clock_us(void);

/* clock_moment: t as a person of here and now says it: 14:03:22, or with the
 * date if that was another day. "" when it is none. */
#define CLOCK_MOMENT 32
void clock_moment(time_t t, char text[CLOCK_MOMENT]);

#endif
