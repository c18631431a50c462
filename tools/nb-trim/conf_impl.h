/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf_impl.h: what conf.c (variables, files) and grammar.c (lines) share.
 */
#ifndef NB_CONF_IMPL_H
#define NB_CONF_IMPL_H

#include "conf.h"

struct var {
	struct var	*next;
	char		*name;
	struct text	 value;
	struct place	 place;		/* of the last assignment */
	bool		 used;		/* somewhere as $name */
	bool		 own;		/* set by the program, not by a file */
};

/* A file being read. */
struct source {
	struct conf	*conf;
	const char	*path;		/* lives as long as conf */
	const char	*p, *end;	/* the next byte, and the last's end */
	unsigned	 line;		/* of the next byte, from 1 */
	unsigned	 depth;		/* of files that read files */
	unsigned	 nest;		/* of ${name:-...} in such */
};

/* grammar_read: all lines of a file. */
int grammar_read(struct source *, struct err *);

/* conf_find: a variable, or NULL. */
struct var *conf_find(const struct conf *, const char *name);

/* conf_use: append the value of a variable to t, as $name in an assignment to
 * `to`, which is told if it has none. */
int conf_use(struct source *, const char *name, const char *to,
    struct text *t, struct err *);

/* conf_set: value becomes name's; it is taken over, and empty afterwards. */
int conf_set(struct source *, const char *name, struct text *value,
    struct place, struct err *);

/* conf_include: read another file, as `. name` in s does. */
int conf_include(struct source *s, const char *name, struct err *);

/* conf_error: err_set with the present file and line before it; -1. */
int conf_error(const struct source *, struct err *, const char *, ...)
    NB_PRINTF(3, 4);

#endif
