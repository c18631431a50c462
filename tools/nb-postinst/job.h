/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * job.h: the scripts of one service on one stage.
 */
#ifndef NB_POSTINST_JOB_H
#define NB_POSTINST_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "err.h"
#include "listing.h"
#include "owners.h"
#include "records.h"
#include "sandbox.h"
#include "scripts.h"

struct job {
	/* as given */
	const char	*stage_shown, *service_shown, *common_shown;
	struct args	 env, binds;
	int64_t		 epoch;
	bool		 epoch_given;
	bool		 behind;	/* scripts named come behind all others */
	unsigned	 seconds;		/* for each script; 0: no limit */
	/* found by job_open */
	char		*stage, *service, *common, *tools, *metalog; /* real */
	int		 dir;			/* the stage */
	struct scripts	 scripts;
	struct sandbox	 sandbox;
	struct records	 records;
	struct owners	 owners;
	struct listing	 before;
};

/*
 * job_open: find out what the names mean, argv[0..n) being scripts, or what
 * comes behind all of the service's, and whether a sandbox can be had. argv0
 * tells where the other programs are.
 */
int job_open(struct job *, const char *argv0, char *argv[], size_t n,
    struct err *);

/*
 * job_run: run the scripts and bring METALOG up to date. From the first script
 * to the last the stage has no METALOG, and none after a failure: what is
 * half-done is for no one to use.
 */
int job_run(struct job *, struct err *);

void job_close(struct job *);

#endif
