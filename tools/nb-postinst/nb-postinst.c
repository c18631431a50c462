/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-postinst: runs a service's postinst scripts on a stage, in a sandbox.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "environ.h"
#include "inside.h"
#include "job.h"
#include "run.h"

static const char usage[] =
    "nb-postinst [-anq] [-b path] [-C stage] [-c common] [-e name=value]\n"
    "                   [-S megabytes] [-T seconds] -s service [script ...]";

#define SECONDS		3600	/* -T */
#define SPACE		4096	/* -S */
#define MB		(UINT64_C(1) << 20)

/* A whole number of at most max; -1 when word is none. */
static int64_t
number(const char *word, int64_t max)
{
	long long v;
	char *end;

	errno = 0;
	v = strtoll(word, &end, 10);
	return *word < '0' || *word > '9' || *end != '\0' || errno != 0 ||
	    v > max ? -1 : v;
}

/* Environment words come after what they may replace. */
static int
set_environ(struct job *j, const struct args *words, struct err *e)
{
	const char *epoch;
	size_t i;

	environ_start(&j->env, j->sandbox.network);
	environ_socket(&j->env, &j->binds);
	for (i = 0; i < words->n; i++) {
		if (environ_word(&j->env, words->v[i]) != 0)
			return err_code(e, ERR_USAGE, "-e %s: not NAME=value",
			    words->v[i]);
	}
	epoch = environ_get(&j->env, "SOURCE_DATE_EPOCH");
	if (epoch != NULL) {
		j->epoch = number(epoch, INT64_MAX);
		if (j->epoch < 0)
			return err_code(e, ERR_USAGE, "SOURCE_DATE_EPOCH=%s: "
			    "not a number of seconds", epoch);
		j->epoch_given = true;
	}
	return 0;
}

/* The options; the index of the first script, or -1. */
static int
options(struct job *j, int argc, char *argv[], struct args *words)
{
	int c;
	int64_t n;

	while ((c = getopt(argc, argv, "ab:C:c:e:nqS:s:T:")) != -1) {
		switch (c) {
		case 'a': j->behind = true; break;
		case 'b':
			args_add(&j->binds, optarg, (char *)NULL);
			break;
		case 'C': j->stage_shown = optarg; break;
		case 'c': j->common_shown = optarg; break;
		case 'e': args_add(words, optarg, (char *)NULL); break;
		case 'n': j->sandbox.network = false; break;
		case 'q': diag_quiet(true); break;
		case 's': j->service_shown = optarg; break;
		case 'S':
			if ((n = number(optarg, UINT_MAX)) <= 0)
				return -1;
			j->sandbox.space = (uint64_t)n * MB;
			break;
		case 'T':
			if ((n = number(optarg, UINT_MAX)) < 0)
				return -1;
			j->seconds = (unsigned)n;
			break;
		default:
			return -1;
		}
	}
	return j->service_shown != NULL ? optind : -1;
}

int
main(int argc, char *argv[])
{
	struct job j = { .stage_shown = ".", .dir = -1, .seconds = SECONDS,
	    .sandbox.network = true, .sandbox.space = SPACE * MB };
	struct args words = { 0 };
	struct err e;
	int first, rc, sig;

	diag_start(argv[0]);
	if (argc > 1 && strcmp(argv[1], INSIDE_FLAG) == 0)
		return inside_run(argc, argv);
	first = options(&j, argc, argv, &words);
	if (first == -1)
		return diag_usage(usage);
	run_start();
	rc = set_environ(&j, &words, &e);
	if (rc == 0)
		rc = job_open(&j, argv[0], argv + first,
		    (size_t)(argc - first), &e);
	if (rc == 0)
		rc = job_run(&j, &e);
	rc = rc == 0 ? EXIT_SUCCESS : diag_fail(&e);
	job_close(&j);
	args_free(&words);
	if ((sig = run_stopped()) != 0) {
		(void)signal(sig, SIG_DFL);
		(void)raise(sig);
	}
	return rc;
}
