/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * text.h: a variable's value, of which each byte knows the line that it was
 * written in, however often it was appended to others since.
 */
#ifndef NB_TEXT_H
#define NB_TEXT_H

#include <stddef.h>

#include "err.h"

/* A line of a file; the name is not the place's own. */
struct place {
	const char	*file;
	unsigned	 line;
};

struct run;	/* bytes from one place */

/* To begin with, all zeros. s has no NUL but the one behind it. */
struct text {
	char		*s;		/* NULL: "" */
	size_t		 len, cap;
	struct run	*runs;
	size_t		 nruns, runcap;
};

#define TEXT_MAX (1u << 20)	/* bytes: more is a loop of appending */

/* text_put: append a byte, written at that place. text_add: append another
 * text, which may be t; the place is where that is asked for. */
int text_put(struct text *t, char c, struct place, struct err *);
int text_add(struct text *t, const struct text *, struct place, struct err *);

/* text_str: its bytes, as a string that is never NULL. */
const char *text_str(const struct text *);

/*
 * text_word: the next word behind *off, divided as the shell divides an
 * unquoted variable, into buf, and its place; *off goes on. 1; 0: no more; -1:
 * it does not fit into size bytes.
 */
int text_word(const struct text *, size_t *off, char *buf, size_t size,
    struct place *);

void text_free(struct text *);

#endif
