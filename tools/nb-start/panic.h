/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * panic.h: a kernel's last words, told apart from what programs print.
 */
#ifndef NB_PANIC_H
#define NB_PANIC_H

#include <stdbool.h>
#include <stddef.h>

#define PANIC_LINE_MAX 256

/* Zeroed to begin with. */
struct panic {
	char	line[PANIC_LINE_MAX];	/* the start of the present line */
	size_t	len;			/* its length, however long */
	char	text[PANIC_LINE_MAX];	/* why it panicked; "" if it did not */
};

/*
 * panic_feed: the next n bytes of the console. True when they have made text
 * known. A kernel's lines begin with its time, `[ 1.0000000] panic: why`;
 * programs have panics of their own, without one.
 */
bool panic_feed(struct panic *, const char *buf, size_t n);

#endif
