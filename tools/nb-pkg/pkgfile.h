/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pkgfile.h: what a binary package says of itself, in the files at its head.
 *
 * Source: pkg_create(1): @name, @pkgdep and @pkgcfl of +CONTENTS, where the
 * line behind @ignore is not meant; LOCALBASE of +BUILD_INFO; and what
 * pkgsrc's mk/pkginstall writes into +INSTALL: lines "# USER:", "# GROUP:",
 * "# FILE:" and "# DIR:" for each that it is to make.
 */
#ifndef NB_PKGFILE_H
#define NB_PKGFILE_H

#include <stdint.h>

#include "err.h"
#include "path.h"
#include "repo.h"

struct pkgfile {
	char		*name;		/* @name */
	char		 db[PATH_LEN_MAX];	/* its folder of the package
						 * database, canonical */
	struct words	 depends, conflicts;
	struct words	 paths;		/* of its files: "/usr/pkg/bin/x" */
	struct words	 users, groups;	/* that +INSTALL would make */
	unsigned	 files, dirs;	/* the same, how many */
	unsigned	 execs;		/* commands in +CONTENTS */
	bool		 install;	/* it has a +INSTALL */
	int64_t		 mtime;		/* of +CONTENTS */
	uint64_t	 file_size;	/* bytes */
	uint64_t	 size;		/* +SIZE_PKG, or SIZE_UNKNOWN */
};

/* pkgfile_read: what is in the head of the file path; the strings are kept by
 * the repo. */
int pkgfile_read(struct pkgfile *, struct repo *, const char *path,
    struct err *);

#endif
