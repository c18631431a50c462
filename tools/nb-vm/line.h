/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * line.h: lines to and from a socket in the file system, with a limit.
 */
#ifndef NB_LINE_H
#define NB_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer ones are cut: what is looked for stands at the start. */
#define LINE_MAX_LEN 8192

struct line {
	int	fd;
	char	buf[LINE_MAX_LEN];
	size_t	len;		/* bytes in it that no line was made of */
	char	text[LINE_MAX_LEN];
};

/* line_open: connect to the socket; false with errno. Does not wait. */
bool line_open(struct line *, const char *path);
void line_close(struct line *);

/* line_put: all of it at once, or false. */
bool line_put(const struct line *, const char *text);

/*
 * line_get: the next line without its end, until clock_ms() is `until`; good
 * until the next call. NULL: none came in time, or with *ended no more will.
 */
const char *line_get(struct line *, int64_t until, bool *ended);

#endif
