/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sandbox.h: the place in which a postinst script runs.
 *
 * What a script sees, whoever runs it and wherever the project lies:
 *
 *	/build/root		the stage, its current folder; the only
 *				place that it can write to
 *	/build/service/NAME	the service, and common beside it
 *	/build/tools		nb-fetch and nb-untar
 *	/tmp, /build/tmp	a private folder that ends with the script
 *	/usr, /bin, /lib ...	the host's programs
 *	/etc			what those need: certificates, the resolver;
 *				passwd and group are the stage's
 *
 * Nothing else of the host is there, no home folder, no socket of /run.
 */
#ifndef NB_POSTINST_SANDBOX_H
#define NB_POSTINST_SANDBOX_H

#include <stdbool.h>

#include "args.h"
#include "err.h"

#define SANDBOX_STAGE	"/build/root"
#define SANDBOX_SERVICE	"/build/service"
#define SANDBOX_TOOLS	"/build/tools"
#define SANDBOX_EXTRA	"/build/postinst"	/* scripts given by path */

struct sandbox {
	struct args	argv;		/* bwrap and its options */
	bool		network;
};

/*
 * sandbox_open: stage and service are folders of the host; tools is the folder
 * of nb-fetch and nb-untar; extra[0..n) are script files from elsewhere.
 * Fails, with the way out, where there is no bubblewrap.
 */
int sandbox_open(struct sandbox *, const char *stage, const char *service,
    const char *tools, char *const extra[], size_t n, struct err *);

/* sandbox_probe: whether this host lets a sandbox be made at all. */
int sandbox_probe(const struct sandbox *, char *const env[], struct err *);

/* sandbox_close: free. */
void sandbox_close(struct sandbox *);

#endif
