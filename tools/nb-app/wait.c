/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * wait.c: waiting for what app.lock protects to change.
 */
#include "app.h"
#include "wait.h"

/* Condition variables go by this clock unless told otherwise, which macOS
 * cannot be. Were it set back, a wait would last longer, once. */
void
wait_until(struct timespec *t, int ms)
{
	(void)clock_gettime(CLOCK_REALTIME, t);
	t->tv_sec += ms / 1000;
	t->tv_nsec += (long)(ms % 1000) * 1000000;
	if (t->tv_nsec >= 1000000000) {
		t->tv_nsec -= 1000000000;
		t->tv_sec++;
	}
}

bool
wait_changed(const struct timespec *until)
{
	return pthread_cond_timedwait(&app.changed, &app.lock, until) == 0;
}
