/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pkgs.h: what the tree's package database says that packages own.
 */
#ifndef NB_PKGS_H
#define NB_PKGS_H

#include "keep.h"

struct pkgs;

/* pkgs_new: read the database of the stage dir: PREFIX/pkgdb, or /var/db/pkg
 * as it was until 2020. The caller's all live as long. */
struct pkgs *pkgs_new(struct keep *, int dir, const char *prefix,
    struct err *);

/*
 * pkgs_keep: keep the files of all packages that the word means, of those that
 * they depend on, and what the database has of them. 0: there is none; else
 * 1; -1. What a package owns and the tree does not have is told by warn.
 */
int pkgs_keep(struct pkgs *, const char *word, void (*warn)(const char *),
    struct err *);

void pkgs_free(struct pkgs *);

#endif
