/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * thread.c: a thread begins with the signal mask of who makes it.
 */
#include <signal.h>

#include "thread.h"

bool
thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, saved;
	bool ok;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &saved);
	ok = pthread_create(thread, NULL, run, arg) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
	return ok;
}
