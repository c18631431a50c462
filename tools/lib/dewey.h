/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * dewey.h: the order of version numbers in pkgsrc.
 *
 * Source: pkg_info(1) and the pkgsrc guide, "Dewey decimal versions": numbers
 * are divided by dots; alpha, beta, rc (and pre) come before the version they
 * stand behind, pl is a dot, a letter is a dot and its place in the
 * alphabet, and nbN, the revision of the package, decides last.
 */
#ifndef NB_DEWEY_H
#define NB_DEWEY_H

/* dewey_compare: less than, equal to or greater than 0 as a is older, equal
 * or newer than b. */
int dewey_compare(const char *a, const char *b);

#endif
