/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-trim: keeps of a stage what a sailor.conf names, and what that needs.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "diag.h"
#include "folders.h"
#include "mem.h"
#include "outfile.h"
#include "package.h"
#include "progress.h"
#include "trim.h"
#include "writeall.h"

static const char usage[] =
    "nb-trim [-qv] [-k layer] [-l localbase] [-n metalog] [-o file]\n"
    "               [-s folder] -c conf metalog\n"
    "       nb-trim [-q] [-l localbase] [-s folder] -p word -c conf";

struct options {
	const char	*conf, *service, *print;
	char		**layers;
	size_t		 cap;
	struct trim	 job;
};

static void
warn(const char *line)
{
	diag_warn("%s", line);
}

static int
add_layer(struct options *o, char *word, struct err *e)
{
	char **p = mem_grow(o->layers, &o->cap, o->job.nlayers + 1, sizeof(*p));

	if (p == NULL)
		return err_mem(e);
	o->layers = p;
	p[o->job.nlayers++] = word;
	o->job.layers = p;
	return 0;
}

static int
parse(struct options *o, int argc, char **argv, struct err *e)
{
	int letter;

	while ((letter = getopt(argc, argv, "c:k:l:n:o:p:qs:v")) != -1) {
		switch (letter) {
		case 'c': o->conf = optarg; break;
		case 'k':
			if (add_layer(o, optarg, e) != 0)
				return -1;
			break;
		case 'l': o->job.prefix = optarg; break;
		case 'n': o->job.before = optarg; break;
		case 'o': o->job.output = optarg; break;
		case 'p': o->print = optarg; break;
		case 'q': diag_quiet(true); break;
		case 's': o->service = optarg; break;
		case 'v': o->job.verbose = true; break;
		default: return diag_usage(usage);
		}
	}
	if (*o->job.prefix != '/')
		return err_code(e, ERR_USAGE, "-l %s: not a name from the root",
		    o->job.prefix);
	if (o->print != NULL && (o->job.verbose || o->job.nlayers != 0 ||
	    o->job.before != NULL || o->job.output != NULL))
		return err_code(e, ERR_USAGE, "-p goes with -c, -l, -q and -s "
		    "only");
	if (o->conf == NULL || argc - optind != (o->print == NULL))
		return diag_usage(usage);
	o->job.metalog = argv[optind];
	return 0;
}

/* service/NAME/sailor.conf: /service is there, then. */
static char *
service_of(const char *conf)
{
	return mem_printf("%.*s..", (int)folder_len(conf), conf);
}

static int
put_line(const char *s, struct err *e)
{
	return write_all(STDOUT_FILENO, s, strlen(s)) == 0 &&
	    write_all(STDOUT_FILENO, "\n", 1) == 0 ? 0 :
	    err_sys(e, "standard output");
}

/* What no name of a package has would be read as something else. */
static int
check_package(const char *word, struct place place, struct err *e)
{
	const char *odd = strpbrk(word, "$\"'`\\;&|()#:");

	return odd == NULL ? 0 : err_set(e, "%s:%u: packages: %s: '%c' is in "
	    "no package's name", place.file, place.line, word, *odd);
}

static int
print_words(const struct conf *c, const char *key, struct err *e)
{
	const struct text *t = conf_value(c, key);
	char word[4096];
	struct place place;
	size_t off = 0;
	int r;

	while ((r = text_word(t, &off, word, sizeof(word), &place)) > 0) {
		if ((strcmp(key, "packages") == 0 &&
		    check_package(word, place, e) != 0) ||
		    put_line(word, e) != 0)
			return -1;
	}
	return r == 0 ? 0 : err_set(e, "%s:%u: %s: a word of over %zu bytes",
	    place.file, place.line, key, sizeof(word) - 1);
}

static int
print(const struct conf *c, const char *key, struct err *e)
{
	const struct text *t;
	size_t n;

	if (strcmp(key, "run_at_build") != 0)
		return print_words(c, key, e);
	for (n = 0; (t = conf_command(c, n)) != NULL; n++) {
		if (put_line(text_str(t), e) != 0)
			return -1;
	}
	return 0;
}

static int
trim(struct trim *job, struct err *e)
{
	char kept[PROGRESS_SIZE_MAX], all[PROGRESS_SIZE_MAX];

	conf_warn(job->conf);
	if (trim_stage(job, e) != 0)
		return -1;
	progress_size(kept, (double)job->bytes);
	progress_size(all, (double)job->all_bytes);
	diag_say("kept %llu of %llu files, %s of %s",
	    (unsigned long long)job->files, (unsigned long long)job->all_files,
	    kept, all);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = { .job = { .prefix = PACKAGE_LOCALBASE,
	    .warn = warn } };
	struct conf_ways ways = { .warn = warn };
	struct err e = { ERR_ANY, "" };
	char *service = NULL;
	int r;

	diag_start(argv[0]);
	(void)signal(SIGPIPE, SIG_IGN);
	outfile_signals(false);
	r = parse(&o, argc, argv, &e);
	if (r == 0 && (service = service_of(o.conf)) == NULL)
		r = err_mem(&e);
	if (r == 0) {
		(void)confine_reader(o.job.output);
		ways.service = o.service != NULL ? o.service : service;
		ways.prefix = o.job.prefix;
		o.job.conf = conf_open(o.conf, &ways, &e);
		if (o.job.conf == NULL)
			r = -1;
		else
			r = o.print != NULL ? print(o.job.conf, o.print, &e) :
			    trim(&o.job, &e);
	}
	conf_close(o.job.conf);
	free(service);
	free(o.layers);
	if (r < 0)
		return diag_fail(&e);
	return r == 0 ? EXIT_SUCCESS : r;
}
