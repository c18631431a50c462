/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * scripts.h: which scripts run, and by which names.
 */
#ifndef NB_POSTINST_SCRIPTS_H
#define NB_POSTINST_SCRIPTS_H

#include <stddef.h>

#include "args.h"
#include "err.h"

struct scripts {
	struct args	shown;	/* as the user wrote them: for messages */
	struct args	inside;	/* the same ones, by their sandbox names */
	struct args	extra;	/* host paths of those not of the service */
};

/*
 * scripts_of: service/postinst/[!.]*.sh in name order (strcmp). shown is how
 * the user named the service's folder, service its real path. No folder and
 * no scripts are fine: there is nothing to do then.
 */
int scripts_of(struct scripts *, const char *shown, const char *service,
    struct err *);

/* scripts_named: the files argv[0..n), in that order. */
int scripts_named(struct scripts *, char *const argv[], size_t n,
    const char *service, struct err *);

void scripts_free(struct scripts *);

#endif
