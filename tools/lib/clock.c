/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * clock.c: the system's monotonic clock.
 */
#include <time.h>

#include "clock.h"

int64_t
clock_us(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) == -1)
		return 0;
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}
