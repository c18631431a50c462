/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pattern.h: patterns of packages' names, as DEPENDS and CONFLICTS have them.
 *
 *	foo>=1.2<3		versions, by dewey.h: <, <=, >, >=, and two of
 *				them as a range
 *	foo-[0-9]*, foo-1.?	shell patterns
 *	foo-1.0			that one
 *	foo			any version of it
 *	{a,b}-[0-9]*		alternates, which may be nested
 *
 * Source: pkg_info(1), "Package wildcards", and what pkg_add(1) does: an
 * operator counts before a glob, and what is neither, or a glob that does not
 * match, is tried once more with -[0-9]* behind it.
 */
#ifndef NB_PATTERN_H
#define NB_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define PATTERN_MAX 1024	/* bytes with the NUL, after alternates */

/*
 * pattern_each: call fn with each pattern that the alternates make, in their
 * order, until it does not return 0. Returns what fn did, or 0; -1 and err
 * when braces do not match or there are too many alternates.
 */
int pattern_each(const char *pattern, int (*fn)(void *, const char *plain,
    struct err *), void *ctx, struct err *);

/* pattern_plain: whether a pattern without alternates matches a name. */
bool pattern_plain(const char *plain, const char *name);

/* pattern_match: 1, 0, or -1 as of pattern_each. */
int pattern_match(const char *pattern, const char *name, struct err *);

/* pattern_prefix: how many bytes at its start all names begin with that a
 * pattern without alternates matches. */
size_t pattern_prefix(const char *plain);

/* pattern_base: how many bytes at its start look like a package's name
 * without a version; 0 when it begins with something else. */
size_t pattern_base(const char *pattern);

/* pattern_version: the version in a package's name, behind the last '-', or
 * NULL. */
const char *pattern_version(const char *name);

#endif
