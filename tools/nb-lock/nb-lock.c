/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-lock.c: options and operands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "nb-lock.h"
#include "outfile.h"

#define USAGE \
	"nb-lock [-aq] [-c memo] [-H hint] [-M hint] lock key file url ...\n" \
	"           [-- command ...]\n" \
	"       nb-lock -w [-aq] [-c memo] [-M hint] lock key file url ..."

static const char help[] =
    "usage: " USAGE "\n"
    "  -a          hand all files to the command; believe no memo\n"
    "  -c memo     remember sums there\n"
    "  -H hint     how the lock is written, for what it does not name\n"
    "  -M hint     what to say when a file is missing\n"
    "  -q          print errors only\n"
    "  -w          write the lock\n"
    "A file that is not as the lock says is the command's to fetch: its words\n"
    "are nb-fetch's. Without a command it is an error.\n";

static int
run(struct options *o, const char *memo, bool writes, char **words, size_t n,
    struct err *e)
{
	struct file *files = mem_array(n / 3, sizeof(*files));
	struct memo *m;
	size_t i;
	int r = -1;

	if (files == NULL)
		return err_mem(e);
	for (i = 0; i < n / 3; i++) {
		files[i].key = words[3 * i];
		files[i].path = words[3 * i + 1];
		files[i].url = words[3 * i + 2];
	}
	if ((m = memo_open(memo, o->all, e)) != NULL)
		r = writes ? write_lock(o, files, n / 3, m, e) :
		    check(o, files, n / 3, &m, e);
	memo_close(m);
	free(files);
	return r;
}

/* The command stands behind the last "--" that is an operand; NULL: none. */
static char **
command_of(char **words, size_t *n)
{
	size_t i;

	for (i = 0; i < *n; i++) {
		if (strcmp(words[i], "--") == 0) {
			*n = i;
			return words[i + 1] != NULL ? words + i + 1 : NULL;
		}
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	struct options o = { NULL, NULL, NULL, false, NULL };
	const char *memo = NULL;
	bool writes = false;
	struct err e;
	size_t n;
	int c;

	diag_start(argv[0]);
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)) {
		(void)fputs(help, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	/* The + is for glibc, which would look behind the operands. */
	while ((c = getopt(argc, argv, "+ac:H:M:qw")) != -1) {
		switch (c) {
		case 'a': o.all = true; break;
		case 'c': memo = optarg; break;
		case 'H': o.hint = optarg; break;
		case 'M': o.fetch_hint = optarg; break;
		case 'q': diag_quiet(true); break;
		case 'w': writes = true; break;
		default: return diag_usage(USAGE);
		}
	}
	argv += optind;
	argc -= optind;
	if (argc < 1)
		return diag_usage(USAGE);
	o.lock = *argv++;
	n = (size_t)argc - 1;
	o.command = command_of(argv, &n);
	if (n == 0 || n % 3 != 0 || (writes && o.command != NULL))
		return diag_usage(USAGE);
	outfile_signals(false);
	if (run(&o, memo, writes, argv, n, &e) == -1) {
		if (e.text[0] != '\0')
			return diag_fail(&e);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
