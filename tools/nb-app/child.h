/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * child.h: other programs, run with an argv and never a shell.
 */
#ifndef NB_CHILD_H
#define NB_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "err.h"

struct child {
	pid_t	pid;		/* also of its process group */
	int	out;		/* what it writes to standard output */
	int	err;		/* and to standard error; -1: to out too */
	int	in;		/* what it reads, never waited for; -1: nothing */
};

enum { CHILD_MERGED = 1, CHILD_INPUT = 2 };

/*
 * child_start: argv[0] is a path. The child gets none of our descriptors. To
 * be ended by child_wait.
 */
int child_start(struct child *, char *const argv[], int flags, struct err *);

/* child_linger: until it has ended; it is still to be waited for, so that its
 * number is nobody else's. */
void child_linger(const struct child *);

/* child_wait: close its pipes, and its exit status; 128 + n for a signal. */
int child_wait(struct child *);

struct child_said {
	int	status;
	bool	late;		/* it was killed: its time was over */
	char	out[256 * 1024];
	size_t	outlen;
	char	err[8192];	/* without the last newline */
};

/*
 * child_run: run it, for so many seconds at most, and what it said, to be
 * freed. What it wrote that is more than there is room for is dropped. NULL:
 * it could not be run.
 */
struct child_said *child_run(char *const argv[], unsigned seconds,
    struct err *);

#endif
