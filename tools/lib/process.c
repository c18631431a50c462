/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * process.c: signals to a process, and its end.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "compat.h"
#include "process.h"

/* Without a descriptor its end has to be looked for: milliseconds between. */
#define PROCESS_PAUSE 10

/*
 * Of a process with several threads the first may be a zombie while others
 * still close its files: only the descriptor tells when all have gone.
 */
static bool
is_over(int fd, const struct process_info *info)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return fd != -1 ? poll(&p, 1, 0) == 1 : info->over;
}

static bool
is_there(const struct process *p)
{
	struct process_info info = { .over = false };

	return process_look(p->pid, &info) == 0 && !info.over &&
	    strcmp(info.born, p->born) == 0;
}

bool
process_open(struct process *p, pid_t pid, const char *born)
{
	struct process_info info = { .over = false };

	/* 0 and -1 are many processes to kill(2), and 1 is nobody's VM. */
	if (pid <= 1)
		return false;
	p->pid = pid;
	p->fd = compat_process(pid);
	/*
	 * Who began then and is there now was there when the descriptor was
	 * opened: so the descriptor is his.
	 */
	if (process_look(pid, &info) == 0 && !is_over(p->fd, &info) &&
	    (born == NULL || strcmp(born, info.born) == 0)) {
		(void)snprintf(p->born, sizeof(p->born), "%s", info.born);
		return true;
	}
	process_close(p);
	return false;
}

void
process_close(struct process *p)
{
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

bool
process_signal(const struct process *p, int sig)
{
	if (p->fd != -1)
		return compat_process_signal(p->fd, sig) == 0;
	return is_there(p) && kill(p->pid, sig) == 0;
}

static bool
wait_looking(const struct process *p, int64_t end)
{
	while (is_there(p)) {
		if (end != -1 && clock_ms() >= end)
			return false;
		(void)poll(NULL, 0, PROCESS_PAUSE);
	}
	return true;
}

bool
process_wait(const struct process *p, int64_t ms)
{
	int64_t end = ms == -1 ? -1 : clock_ms() + ms, left;
	struct pollfd pfd = { .fd = p->fd, .events = POLLIN };
	int n;

	if (p->fd == -1)
		return wait_looking(p, end);
	for (;;) {
		left = end == -1 ? 60000 : end - clock_ms();
		n = poll(&pfd, 1, left < 0 ? 0 : left > 60000 ? 60000 :
		    (int)left);
		if (n == 1)
			return true;
		if (n == -1 && errno != EINTR)
			return wait_looking(p, end);
		if (end != -1 && clock_ms() >= end)
			return false;
	}
}
