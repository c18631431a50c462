/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-untar: layers to a stage with its METALOG, and the command lines of
 * tar(1) that postinst scripts use.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cache.h"
#include "diag.h"
#include "outfile.h"
#include "stage.h"
#include "tarcmd.h"

static const char usage[] =
    "nb-untar [-qv] -C stage layer ...\n"
    "       nb-untar [-]x[Okmopv] [-f file] [-C folder] [--exclude pattern]\n"
    "               [--strip-components n] [pattern ...]\n"
    "       nb-untar [-]t[v] [-f file] [--exclude pattern] [pattern ...]\n"
    "       nb-untar [-]c[Jjvz] [-f file] [-C folder] [--exclude pattern] "
    "name ...";

static int
unpack(int argc, char **argv)
{
	struct stage_job job = { .path = NULL };
	struct err e = { .code = ERR_ANY };
	bool verbose = false;
	int c;

	while ((c = getopt(argc, argv, "C:qv")) != -1) {
		switch (c) {
		case 'C': job.path = optarg; break;
		case 'q': diag_quiet(true); break;
		case 'v': verbose = true; break;
		default:
			return diag_usage(usage);
		}
	}
	if (job.path == NULL || *job.path == '\0' || optind == argc)
		return diag_usage(usage);
	job.layers = argv + optind;
	job.nlayers = (size_t)(argc - optind);
	job.confine = true;
	cache_use(getenv("NB_CACHE"));
	/* zip stores local time: everybody's is the same here. */
	(void)setenv("TZ", "UTC0", 1);
	if (stage_make(&job, &e) != 0)
		return diag_fail(&e);
	if (*job.hidden.text != '\0')
		diag_warn("%s: %s", job.path, job.hidden.text);
	if (verbose && job.unconfined != NULL)
		diag_say("files are not confined: %s", job.unconfined);
	if (verbose)
		diag_say("%s: %" PRIu64 " files, %" PRIu64 " MB", job.path,
		    job.files, (job.bytes + 524288) / 1048576);
	return EXIT_SUCCESS;
}

static int
tar(int argc, char **argv)
{
	struct err e = { .code = ERR_ANY };
	struct tarcmd t;
	int r = tarcmd_parse(&t, argc, argv, &e);

	if (r == 0)
		r = t.op == 'c' ? tar_create(&t, &e) :
		    t.op == 't' ? tar_list(&t, &e) : tar_extract(&t, &e);
	tarcmd_free(&t);
	return r == 0 ? EXIT_SUCCESS : diag_fail(&e);
}

int
main(int argc, char **argv)
{
	diag_start(argv[0]);
	/* A file that grows too large is an error to tell of, not the end. */
	outfile_signals(false);
	return tarcmd_is(argc, argv) ? tar(argc, argv) : unpack(argc, argv);
}
