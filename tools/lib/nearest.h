/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nearest.h: which word was meant by one that is none: the one most like it.
 */
#ifndef NB_NEAREST_H
#define NB_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * word_distance: how many letters to put in, leave out, change, or swap with
 * the next (Damerau's distance, of neighbours); WORD_FAR when one is longer
 * than that.
 */
#define WORD_FAR 63
unsigned word_distance(const char *, const char *);

/* word_is_near: a quarter of the word's letters and one more may differ, and
 * at least one has to be right. */
bool word_is_near(unsigned distance, const char *word);

/* word_nearest: of n words, or NULL; n may count NULLs. */
const char *word_nearest(const char *const words[], size_t n,
    const char *word);

#endif
