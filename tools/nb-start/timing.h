/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * timing.h: how long a boot took: until the kernel spoke, until init did, and
 * until a forwarded port answered.
 */
#ifndef NB_TIMING_H
#define NB_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forward.h"

struct pollfd;

/* Connections that wait for an answer, at most. */
#define TIMING_ASKING 32

/* Longer than what tells a kernel's line from others. */
#define TIMING_LINE 64

/* Zeroed to begin with, but for the first two. Times in microseconds of
 * clock_us(); 0 is not yet. */
struct timing {
	struct forward port;		/* that is asked; hostport 0: none */
	int64_t	 exec;			/* when it all began */
	int64_t	 kernel;		/* the console's first byte */
	int64_t	 init;			/* its first that is not the kernel's */
	int64_t	 answer;		/* the port's first byte */

	/* timing.c's own */
	char	 line[TIMING_LINE];	/* the start of the present line */
	size_t	 len;
	int64_t	 began;			/* when that line did */
	bool	 stamped;		/* a kernel's line has been seen */
	int	 asking[TIMING_ASKING];	/* sockets plus one; 0: none */
	bool	 asked[TIMING_ASKING];	/* it was written to */
	size_t	 oldest;		/* of them */
	int64_t	 next;			/* when the next is opened */
};

/* All that can be known is. */
bool timing_done(const struct timing *);

/* timing_console: the next n bytes of the console. */
void timing_console(struct timing *, const char *buf, size_t n);

/*
 * timing_poll: fill p (TIMING_ASKING) with what is waited for, how many; less
 * *wait milliseconds (-1: for ever) if it is sooner that there is something to
 * do. timing_look: do it, after poll(2) filled p.
 */
size_t timing_poll(const struct timing *, struct pollfd *p, int *wait);
void timing_look(struct timing *, const struct pollfd *p, size_t n);

/* timing_close: no more questions. */
void timing_close(struct timing *);

/*
 * timing_say: one line about one boot; timing_table: a line each for n of
 * them, then their medians and the values that nine of ten do not exceed, to
 * standard output.
 */
void timing_say(const struct timing *, const char *service);
void timing_table(const struct timing *, size_t n);

#endif
