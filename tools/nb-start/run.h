/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * run.h: QEMU, run in our place, under our eyes, or in the background.
 */
#ifndef NB_RUN_H
#define NB_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"
#include "registered.h"
#include "timing.h"
#include "words.h"

/* Seconds that QEMU gets to end before it is killed. */
#define RUN_GRACE 5

/* What is watched while it runs, and cleared away afterwards. */
struct watch {
	const char *name;	/* of the VM, for messages */
	int	 control;	/* what the guest says comes here; or -1 */
	int	 control_qemu;	/* QEMU's end of it, closed here by run_*; -1 */
	int	 console;	/* the same for a copy of the console */
	int	 console_qemu;
	bool	 status;	/* the guest is to tell its exit status */
	unsigned limit;		/* seconds that it gets; 0: any */
	struct timing *timing;	/* of the boot (timing.h); or NULL */
	void	(*timed)(const struct watch *);	/* when it is done, or the VM
						 * has ended; NULL: the VM is
						 * ended then */
	const char *pidfile;
	const struct words *leftovers;	/* sockets, when QEMU was killed */
	struct registered *known;	/* how nb-vm finds it */
	const char *pty;	/* the console is on one that QEMU opens, and
				 * is shown by this (pty.h); or NULL */
	/* told: where it is, and whether a program shows it. */
	void	(*told)(const struct watch *, const char *path, bool shown);
};

/* run_exec: become the program. Returns only on error. */
int run_exec(const char *path, const struct words *argv,
    const struct watch *, struct err *);

/*
 * run_watched: run the program and wait. What it did to the terminal is
 * undone however it ends. INT, TERM, HUP and QUIT are handed on to it, and
 * after it has gone this process dies of the same signal; when the guest asks
 * for it, it gets a TERM. Returns 0 when it exited with 0; -1 otherwise, with
 * text "" when it has given its reason itself.
 *
 * With w->status returns 0 when the guest's own status is 0, and -1 with the
 * guest's reason and *status set when it is another; it ends by TERM then.
 */
int run_watched(const char *path, const struct words *argv,
    const struct watch *, int *status, struct err *);

/*
 * run_daemon: run the program, which daemonizes itself, until it has done so;
 * and leave behind a process that does as the guest asks until it has gone.
 */
int run_daemon(const char *path, const struct words *argv,
    const struct watch *, struct err *);

/* --- What those two share, in run.c. */

/* run_pipe: a pipe that no program inherits. */
int run_pipe(int fds[2], struct err *);

/*
 * run_start: the program as our child, its output and errors to a descriptor
 * unless that is -1. With vm it is the VM from now on. Returns its pid; -1
 * when it could not be executed. On Linux it gets a TERM should we be killed.
 */
pid_t run_start(const char *path, const struct words *argv, int output,
    struct registered *vm, struct err *);

/* run_clear: QEMU has gone; with killed, it could not do it itself. */
void run_clear(const struct watch *, bool killed);

/* run_judge: 0 when status says so; else -1, with text as above. */
int run_judge(const char *path, int status, struct err *);

#endif
