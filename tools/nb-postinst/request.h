/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * request.h: one system call that waits for an answer, and the file that it is
 * about (Linux).
 */
#ifndef NB_POSTINST_REQUEST_H
#define NB_POSTINST_REQUEST_H

#include <sys/types.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "target.h"

/* Which argument of a call is what; -1: there is none. */
struct call {
	int		what;	/* the caller's */
	signed char	fd, name;
	signed char	rest;	/* buffer; uid, gid; mode; or mode, dev */
	signed char	flags;	/* AT_... */
	bool		nofollow;
};

struct request {
	const struct call	*call;
	uint64_t		 args[6];
	struct target		 target;
	char			 name[PATH_MAX];
};

int request_flags(const struct request *);

/* request_name: read the name, if there is one; 0 or an errno. */
int request_name(struct request *);

/* request_open: open(2) what the name that was read is from where the caller
 * is. -1 with errno. */
int request_open(const struct request *, int flags, mode_t);

/* request_file: read the name; a descriptor of the file that the call is
 * about, with O_PATH; -1 with errno. */
int request_file(struct request *);

#endif
