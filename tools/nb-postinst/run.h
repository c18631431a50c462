/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * run.h: a program started, waited for with a limit, and stopped with all
 * that it started.
 */
#ifndef NB_POSTINST_RUN_H
#define NB_POSTINST_RUN_H

#include <sys/types.h>

#include "err.h"

/* Where what runs finds a socket of ours. All other descriptors but the
 * standard ones are closed. */
#define RUN_SOCKET 3

struct run {
	char *const	*argv;		/* argv[0] is the program's path */
	char *const	*env;
	unsigned	 seconds;	/* 0: no limit */
	int		 out;		/* its stdout and stderr; -1: they are
					 * passed on to ours */
	/* called in the child before anything else; -1 with errno */
	int		(*enter)(void);
	/* called with our end of the socket, before; -1 with errno */
	int		(*prepare)(int sock);
	/* called when something comes through the socket; starts a process
	 * that ends when what runs has; 0: none, -1 with errno */
	pid_t		(*serve)(void *ctx, int sock);
	void		*ctx;
};

enum run_end {
	RUN_EXITED,		/* *status: its exit status */
	RUN_KILLED,		/* *status: the signal that it died of */
	RUN_LATE,		/* the limit came first */
	RUN_FORSAKEN,		/* what serve started failed */
	RUN_STOPPED		/* we were told to stop; *status: the signal */
};

/*
 * run_start: from now on HUP, INT, QUIT and TERM stop what runs instead of
 * killing us, PIPE does nothing, and what a child leaves behind becomes ours
 * to wait for.
 */
void run_start(void);

/*
 * run: with standard input from /dev/null and a umask of 022. When it returns
 * none of its descendants lives. -1: it could not be started.
 */
int run(const struct run *, enum run_end *, int *status, struct err *);

/* run_stopped: the signal that told us to stop, or 0. */
int run_stopped(void);

#endif
