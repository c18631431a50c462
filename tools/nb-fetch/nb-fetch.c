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

#include "compat.h"
#include "diag.h"
#include "fetch.h"
#include "mem.h"
#include "outfile.h"
#include "progress.h"
#include "record.h"

#define USAGE \
	"nb-fetch [-afJmnquvZz] [-b base] [-C folder] [-c seconds] [-H hint]\n" \
	"           [-j number] [-o file] [-r tries] [-S sums] [-s sum]\n" \
	"           [-t minutes] [-w seconds] URL ... [+ [options] URL ...]\n" \
	"       nb-fetch -p [-qv] [-b base] [-c seconds] URL ..."

static const char help[] =
    "usage: " USAGE "\n"
    "  -a          ask even about what has its sum\n"
    "  -b base     what is no URL is a name below base; repeated: try in turn\n"
    "  -C folder   write there, by the URLs' names\n"
    "  -c seconds  for a connection (10); with -p for the answer (3)\n"
    "  -f          download even what is fresh\n"
    "  -H hint     what to say when a file is missing\n"
    "  -J          in the end, a line of JSON for each file\n"
    "  -j number   downloads at once (6)\n"
    "  -m          leave the time of download as the file's time\n"
    "  -n          ask nobody; say what on disk is not verified\n"
    "  -o file     write to file\n"
    "  -p          only ask whether the URLs can be had\n"
    "  -q          print errors only\n"
    "  -r tries    of what may pass, a reset or a timeout (3)\n"
    "  -S sums     verify by a file of sums in the URL's folder, or at a URL\n"
    "  -s sum      verify by this sum, or by that at URL.suffix (-s .sha256)\n"
    "  -t minutes  what was asked so long ago is fresh; go on without answers\n"
    "  -u          take what is unverified over http, too\n"
    "  -v          say what is done\n"
    "  -w seconds  give up when nothing arrives for so long (30)\n"
    "  -Z          the same; the sum is that of what comes out\n"
    "  -z          decompress gzip, xz or zstd\n"
    "A + begins anew with what -b, -C, -f, -H, -m, -o, -S, -s, -Z, -z say.\n"
    "NONET=1 in the environment: use what is on disk.\n";

#define SECONDS_MAX 86400
#define MINUTES_MAX (366L * 24 * 60)

struct words {
	char	**bases;
	size_t	  nbases, cap;
};

/* What holds for all files. */
static struct {
	bool		 verbose;
	bool		 probe;
	bool		 json;
	bool		 plain;
	bool		 ask;
	bool		 look;
	long		 connect;	/* seconds; 0: not said */
	long		 fresh;		/* minutes */
	struct transfer_limits limits;
} all;

static void
note(bool important, const char *line)
{
	if (all.verbose)
		diag_error("%s", line);
	else if (important && !all.probe)
		diag_say("%s", line);
}

static void
report_failure(const struct fetch_report *r)
{
	if (r->err->code == ERR_MISSING && r->hint != NULL)
		diag_error("%s; %s", r->err->text, r->hint);
	else
		diag_error("%s", r->err->text);
}

/* Once: what does not answer now will not for the next file. */
static void
report_disk(const struct fetch_report *r)
{
	static bool said;

	if (!said && r->err != NULL)
		diag_say("%s; going on with what is on disk", r->err->text);
	said = said || r->err != NULL;
}

/* What is there, and since when that is known. */
static void
same(char *what, size_t size, const struct fetch_report *r)
{
	if (r->outcome != FETCH_SAME)
		(void)snprintf(what, size, "as it is on disk (NONET)");
	else if (r->age < 60)
		(void)snprintf(what, size, "up to date");
	else
		(void)snprintf(what, size, "up to date %jd min ago",
		    (intmax_t)r->age / 60);
}

static void
report(const struct fetch_report *r)
{
	char size[PROGRESS_SIZE_MAX], old[PROGRESS_SIZE_MAX], what[96];
	const char *kind = digest_kind_name(r->verified);

	if (r->outcome == FETCH_FAILED) {
		if (r->err != NULL)
			report_failure(r);
		return;
	}
	if (r->outcome == FETCH_DISK && !r->offline) {
		report_disk(r);
		return;
	}
	if (r->auxiliary || diag_is_quiet())
		return;
	if (all.look && r->outcome != FETCH_NEW) {
		if (r->verified == DIGEST_NONE)
			diag_say("%s: not verified", r->path);
		return;
	}
	if (r->outcome == FETCH_NEW) {
		progress_size(size, (double)r->size);
		progress_size(old, (double)r->resumed);
		(void)snprintf(what, sizeof(what), "%s%s%s%s", size,
		    r->resumed > 0 ? ", " : "", r->resumed > 0 ? old : "",
		    r->resumed > 0 ? " of it from before" : "");
	} else
		same(what, sizeof(what), r);
	if (r->verified == DIGEST_NONE)
		diag_say("%s: %s, not verified", r->path, what);
	else
		diag_say("%s: %s, %s verified%s", r->path, what, kind,
		    r->plain ? " by sums that came over http" : "");
}

static void
record(const struct fetch_report *r)
{
	record_write(stdout, r);
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

/* Those of a set; the others hold for all. */
static int
option_of_set(struct fetch_options *o, struct words *w, int c, char *arg,
    struct err *e)
{
	switch (c) {
	case 'b': return bases_add(w, arg, e);
	case 'C': o->folder = arg; break;
	case 'f': o->force = true; break;
	case 'H': o->hint = arg; break;
	case 'm': o->untimed = true; break;
	case 'o': o->output = arg; break;
	case 'S': o->sums = arg; break;
	case 's': return sum_set(o, arg, e);
	case 'Z': o->decompress = o->unpacked = true; break;
	case 'z': o->decompress = true; break;
	default: return err_code(e, ERR_USAGE, "%s", "");
	}
	return 0;
}

static int
option(struct fetch_options *o, struct words *w, int c, char *arg,
    struct err *e)
{
	long n = 0;
	int r;

	switch (c) {
	case 'a': all.ask = true; break;
	case 'c': return number(&all.connect, c, arg, SECONDS_MAX, e);
	case 'J': all.json = true; break;
	case 'j':
		r = number(&n, c, arg, 256, e);
		all.limits.jobs = (unsigned)n;
		return r;
	case 'n': all.look = true; break;
	case 'p': all.probe = true; break;
	case 'q': diag_quiet(true); break;
	case 'r':
		r = number(&n, c, arg, 100, e);
		all.limits.tries = (unsigned)n;
		return r;
	case 't': return number(&all.fresh, c, arg, MINUTES_MAX, e);
	case 'u': all.plain = true; break;
	case 'v': all.verbose = true; break;
	case 'w':
		return number(&all.limits.stall_s, c, arg, SECONDS_MAX, e);
	default: return option_of_set(o, w, c, arg, e);
	}
	return 0;
}

/* What does not go together. */
static int
options_check(const struct fetch_options *o, size_t n, struct err *e)
{
	if (n == 0)
		return err_code(e, ERR_USAGE, "%s", "");
	if (o->output != NULL && n > 1)
		return err_code(e, ERR_USAGE, "-o %s: takes one URL, there "
		    "are %zu", o->output, n);
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
		    "URL, there are %zu", o->sum, n);
	return 0;
}

/* getopt(3) starts anew with each set: argv[0] is the word before it. */
static int
set_read(struct fetch_set *set, struct words *w, int argc, char **argv,
    struct err *e)
{
	int c;

	compat_getopt();
	while ((c = getopt(argc, argv, "ab:C:c:fH:Jj:mno:pqr:S:s:t:uvw:Zz")) !=
	    -1) {
		if (option(&set->opts, w, c, optarg, e) == -1)
			return -1;
	}
	set->words = argv + optind;
	set->n = (size_t)(argc - optind);
	set->opts.bases = w->bases;
	set->opts.nbases = w->nbases;
	return options_check(&set->opts, set->n, e);
}

/* What all sets share, once all options were read. */
static void
sets_share(struct fetch_set *sets, size_t n)
{
	size_t i;

	if (all.connect == 0)
		all.connect = all.probe ? 3 : 10;
	all.limits.connect_ms = all.connect * 1000;
	if (all.probe) {
		all.limits.total_ms = all.connect * 1000;
		all.limits.tries = 1;
		diag_quiet(true);
	}
	for (i = 0; i < n; i++) {
		sets[i].opts.limits = all.limits;
		sets[i].opts.report = report;
		sets[i].opts.ask = all.ask;
		sets[i].opts.fresh = all.fresh * 60;
		sets[i].opts.offline = all.look || is_set("NONET");
		sets[i].opts.unnoted = is_set("NOORIGIN");
		sets[i].opts.plain = all.plain || all.probe ||
		    is_set("NB_HTTP");
		sets[i].opts.summed = all.json;
	}
}

static int
sets_read(struct fetch_set *sets, struct words *w, size_t n, int argc,
    char **argv, struct err *e)
{
	size_t i;
	int len;
	char *prog = argv[0];

	for (i = 0; i < n; i++) {
		for (len = 1; len < argc && strcmp(argv[len], "+") != 0; )
			len++;
		argv[0] = prog;
		if (set_read(&sets[i], &w[i], len, argv, e) == -1)
			return -1;
		argv += len;
		argc -= len;
	}
	sets_share(sets, n);
	return 0;
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
probe(const struct fetch_set *sets, size_t n)
{
	struct err e;

	if (fetch_probe(sets, n, &e) == 0)
		return EXIT_SUCCESS;
	if (e.code == ERR_USAGE || all.verbose)
		return diag_fail(&e);
	return EXIT_FAILURE;
}

static int
run(const struct fetch_set *sets, size_t n)
{
	struct err e;
	int failed;

	outfile_signals(false);
	(void)signal(SIGPIPE, SIG_IGN);
	if (all.probe)
		return probe(sets, n);
	failed = fetch(sets, n, all.json ? record : NULL, &e);
	if (failed == -1)
		return diag_fail(&e);
	if (fflush(stdout) != 0) {
		diag_error("standard output cannot be written");
		return EXIT_FAILURE;
	}
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	struct fetch_set *sets;
	struct words *w;
	struct err e = { ERR_ANY, "" };
	size_t i, n = 1;
	int status;

	diag_start(argv[0]);
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)) {
		(void)fputs(help, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	compat_keep_pages();	/* buffers come and go with each file */
	all.limits.stall_s = 30;
	all.limits.tries = 3;
	all.limits.jobs = 6;
	all.limits.note = note;
	for (i = 1; i < (size_t)argc; i++)
		n += strcmp(argv[i], "+") == 0;
	sets = mem_array(n, sizeof(*sets));
	w = mem_array(n, sizeof(*w));
	if (sets == NULL || w == NULL) {
		(void)err_mem(&e);
		status = diag_fail(&e);
	} else if (sets_read(sets, w, n, argc, argv, &e) == -1)
		status = usage_fail(&e);
	else
		status = run(sets, n);
	for (i = 0; w != NULL && i < n; i++)
		free(w[i].bases);
	free(w);
	free(sets);
	return status;
}
