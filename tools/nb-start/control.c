/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * control.c: what a guest says on its first console socket.
 */
#include <string.h>

#include "control.h"

/* The guest's shutdown script writes it when all is unmounted. */
static const char stop[] = "JEMATA!";

/* What a guest that was started for a job writes as its last. */
static const char done[] = "EXIT ";

/* Whether the line that has ended is a status. */
static bool
is_exit(struct control *c)
{
	size_t end = c->len < sizeof(c->line) ? c->len : sizeof(c->line) - 1;
	const char *p = c->line + strlen(done);
	int n = 0;

	c->line[end] = '\0';
	if (strncmp(c->line, done, strlen(done)) != 0 || *p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9' && n <= 255; p++)
		n = n * 10 + (*p - '0');
	if (n > 255 || (*p != '\0' && *p != ' '))
		return false;
	c->exit = n;
	c->reason = p + (*p == ' ');
	return true;
}

enum control_word
control_feed(struct control *c, const char *buf, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* The guest's tty may have made "\r\n" of its newline. */
		if (buf[i] == '\n' || buf[i] == '\r') {
			bool end = c->status && is_exit(c);

			c->len = 0;
			if (end)
				return CONTROL_EXIT;
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
