/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-fetch.c: options, and what is said of each file.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "fetch.h"
#include "mem.h"
#include "outfile.h"
#include "progress.h"

#define USAGE \
	"nb-fetch [-fmqvz] [-b base] [-C folder] [-c seconds] [-H hint]\n" \
	"           [-j number] [-o file] [-r tries] [-S sums] [-s sum]\n" \
	"           [-w seconds] URL ...\n" \
	"       nb-fetch -p [-qv] [-b base] [-c seconds] URL ..."

static const char help[] =
    "usage: " USAGE "\n"
    "  -b base     what is no URL is a name below base; repeated: try in turn\n"
    "  -C folder   write there, by the URLs' names\n"
    "  -c seconds  for a connection (10); with -p for the answer (3)\n"
    "  -f          download even what is fresh\n"
    "  -H hint     what to say when a file is missing\n"
    "  -j number   downloads at once (6)\n"
    "  -m          leave the time of download as the file's time\n"
    "  -o file     write to file\n"
    "  -p          only ask whether the URLs can be had\n"
    "  -q          print errors only\n"
    "  -r tries    of what may pass, a reset or a timeout (3)\n"
    "  -S sums     verify by a file of sums in the URL's folder, or at a URL\n"
    "  -s sum      verify by this sum, or by that at URL.suffix (-s .sha256)\n"
    "  -v          say what is done\n"
    "  -w seconds  give up when nothing arrives for so long (30)\n"
    "  -z          decompress gzip, xz or zstd\n"
    "NONET=1 in the environment: use what is on disk.\n";

#define SECONDS_MAX 86400

struct words {
	char	**bases;
	size_t	  nbases, cap;
};

static struct {
	const char	*hint;
	bool		 verbose;
	bool		 probe;
} shown;

static void
note(bool important, const char *line)
{
	if (shown.verbose)
		diag_error("%s", line);
	else if (important && !shown.probe)
		diag_say("%s", line);
}

static void
report_failure(const struct err *e)
{
	if (e->code == ERR_MISSING && shown.hint != NULL)
		diag_error("%s; %s", e->text, shown.hint);
	else
		diag_error("%s", e->text);
}

static void
report(const struct fetch_report *r)
{
	char size[PROGRESS_SIZE_MAX], old[PROGRESS_SIZE_MAX], what[96];
	const char *kind = digest_kind_name(r->verified);

	if (r->outcome == FETCH_FAILED) {
		if (r->err != NULL)
			report_failure(r->err);
		return;
	}
	if (r->auxiliary)
		return;
	if (r->outcome == FETCH_NEW) {
		progress_size(size, (double)r->size);
		progress_size(old, (double)r->resumed);
		(void)snprintf(what, sizeof(what), "%s%s%s%s", size,
		    r->resumed > 0 ? ", " : "", r->resumed > 0 ? old : "",
		    r->resumed > 0 ? " of it from before" : "");
	} else
		(void)snprintf(what, sizeof(what), "%s",
		    r->outcome == FETCH_SAME ? "up to date" :
		    "as it is on disk (NONET)");
	if (r->verified == DIGEST_NONE)
		diag_say("%s: %s, not verified", r->path, what);
	else
		diag_say("%s: %s, %s verified", r->path, what, kind);
}

static bool
is_set(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' && strcmp(s, "0") != 0 &&
	    strcmp(s, "n") != 0 && strcmp(s, "no") != 0;
}

static int
number(long *value, int letter, const char *s, long max, struct err *e)
{
	char *end;

	*value = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || *value < 1 ||
	    *value > max)
		return err_code(e, ERR_USAGE, "-%c %s: not a number from 1 "
		    "to %ld", letter, s, max);
	return 0;
}

/* A list of bases, as DIST and KDIST may hold; it is cut where it stands. */
static int
bases_add(struct words *w, char *list, struct err *e)
{
	char **p, *s;

	for (s = strtok(list, " \t\n"); s != NULL; s = strtok(NULL, " \t\n")) {
		p = mem_grow(w->bases, &w->cap, w->nbases + 1, sizeof(*p));
		if (p == NULL)
			return err_mem(e);
		w->bases = p;
		w->bases[w->nbases++] = s;
	}
	return 0;
}

static int
sum_set(struct fetch_options *o, char *s, struct err *e)
{
	o->sum = s;
	if (*s == '.' && s[1] != '\0' && strchr(s, '/') == NULL)
		return 0;
	if (digest_kind_of(s) == DIGEST_NONE)
		return err_code(e, ERR_USAGE, "-s %s: neither 64 or 128 "
		    "hexadecimal digits nor an ending like .sha256", s);
	for (; *s != '\0'; s++) {
		if (*s >= 'A' && *s <= 'F')
			*s = (char)(*s - 'A' + 'a');
	}
	return 0;
}

static int
option(struct fetch_options *o, struct words *w, int c, char *arg,
    long *connect, struct err *e)
{
	long n = 0;
	int r = 0;

	switch (c) {
	case 'b': return bases_add(w, arg, e);
	case 'C': o->folder = arg; break;
	case 'c': return number(connect, c, arg, SECONDS_MAX, e);
	case 'f': o->force = true; break;
	case 'H': shown.hint = arg; break;
	case 'j':
		r = number(&n, c, arg, 256, e);
		o->limits.jobs = (unsigned)n;
		break;
	case 'm': o->untimed = true; break;
	case 'o': o->output = arg; break;
	case 'p': shown.probe = true; break;
	case 'q': diag_quiet(true); break;
	case 'r':
		r = number(&n, c, arg, 100, e);
		o->limits.tries = (unsigned)n;
		break;
	case 'S': o->sums = arg; break;
	case 's': return sum_set(o, arg, e);
	case 'v': shown.verbose = true; break;
	case 'w': return number(&o->limits.stall_s, c, arg, SECONDS_MAX, e);
	case 'z': o->decompress = true; break;
	default: return err_code(e, ERR_USAGE, "%s", "");
	}
	return r;
}

/* What does not go together. */
static int
options_check(const struct fetch_options *o, int n, struct err *e)
{
	if (n == 0)
		return err_code(e, ERR_USAGE, "%s", "");
	if (o->output != NULL && n > 1)
		return err_code(e, ERR_USAGE, "-o %s: takes one URL, there "
		    "are %d", o->output, n);
	if (o->output != NULL && o->folder != NULL)
		return err_code(e, ERR_USAGE, "-o and -C exclude each other");
	if (o->output != NULL && (*o->output == '\0' ||
	    strcmp(o->output, "-") == 0))
		return err_code(e, ERR_USAGE, "-o: wants the name of a file");
	if (o->sum != NULL && o->sums != NULL)
		return err_code(e, ERR_USAGE, "-s and -S exclude each other");
	if (o->sums != NULL && *o->sums == '\0')
		return err_code(e, ERR_USAGE, "-S: wants a name or a URL");
	if (o->sum != NULL && *o->sum != '.' && n > 1)
		return err_code(e, ERR_USAGE, "-s %.16s...: is the sum of one "
		    "URL, there are %d", o->sum, n);
	return 0;
}

static int
options_read(struct fetch_options *o, struct words *w, int argc, char **argv,
    struct err *e)
{
	long connect = 0;
	int c;

	while ((c = getopt(argc, argv, "b:C:c:fH:j:mo:pqr:S:s:vw:z")) != -1) {
		if (option(o, w, c, optarg, &connect, e) == -1)
			return -1;
	}
	if (connect == 0)
		connect = shown.probe ? 3 : 10;
	o->limits.connect_ms = connect * 1000;
	if (shown.probe) {
		o->limits.total_ms = connect * 1000;
		o->limits.tries = 1;
		diag_quiet(true);
	}
	o->bases = w->bases;
	o->nbases = w->nbases;
	return options_check(o, argc - optind, e);
}

static int
usage_fail(const struct err *e)
{
	if (e->text[0] == '\0')
		return diag_usage(USAGE);
	return diag_fail(e);
}

/* Said with -v only: whoever asks reads the status. */
static int
probe(char **words, size_t n, const struct fetch_options *o)
{
	struct err e;

	if (fetch_probe(words, n, o, &e) == 0)
		return EXIT_SUCCESS;
	if (e.code == ERR_USAGE || shown.verbose)
		return diag_fail(&e);
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct fetch_options o = { 0 };
	struct words w = { 0 };
	struct err e = { ERR_ANY, "" };
	int status, failed;

	diag_start(argv[0]);
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)) {
		(void)fputs(help, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	o.limits.stall_s = 30;
	o.limits.tries = 3;
	o.limits.jobs = 6;
	o.limits.note = note;
	o.report = report;
	o.offline = is_set("NONET");
	o.unnoted = is_set("NOORIGIN");
	if (options_read(&o, &w, argc, argv, &e) == -1) {
		free(w.bases);
		return usage_fail(&e);
	}
	outfile_signals(false);
	(void)signal(SIGPIPE, SIG_IGN);
	argv += optind;
	argc -= optind;
	if (shown.probe)
		status = probe(argv, (size_t)argc, &o);
	else if ((failed = fetch(argv, (size_t)argc, &o, &e)) == -1)
		status = diag_fail(&e);
	else
		status = failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	free(w.bases);
	return status;
}
