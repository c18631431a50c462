/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * process.h: other processes, told apart from those that get their number
 * later.
 */
#ifndef NB_PROCESS_H
#define NB_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_BORN 64

struct process_info {
	char	born[PROCESS_BORN];	/* when it began: only to be compared.
					 * No other process of that number has
					 * the same. */
	bool	over;		/* it has ended, or its first thread has, and
				 * its parent has not asked */
	bool	halted;		/* by a signal, as SIGSTOP */
	int64_t	age;		/* milliseconds since it began */
	int64_t	cpu;		/* milliseconds of processor time */
	int64_t	memory;		/* bytes that it has in memory */
};

/* process_look: -1 when there is no such process, or no telling. */
int process_look(pid_t, struct process_info *);

/*
 * process_boot: what this run of the host's system is called; no other has the
 * same. False where it has no name: it has one on Linux.
 */
#define PROCESS_BOOT 37			/* a UUID, as text */
bool process_boot(char id[PROCESS_BOOT]);

/* A process that is there no longer is never taken for the next. */
struct process {
	pid_t	pid;
	int	fd;			/* Linux's pidfd, or -1 */
	char	born[PROCESS_BORN];
};

/*
 * process_open: the process of that number, if it runs and began at `born`
 * (NULL: any). To be closed.
 */
bool process_open(struct process *, pid_t, const char *born);
void process_close(struct process *);

/* process_signal: false when it has ended. */
bool process_signal(const struct process *, int sig);

/* process_wait: until it has ended, or so many milliseconds (-1: any) have
 * passed. Whether it has ended. */
bool process_wait(const struct process *, int64_t ms);

#endif
