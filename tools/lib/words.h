/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * words.h: argument vectors: built, split from a line, quoted for a shell.
 */
#ifndef NB_WORDS_H
#define NB_WORDS_H

#include <stddef.h>

#include "err.h"

/* Zeroed to begin with. v[n] is NULL once there is a word. */
struct words {
	char	**v;
	size_t	  n, cap;
};

int words_add(struct words *, const char *, struct err *);
int words_addf(struct words *, struct err *, const char *, ...)
    NB_PRINTF(3, 4);

/*
 * words_split: add the words of a line as a shell divides them: at blanks,
 * with '...', "..." (in which \ keeps \ " $ ` only) and \ quoting. Nothing is
 * expanded and no other character has a meaning.
 */
int words_split(struct words *, const char *line, struct err *);

/* words_quote: one line that a shell divides into these words; to be freed. */
char *words_quote(const struct words *, struct err *);

/*
 * words_commas: text with its commas doubled, as QEMU's option values want it
 * (QEMU's manual, "Device URL Syntax" and -drive file=); to be freed.
 */
char *words_commas(const char *text, struct err *);

void words_free(struct words *);

#endif
