/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * resolve.h: from names of packages to all that have to be there, in order.
 *
 * What pkg_add(1) would do in an empty system, but all of it before anything is
 * done: a dependency is met by what is there already, else by the newest that
 * its pattern matches, of all alternates. Names asked for come first, and
 * patterns without alternates before those with; a version that somebody
 * further on cannot do with is given up for an older one. All ties are broken
 * by name, so the same words give the same list.
 */
#ifndef NB_RESOLVE_H
#define NB_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "repo.h"

struct chosen {
	struct pkg	*pkg;
	const struct chosen *by;	/* who needs it; NULL: asked for */
	const char	*pattern;	/* by this word */
	struct chosen	**needs;	/* what meets its DEPENDS, each once */
	size_t		 nneeds, cap;
	int		 mark;		/* while it is put in order */
};

struct plan {
	const struct repo *repo;
	const char	*where;		/* for messages: pkg_summary's name */
	bool		 alone;		/* those asked for, and no others */
	void		(*note)(const char *line); /* of cycles; or NULL */
	struct chosen	**list;		/* what is needed stands before who
					 * needs it */
	size_t		 n, cap;
	struct ban	*bans;
};

/* resolve: fill list, for so many words; the rest was set before. */
int resolve(struct plan *, char *const *words, struct pkg *const *locals,
    size_t n, struct err *);
void plan_free(struct plan *);

#endif
