/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * control.c: what a guest says on its first console socket.
 */
#include <string.h>

#include "control.h"

/* The guest's shutdown script writes it when all is unmounted. */
static const char stop[] = "JEMATA!";

enum control_word
control_feed(struct control *c, const char *buf, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* The guest's tty may have made "\r\n" of its newline. */
		if (buf[i] == '\n' || buf[i] == '\r') {
			c->len = 0;
			continue;
		}
		if (c->len < sizeof(c->line))
			c->line[c->len] = buf[i];
		c->len++;
		if (c->len == strlen(stop) &&
		    memcmp(c->line, stop, strlen(stop)) == 0)
			return CONTROL_STOP;
	}
	return CONTROL_NONE;
}
