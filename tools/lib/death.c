/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * death.c: the signals that end a program.
 */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "death.h"

static const int death[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
#define NDEATH (sizeof(death) / sizeof(death[0]))

static atomic_int holding;	/* threads between hold and release */
static atomic_bool dying;	/* the handler has come */
static void (*last)(int);	/* what it is to do */

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
	(void)atomic_fetch_add(&holding, 1);
	if (!atomic_load(&dying))
		return;
	(void)atomic_fetch_sub(&holding, 1);
	for (;;)	/* another thread is about to end this process */
		(void)pause();
}

void
death_release(const sigset_t *saved)
{
	int saved_errno = errno;

	(void)atomic_fetch_sub(&holding, 1);
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

/* The thread that is interrupted holds nothing: the others come to an end of
 * what they are at, and then to a halt. */
static void
on_last(int sig)
{
	int saved_errno = errno;

	atomic_store(&dying, true);
	while (atomic_load(&holding) > 0)
		(void)poll(NULL, 0, 1);
	errno = saved_errno;
	last(sig);
}

void
death_last(void (*handler)(int))
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	last = handler;
	sa.sa_handler = on_last;
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
