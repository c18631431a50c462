/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-check.c: what is wrong with a service's folder: options, then each kind of
 * rule.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "service.h"

#define USAGE \
	"nb-check [-v] [-a arch] [-C common] [-c conf] [-k key] [-l layer]\n" \
	"           [-s megabytes] [-t nb-trim] -V variables service"

static const char help[] =
    "usage: " USAGE "\n"
    "  -a arch        the lock's lines for this one are looked at\n"
    "  -C common      the folder for /etc/include; common beside the service\n"
    "  -c conf        how the VM is started\n"
    "  -k key         what a build uses of a lock, or a pattern of that\n"
    "  -l layer       what the image is made of\n"
    "  -s megabytes   the image's size\n"
    "  -t nb-trim     the program that reads sailor.conf\n"
    "  -V variables   the list of variables\n"
    "  -v             say so when nothing is found\n";

static int
take(char ***list, size_t *n, char *word)
{
	char **p = realloc(*list, (*n + 1) * sizeof(*p));

	if (p == NULL)
		return -1;
	*list = p;
	p[(*n)++] = word;
	return 0;
}

/* The last one counts. */
static int
copy(char **to, const char *word)
{
	free(*to);
	*to = mem_printf("%s", word);
	return *to != NULL ? 0 : -1;
}

static int
megabytes(uint64_t *to, const char *s)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(s, &end, 10);
	/* What it is not is a finding in options.mk. */
	*to = *s >= '0' && *s <= '9' && *end == '\0' && errno == 0 ? v : 0;
	return 0;
}

/* Names that follow from the folder's. */
static int
name_it(struct service *s, char *path, struct err *e)
{
	size_t n = strlen(path);
	const char *base;
	struct stat st;

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	if (stat(path, &st) == -1)
		return err_sys(e, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, "%s: not a folder: name a service's", path);
	s->path = path;
	base = strrchr(path, '/');
	if (s->common == NULL)
		s->common = base == NULL ? mem_printf("common") :
		    mem_printf("%.*s/common", (int)(base - path), path);
	s->name = mem_printf("%s", base != NULL ? base + 1 : path);
	return s->common != NULL && s->name != NULL ? 0 : err_mem(e);
}

static int
check(const struct service *s, bool verbose, struct err *e)
{
	struct findings *found = s->found;
	int status = EXIT_SUCCESS;

	check_folder(s);
	check_options(s);
	check_mtree(s);
	check_fstab(s);
	check_lock(s);
	check_conf(s);
	check_sailor(s);
	check_size(s);
	/* What is left out for want of memory looks like a fault, or like none. */
	if (found->failed || mem_failed())
		return err_mem(e);
	if (found->n > 0)
		status = EXIT_FAILURE;
	if (findings_print(found) == -1)
		status = err_sys(e, "standard output");
	else if (found->n == 0 && verbose &&
	    (printf("%s: no faults found\n", s->path) < 0 ||
	    fflush(stdout) != 0))
		status = err_sys(e, "standard output");
	return status;
}

int
main(int argc, char **argv)
{
	const char *variables = NULL;
	struct findings found = { NULL, 0, 0, 0 };
	struct service s = { .found = &found };
	bool verbose = false;
	struct err e;
	int c, r = 0, status;

	diag_start(argv[0]);
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)) {
		(void)fputs(help, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	while (r == 0 && (c = getopt(argc, argv, "a:C:c:k:l:s:t:V:v")) != -1) {
		switch (c) {
		case 'a': s.arch = optarg; break;
		case 'C': r = copy(&s.common, optarg); break;
		case 'c': s.conf = optarg; break;
		case 'k': r = take(&s.keys, &s.nkeys, optarg); break;
		case 'l': r = take(&s.layers, &s.nlayers, optarg); break;
		case 's': r = megabytes(&s.imgsize, optarg); break;
		case 't': s.trim = optarg; break;
		case 'V': variables = optarg; break;
		case 'v': verbose = true; break;
		default: r = diag_usage(USAGE); break;
		}
	}
	if (r == 0 && (argc - optind != 1 || variables == NULL))
		r = diag_usage(USAGE);
	if (r != 0)
		status = r == -1 ? err_mem(&e) : r;
	else if (vars_read(&s.vars, variables, &e) == -1 ||
	    name_it(&s, argv[optind], &e) == -1)
		status = -1;
	else
		status = check(&s, verbose, &e);
	findings_free(&found);
	vars_free(&s.vars);
	free(s.keys);
	free(s.layers);
	free(s.common);
	free(s.name);
	return status == -1 ? diag_fail(&e) : status;
}
