/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * turn.h: who works on what, so that others wait for their turn.
 *
 * Who works on a name has a lock of fcntl(2) on a byte of a file, and has
 * written in that file who it is; who works on all names, a lock on all of it.
 * Such a lock ends with its process, however that ends, so what is written says
 * something only as long as there is one.
 */
#ifndef NB_TURN_H
#define NB_TURN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

#define TURN_SIZE 256

struct turn {
	const char	*path;		/* of the file; made when needed */
	const char	*name;		/* NULL: all names */
};

/* Who has it. */
struct turn_holder {
	pid_t		 pid;		/* of the lock; 0: not known here */
	pid_t		 whose;		/* who it is for; 0: not known */
	int64_t		 since;		/* seconds since 1970 */
	char		 what[TURN_SIZE];	/* its command; "" */
};

/*
 * turn_open: the file, as a descriptor that is kept by exec(2). -1 with
 * ERR_MISSING: it cannot be made or written to here.
 */
int turn_open(const struct turn *, struct err *);

/*
 * turn_try: 1: it is ours, written down as whose and what's; 0: another has
 * it, h says who; -1: error, with ERR_MISSING when the file system has no
 * locks. *fd may be another after it, when somebody removed the file.
 */
int turn_try(const struct turn *, int *fd, pid_t whose, const char *what,
    struct turn_holder *h, struct err *);

/* turn_look: who has it: 1, 0 (nobody), or -1. */
int turn_look(const struct turn *, int fd, struct turn_holder *,
    struct err *);

/* turn_text: "process 12, bmake base, since 14:03:22". */
#define TURN_TEXT (TURN_SIZE + 64)
void turn_text(const struct turn_holder *, char text[TURN_TEXT]);

#endif
