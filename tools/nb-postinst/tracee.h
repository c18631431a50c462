/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tracee.h: a thread that is traced, and the system call that it has stopped
 * at (Linux, ptrace(2)).
 */
#ifndef NB_POSTINST_TRACEE_H
#define NB_POSTINST_TRACEE_H

#include <sys/types.h>

#include <stdint.h>

struct tracee_call {
	int		nr;
	uint64_t	args[6];
};

/* tracee_seize: trace that process and all that it starts. They do not outlive
 * their tracer. -1 with errno. */
int tracee_seize(pid_t);

/* tracee_call: which call it has stopped at. -1 with errno. */
int tracee_call(pid_t, struct tracee_call *);

/* tracee_return: let the call return 0 or that errno, undone. */
void tracee_return(pid_t, int error);

/* tracee_stopped: let one go on that wait(2) told of with this status, but
 * for a call that it stopped at. What it was: */
enum tracee_event {
	TRACEE_CALL,		/* it waits for an answer, and tracee_go */
	TRACEE_FORK,		/* it started another */
	TRACEE_OTHER
};
enum tracee_event tracee_stopped(pid_t, int status);

void tracee_go(pid_t);

#endif
