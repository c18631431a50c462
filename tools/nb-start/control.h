/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * control.h: what a guest says on its first console socket to the one who
 * started it. A microVM cannot switch itself off: it asks.
 */
#ifndef NB_CONTROL_H
#define NB_CONTROL_H

#include <stddef.h>

enum control_word {
	CONTROL_NONE,
	CONTROL_STOP		/* a line that begins with JEMATA! */
};

#define CONTROL_LINE_MAX 16

/* Zeroed to begin with. */
struct control {
	char	line[CONTROL_LINE_MAX];	/* the start of the present line */
	size_t	len;			/* its length, however long */
};

/*
 * control_feed: the first word in the next n bytes, in whatever pieces they
 * come. What follows a word is not looked at.
 */
enum control_word control_feed(struct control *, const char *buf, size_t n);

#endif
