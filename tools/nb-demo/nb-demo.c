/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-demo: builds an image, starts a VM with it, shows what its web service
 * answers and how long all that took, and stops it.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "watch.h"

static const char usage[] =
    "nb-demo [-t seconds] URL [build-command ... --] command [argument ...]";

/* A copy of s in which %p is the port. */
static char *
with_port(const char *s, int port)
{
	const char *at = strstr(s, "%p");

	if (at == NULL)
		return mem_printf("%s", s);
	return mem_printf("%.*s%d%s", (int)(at - s), s, port, at + 2);
}

static void
words_free(char **words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		free(words[i]);
	free(words);
}

/* The words of the command with the port in them, NULL at the end. */
static char **
words_with_port(char **argv, int n, int port)
{
	char **words = mem_array((size_t)n + 1, sizeof(*words));

	for (int i = 0; words != NULL && i < n; i++) {
		if ((words[i] = with_port(argv[i], port)) == NULL) {
			words_free(words);
			return NULL;
		}
	}
	return words;
}

/* What the service said, up to twenty lines of it, set off from the rest. */
static void
show_page(const char *page)
{
	int lines;

	for (lines = 0; *page != '\0' && lines < 20; lines++) {
		int len = (int)strcspn(page, "\n");

		(void)printf("    %.*s\n", len, page);
		page += len;
		if (*page == '\n')
			page++;
	}
}

static int
report(const struct watch *w, double build, struct err *e)
{
	(void)printf("\n%s answered 200:\n\n", w->url);
	show_page(w->page);
	(void)printf("\n");
	if (build >= 0)
		(void)printf("build                           %7.2f s\n", build);
	if (w->first_output >= 0 && w->first_output <= w->answer)
		(void)printf("exec to the kernel's first line %7.2f s\n"
		    "kernel to the service's answer  %7.2f s\n",
		    w->first_output, w->answer - w->first_output);
	else
		(void)printf("exec to the service's answer    %7.2f s\n",
		    w->answer);
	return fflush(stdout) == EOF || ferror(stdout) ?
	    err_sys(e, "standard output") : 0;
}

/* The words before "--" are the build's; it ends first. */
static int
build(char **argv, int *first, int argc, double *seconds, struct err *e)
{
	int i;

	*seconds = -1;
	for (i = *first; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		if (i == *first || i + 1 == argc)
			return err_code(e, ERR_USAGE, "no command before or "
			    "behind --");
		if (watch_build(argv + *first, seconds, e) != 0)
			return -1;
		*first = i + 1;
		return 0;
	}
	return 0;
}

/* argv: the URL, the build's words and the command's. */
static int
demo(struct watch *w, char **argv, int argc, struct err *e)
{
	double seconds;
	int port, first = 1;

	if (build(argv, &first, argc, &seconds, e) != 0 ||
	    (port = watch_free_port(e)) < 0)
		return -1;
	w->url = with_port(argv[0], port);
	w->argv = words_with_port(argv + first, argc - first, port);
	if (w->url == NULL || w->argv == NULL)
		return err_mem(e);
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
	if (watch_run(w, e) != 0)
		return -1;
	return report(w, seconds, e);
}

int
main(int argc, char **argv)
{
	struct err e = { .code = ERR_ANY };
	struct watch w = { .limit = 60 };
	int c, r;

	diag_start(argv[0]);
	/* What follows the URL is the command's, options too. */
	while ((c = getopt(argc, argv, "+t:")) != -1) {
		if (c != 't' || (w.limit = atof(optarg)) <= 0)
			return diag_usage(usage);
	}
	if (argc - optind < 2)
		return diag_usage(usage);
	r = demo(&w, argv + optind, argc - optind, &e);
	free(w.url);
	words_free(w.argv);
	free(w.page);
	return r == 0 ? EXIT_SUCCESS : diag_fail(&e);
}
