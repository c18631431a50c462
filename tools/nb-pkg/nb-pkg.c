/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-pkg.c: options, and the two things that it does: to find out which
 * packages are needed, and to register those that were placed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "diag.h"
#include "mem.h"
#include "outfile.h"
#include "pkgfile.h"
#include "print.h"
#include "register.h"
#include "resolve.h"
#include "summary.h"
#include "writeall.h"

#define USAGE \
	"nb-pkg [-nqvx] [-C folder] [-f form] [-o file] summary name ...\n" \
	"       nb-pkg [-q] [-k name] -r layer package ..."

static const char help[] =
    "usage: " USAGE "\n"
    "  -C folder  where packages' files are, or will be\n"
    "  -f form    list files (the default), names, sums or a table of them\n"
    "  -k name    was asked for; what is not is marked as automatic\n"
    "  -n         list nothing: say what would be added, as -v does\n"
    "  -o file    list to file\n"
    "  -q         print errors only\n"
    "  -r layer   write +REQUIRED_BY for these packages' files\n"
    "  -v         say what each package is for, and how large it is\n"
    "  -x         exactly these packages, without what they need\n";

struct options {
	const char	*folder;
	const struct form *form;
	const char	*output;
	const char	*layer;
	char		**kept;
	size_t		 nkept, cap;
	bool		 none, verbose, exact;
};

static int
keep(struct options *o, char *name, struct err *e)
{
	char **p = mem_grow(o->kept, &o->cap, o->nkept + 1, sizeof(*p));

	if (p == NULL)
		return err_mem(e);
	o->kept = p;
	p[o->nkept++] = name;
	return 0;
}

static int
options_read(struct options *o, int argc, char **argv, struct err *e)
{
	int c;

	while ((c = getopt(argc, argv, "C:f:k:no:qr:vx")) != -1) {
		switch (c) {
		case 'C': o->folder = optarg; break;
		case 'f':
			if ((o->form = form_find(optarg)) == NULL)
				return err_code(e, ERR_USAGE, "-f %s: one of "
				    "files, names, sums, table", optarg);
			break;
		case 'k':
			if (keep(o, optarg, e) != 0)
				return -1;
			break;
		case 'n': o->none = o->verbose = true; break;
		case 'o': o->output = optarg; break;
		case 'q': diag_quiet(true); break;
		case 'r': o->layer = optarg; break;
		case 'v': o->verbose = true; break;
		case 'x': o->exact = true; break;
		default: return err_code(e, ERR_USAGE, "%s", "");
		}
	}
	if (o->layer != NULL && (o->verbose || o->exact || o->folder != NULL ||
	    o->form != NULL || o->output != NULL))
		return err_code(e, ERR_USAGE, "-r goes with -k and -q only");
	if (o->layer == NULL && o->nkept != 0)
		return err_code(e, ERR_USAGE, "-k goes with -r only");
	if (o->none && o->output != NULL)
		return err_code(e, ERR_USAGE, "-n and -o exclude each other");
	if (argc - optind < (o->layer != NULL ? 1 : 2))
		return err_code(e, ERR_USAGE, "%s", "");
	return 0;
}

/* A file that was named, as a package that can be had. */
static struct pkg *
add_local(struct repo *repo, char *path, struct err *e)
{
	struct pkgfile f = { 0 };
	struct pkg *p;

	if (pkgfile_read(&f, repo, path, e) != 0 ||
	    (p = repo_add(repo, e)) == NULL)
		return NULL;
	p->name = f.name;
	p->file = path;
	p->file_size = f.file_size;
	p->size = f.size;
	p->local = true;
	/* Nothing is appended to them any more. */
	p->depends.first = f.depends.first;
	p->conflicts.first = f.conflicts.first;
	return p;
}

/* A word with a slash names a file. These come first: of two packages of one
 * name the file is meant. */
static int
add_locals(struct repo *repo, char **words, struct pkg **locals, size_t n,
    struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strchr(words[i], '/') == NULL)
			continue;
		if (strpbrk(words[i], "\t\n") != NULL)
			return err_set(e, "%s: a name with a tab or an end of "
			    "line", words[i]);
		if ((locals[i] = add_local(repo, words[i], e)) == NULL)
			return -1;
	}
	return 0;
}

/* The same name was given to two files. */
static int
check_locals(struct pkg *const *locals, size_t n, struct err *e)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i && locals[i] != NULL; k++) {
			if (locals[k] != NULL && strcmp(locals[k]->name,
			    locals[i]->name) == 0)
				return err_set(e, "%s and %s: both are %s",
				    locals[k]->file, locals[i]->file,
				    locals[i]->name);
		}
	}
	return 0;
}

static int
put_list(const char *text, size_t len, const char *output, struct err *e)
{
	struct outfile *o;

	if (output == NULL)
		return write_all(STDOUT_FILENO, text, len) == 0 ? 0 :
		    err_sys(e, "standard output");
	if ((o = outfile_open(output, 0, e)) == NULL)
		return -1;
	if (write_all(outfile_fd(o), text, len) != 0) {
		(void)err_sys(e, "%s", output);
		outfile_abort(o);
		return -1;
	}
	return outfile_commit(o, e);
}

static int
list(const struct plan *plan, const struct options *o, struct err *e)
{
	const struct form *form = o->form != NULL ? o->form :
	    form_find("files");
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int r;

	if (f == NULL)
		return err_mem(e);
	plan_print(plan, form, o->folder, f);
	if (fclose(f) != 0)
		r = err_mem(e);
	else
		r = put_list(text, len, o->output, e);
	free(text);
	return r;
}

static void
note(const char *line)
{
	diag_warn("%s", line);
}

static int
find_out(const struct options *o, char **words, size_t n, struct err *e)
{
	struct pkg **locals = mem_array(n, sizeof(*locals));
	struct repo *repo = repo_new(e);
	struct plan plan = { 0 };
	int r = -1;

	plan.repo = repo;
	plan.where = words[0];
	plan.alone = o->exact;
	plan.note = note;
	if (locals == NULL)
		(void)err_mem(e);
	else if (repo != NULL &&
	    add_locals(repo, words + 1, locals, n - 1, e) == 0 &&
	    check_locals(locals, n - 1, e) == 0 &&
	    summary_read(repo, words[0], e) == 0) {
		repo_sort(repo);
		r = resolve(&plan, words + 1, locals, n - 1, e);
	}
	if (r == 0 && !o->none)
		r = list(&plan, o, e);
	if (r == 0)
		plan_say(&plan, o->folder, o->verbose);
	plan_free(&plan);
	repo_free(repo);
	free(locals);
	return r;
}

static int
register_them(const struct options *o, char **paths, size_t n, struct err *e)
{
	struct registering reg = { 0 };

	reg.paths = paths;
	reg.n = n;
	reg.kept = o->kept;
	reg.nkept = o->nkept;
	reg.output = o->layer;
	return register_packages(&reg, e);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct err e = { ERR_ANY, "" };
	int r;

	diag_start(argv[0]);
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)) {
		(void)fputs(help, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	outfile_signals(false);
	if ((r = options_read(&o, argc, argv, &e)) == 0) {
		argv += optind;
		argc -= optind;
		(void)confine_reader(o.layer != NULL ? o.layer : o.output);
		r = o.layer != NULL ?
		    register_them(&o, argv, (size_t)argc, &e) :
		    find_out(&o, argv, (size_t)argc, &e);
	}
	free(o.kept);
	if (r == 0)
		return EXIT_SUCCESS;
	return *e.text == '\0' ? diag_usage(USAGE) : diag_fail(&e);
}
