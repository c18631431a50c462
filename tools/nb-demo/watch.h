/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.h: runs a VM and waits until its service answers.
 */
#ifndef NB_WATCH_H
#define NB_WATCH_H

#include <stddef.h>
#include <sys/types.h>

#include "err.h"

struct watch {
	char		*url;		/* asked until it answers with 200 */
	char		**argv;		/* the command, NULL at its end */
	double		 limit;		/* seconds to wait for the answer */

	/* filled by watch_run */
	double		 first_output;	/* seconds from exec, or -1 */
	double		 answer;	/* seconds from exec to the 200 */
	char		*page;		/* what the service said; to be freed */
	size_t		 len;
	pid_t		 pid;		/* watch.c's own */
};

/*
 * watch_run: start the command, copy its output to standard output, and end
 * it when the URL answered, when the limit is over, or on INT and TERM. The
 * command is gone when this returns. -1: no 200, with the reason.
 */
int watch_run(struct watch *, struct err *);

/*
 * watch_build: run a command to its end, its output where ours goes. -1 when
 * it fails; *seconds is how long it took.
 */
int watch_build(char *const argv[], double *seconds, struct err *);

/* watch_free_port: a TCP port of 127.0.0.1 that nobody listens on, or -1. */
int watch_free_port(struct err *);

#endif
