/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * package.h: what is so of all binary packages of pkgsrc.
 */
#ifndef NB_PACKAGE_H
#define NB_PACKAGE_H

#include "err.h"

#define PACKAGE_LOCALBASE	"/usr/pkg"	/* the default on NetBSD */

/* The files at its head, which describe it: pkg_add(1) knows 15, and what is
 * seen is a few MB at most. */
#define PACKAGE_HEAD_FILES	100
#define PACKAGE_HEAD_MAX	(64u << 20)	/* bytes */

/* package_db: the folder of package name in the database below base, where
 * pkg_add(1) puts what describes it; all three canonical, buf of PATH_LEN_MAX
 * bytes, and may be base. */
int package_db(char *buf, const char *base, const char *name, struct err *);

#endif
