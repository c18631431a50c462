/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * relay.h: what a script prints, passed on: it gets a pipe, never a terminal
 * that it could read from, or a file that it could open anew.
 */
#ifndef NB_POSTINST_RELAY_H
#define NB_POSTINST_RELAY_H

#include <sys/select.h>

#include <stddef.h>

/* What a pipe takes at once when select(2) says that it takes anything. */
#define RELAY_SIZE 4096

struct relay {
	int	from;			/* -1: it has ended */
	int	to;			/* -1: nobody wants it */
	size_t	len, off;
	char	buf[RELAY_SIZE];
};

/* relay_open: a pipe to be passed on to the descriptor to; the end to write
 * to, or -1 with errno. */
int relay_open(struct relay *, int to);

/* relay_watch: what to wait for; the larger of max and its descriptor. */
int relay_watch(const struct relay *, fd_set *rd, fd_set *wr, int max);

/* relay_move: do what can be done now. */
void relay_move(struct relay *, const fd_set *rd, const fd_set *wr);

void relay_close(struct relay *);

#endif
