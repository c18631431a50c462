/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * dead.h: servers that did not answer: others are asked first.
 */
#ifndef NB_DEAD_H
#define NB_DEAD_H

#include <stdbool.h>
#include <stddef.h>

/* To begin with, all zeros. */
struct dead {
	char	**servers;	/* URLs up to the path */
	size_t	  n, cap;
};

/* dead_is: whether it is the server of url. */
bool dead_is(const struct dead *, const char *url);

/* dead_add: only a hint: without memory it is not taken. */
void dead_add(struct dead *, const char *url);

void dead_free(struct dead *);

#endif
