/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * death.c: the signals that end a program.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "death.h"

static const int death[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
#define NDEATH (sizeof(death) / sizeof(death[0]))

void
death_add(sigset_t *set)
{
	size_t i;

	for (i = 0; i < NDEATH; i++)
		(void)sigaddset(set, death[i]);
}

void
death_hold(sigset_t *saved)
{
	sigset_t set;

	(void)sigemptyset(&set);
	death_add(&set);
	(void)sigprocmask(SIG_BLOCK, &set, saved);
}

void
death_release(const sigset_t *saved)
{
	int saved_errno = errno;

	(void)sigprocmask(SIG_SETMASK, saved, NULL);
	errno = saved_errno;
}

void
death_catch(const struct sigaction *sa)
{
	struct sigaction old;
	size_t i;

	for (i = 0; i < NDEATH; i++) {
		if (sigaction(death[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			(void)sigaction(death[i], sa, NULL);
	}
}

void
death_last(void (*handler)(int))
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sa.sa_flags = (int)SA_RESETHAND;
	(void)sigemptyset(&sa.sa_mask);
	death_add(&sa.sa_mask);
	death_catch(&sa);
}

void
death_default(void)
{
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < NDEATH; i++)
		(void)sigaction(death[i], &sa, NULL);
}
