/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-lock.h: what nb-lock can do with the files that it is told of.
 */
#ifndef NB_LOCK_H
#define NB_LOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "memo.h"

struct file {
	const char	*key;		/* ARCH/KIND/NAME */
	const char	*path;
	const char	*url;		/* where it comes from, as far as known */
};

struct options {
	const char	*lock;
	const char	*hint;		/* how it is written; or NULL */
	const char	*fetch_hint;	/* for the command; or NULL */
	bool		 all;		/* hand every file to the command */
	char		**command;	/* what fetches; NULL: nothing */
};

/*
 * check: 0: every file is what the lock says; -1: one is not, and there is no
 * command. Does not return when there is one and it is wanted.
 */
int check(const struct options *, const struct file *, size_t n,
    struct memo **, struct err *);

/* write_lock: the lock says what the files are; lines of architectures that
 * none of the keys begins with stay. */
int write_lock(const struct options *, const struct file *, size_t n,
    struct memo *, struct err *);

#endif
