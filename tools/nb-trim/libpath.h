/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * libpath.h: the folders in which a dynamic linker looks for libraries.
 */
#ifndef NB_LIBPATH_H
#define NB_LIBPATH_H

#include <stddef.h>

#include "err.h"
#include "tree.h"

/* Folders' names, in order, each once. To begin with, all zeros. */
struct libpath {
	char	**dirs;
	size_t	  n, cap;
};

/* libpath_add: a folder, if it is not there yet. */
int libpath_add(struct libpath *, const char *dir, struct err *);

/*
 * libpath_expand: add the folders of an RPATH, with $ORIGIN in place of which
 * comes origin, a folder's name. Folders that are relative, or have other
 * variables in them, are left out.
 */
int libpath_expand(struct libpath *, const char *rpath, const char *origin,
    struct err *);

/*
 * libpath_system: add what the system looks in when no file tells more:
 * /etc/ld.so.conf and all it includes, and the linker's own, by whether the
 * tree has NetBSD's. dir is the stage.
 */
int libpath_system(struct libpath *, const struct tree *, int dir,
    struct err *);

void libpath_free(struct libpath *);

#endif
