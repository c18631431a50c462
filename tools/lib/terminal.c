/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * terminal.c: the terminal as it was before QEMU had it.
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "terminal.h"

void
terminal_save(struct terminal *t)
{
	t->saved = tcgetattr(STDIN_FILENO, &t->modes) == 0;
	for (int fd = 0; fd < 3; fd++)
		t->flags[fd] = fcntl(fd, F_GETFL);
}

void
terminal_restore(const struct terminal *t)
{
	sigset_t ttou, old;

	/* From the background a change of modes would stop us. */
	(void)sigemptyset(&ttou);
	(void)sigaddset(&ttou, SIGTTOU);
	(void)sigprocmask(SIG_BLOCK, &ttou, &old);
	if (t->saved)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t->modes);
	for (int fd = 0; fd < 3; fd++) {
		if (t->flags[fd] != -1)
			(void)fcntl(fd, F_SETFL, t->flags[fd]);
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
}
