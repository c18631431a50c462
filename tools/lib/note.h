/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * note.h: what is kept beside a file, as lines of a word and a value: of what
 * the two kinds of notes (origin.h, part.h) have in common.
 */
#ifndef NB_NOTE_H
#define NB_NOTE_H

#include <stdbool.h>

#include "err.h"

/* note_take: *p becomes a copy of value; what it was is freed. */
int note_take(char **p, const char *value, struct err *);

/* note_fits: whether value is there and makes one line. What a server says
 * goes to a file, and back to a server: no surprises. */
bool note_fits(const char *value);

#endif
