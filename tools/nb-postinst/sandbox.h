/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sandbox.h: the place in which a postinst script runs.
 *
 * What a script sees, whoever runs it and wherever the project lies:
 *
 *	/build/root		the stage, its current folder; the only
 *				place that it can write to
 *	/build/service/NAME	the service, and common
 *	/build/tools		nb-fetch and nb-untar, and nb-postinst itself
 *	/tmp, /build/tmp	a private folder that ends with the script
 *	/usr, /bin, /lib ...	the host's programs
 *	/etc			what those need: certificates, the resolver;
 *				passwd and group are the stage's
 *
 * and, by their own names, what the caller wants bound. Nothing else of the
 * host is there, no home folder, no socket of /run.
 */
#ifndef NB_POSTINST_SANDBOX_H
#define NB_POSTINST_SANDBOX_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "err.h"
#include "nobody.h"
#include "owners.h"
#include "run.h"

#define SANDBOX_STAGE	"/build/root"
#define SANDBOX_SERVICE	"/build/service"
#define SANDBOX_TOOLS	"/build/tools"
#define SANDBOX_EXTRA	"/build/postinst"	/* scripts given by path */

struct sandbox {
	/* The host's: */
	const char	*stage, *service;	/* folders, by real paths */
	const char	*common;	/* NULL: the one beside service */
	const char	*tools;		/* where nb-fetch and nb-untar are */
	const struct args *extra;	/* script files from elsewhere */
	const struct args *binds;	/* files and folders, to be read */
	bool		 network;
	uint64_t	 space;		/* bytes that a script may write */

	/* set by sandbox_open */
	uid_t		 uid;		/* who stands for root in it, */
	gid_t		 gid;		/* and must own the stage */
	struct nobody	 nobody;	/* open: root becomes nobody for it */
	struct args	 argv;		/* bwrap and its options */
	struct owners	*owners;	/* kept true by sandbox_run */
};

/*
 * sandbox_open: find out what sandbox this host lets one make, and try it.
 * Fails, with the reason and the way out, where there is none.
 */
int sandbox_open(struct sandbox *, char *const env[], struct err *);

/*
 * sandbox_run: run the shell script of that name inside (run.h), and learn
 * what it made of owners. RUN_FORSAKEN comes with the reason in the err.
 */
int sandbox_run(const struct sandbox *, const char *script, char *const env[],
    unsigned seconds, enum run_end *, int *status, struct err *);

/* sandbox_below: whether path is folder or below it, by their names. */
bool sandbox_below(const char *path, const char *folder);

void sandbox_close(struct sandbox *);

#endif
