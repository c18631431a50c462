/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * control.h: what a guest says on its first console socket to the one who
 * started it. A microVM cannot switch itself off: it asks.
 */
#ifndef NB_CONTROL_H
#define NB_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

enum control_word {
	CONTROL_NONE,
	CONTROL_STOP,		/* a line that begins with JEMATA! */
	CONTROL_EXIT		/* EXIT n, with a reason behind it or not */
};

#define CONTROL_LINE_MAX 256

/* Zeroed to begin with, but for `status`. */
struct control {
	bool	status;			/* EXIT is listened to */
	int	exit;			/* its n, 0 to 255 */
	const char *reason;		/* what stood behind it, or "" */
	char	line[CONTROL_LINE_MAX];	/* the start of the present line */
	size_t	len;			/* its length, however long */
};

/*
 * control_feed: the first word in the next n bytes, in whatever pieces they
 * come. What follows a word is not looked at. EXIT needs its end of line;
 * its reason is good until the next call.
 */
enum control_word control_feed(struct control *, const char *buf, size_t n);

#endif
