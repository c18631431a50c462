/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * clock.c: the system's clocks.
 */
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

void
clock_moment(time_t t, char text[CLOCK_MOMENT])
{
	time_t now = time(NULL);
	struct tm then, today;

	if (localtime_r(&t, &then) == NULL ||
	    strftime(text, CLOCK_MOMENT, localtime_r(&now, &today) != NULL &&
	    today.tm_year == then.tm_year && today.tm_yday == then.tm_yday ?
	    "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &then) == 0)
		text[0] = '\0';
}
