/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * glance.h: which names are in a folder, when many are to be asked about: most
 * are often not there, and a folder is read sooner than it is asked.
 */
#ifndef NB_GLANCE_H
#define NB_GLANCE_H

#include <stdbool.h>
#include <stddef.h>

struct glance {
	char	 *folder;	/* NULL: none was looked at */
	size_t	  len;		/* of it, with its slash */
	char	**names;	/* sorted */
	size_t	  n, cap;
};

/* glance_at: path's folder, unless it has more names than some. What cannot be
 * read or kept is not known. */
void glance_at(struct glance *, const char *path, size_t some);

/* glance_bare: neither path nor anything that nb-fetch keeps beside it was
 * there; false: it may be. */
bool glance_bare(const struct glance *, const char *path);

void glance_free(struct glance *);

#endif
