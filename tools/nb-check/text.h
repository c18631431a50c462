/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * text.h: a file's content in memory, and its lines.
 */
#ifndef NB_TEXT_H
#define NB_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* More than any script or list of a service has. */
#define TEXT_MAX (1024u * 1024)

struct text {
	char	*data;		/* with a NUL behind */
	size_t	 len;
	bool	 whole;		/* false: it is longer than TEXT_MAX */
};

/* text_read: up to TEXT_MAX bytes of a regular file. */
int text_read(struct text *, const char *path, struct err *);

/*
 * text_line: the line at *p, without its newline, as a string of its own to be
 * freed; *p goes behind it, *line is counted. NULL: the end, or no memory.
 */
char *text_line(const struct text *, const char **p, unsigned *line);

/* text_find: the line on which needle first stands; 0: none. */
unsigned text_find(const struct text *, const char *needle);

/* text_has_word: whether word stands there, not as a part of a longer name. */
bool text_has_word(const struct text *, const char *word);

/* text_last: the number of the last line, at least 1. */
unsigned text_last(const struct text *);

void text_free(struct text *);

#endif
