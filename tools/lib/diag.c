/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * diag.c: messages of the programs.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"

static const char *prog = "nb";
static bool quiet;

/*
 * Who closed one of the three did not mean a file of ours to get its number, and
 * what is printed to be in it. To write there fails as before.
 */
static void
standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		(void)close(fd);
}

void
diag_start(const char *argv0)
{
	const char *slash = argv0 != NULL ? strrchr(argv0, '/') : NULL;

	standard();
	if (argv0 != NULL && *argv0 != '\0')
		prog = slash != NULL ? slash + 1 : argv0;
}

void
diag_quiet(bool q)
{
	quiet = q;
}

bool
diag_is_quiet(void)
{
	return quiet;
}

bool
diag_is_terminal(int fd)
{
	const char *term = getenv("TERM");
	const char *no = getenv("NO_COLOR");

	return isatty(fd) && (no == NULL || *no == '\0') && term != NULL &&
	    strcmp(term, "dumb") != 0;
}

static void line(const char *, const char *, va_list) NB_PRINTF(2, 0);

/* One write for the whole line: programs of one build share a terminal. */
static void
line(const char *level, const char *fmt, va_list ap)
{
	char buf[4096];
	int n, m;

	n = snprintf(buf, sizeof(buf), "%s: %s", prog, level);
	m = vsnprintf(buf + n, sizeof(buf) - (size_t)n - 1, fmt, ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n > sizeof(buf) - 2)
		n = (int)sizeof(buf) - 2;
	buf[n++] = '\n';
	(void)fflush(stdout);
	(void)!write(STDERR_FILENO, buf, (size_t)n);
}

void
diag_say(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	line("", fmt, ap);
	va_end(ap);
}

void
diag_warn(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	line("warning: ", fmt, ap);
	va_end(ap);
}

void
diag_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("", fmt, ap);
	va_end(ap);
}

int
diag_fail(const struct err *e)
{
	diag_error("%s", e->text);
	return e->code == ERR_USAGE ? EXIT_USAGE : EXIT_FAILURE;
}

int
diag_usage(const char *text)
{
	(void)fprintf(stderr, "usage: %s\n", text);
	return EXIT_USAGE;
}
