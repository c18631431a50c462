/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * err.c: fills struct err.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

static void err_fill(struct err *, enum err_code, const char *, va_list)
    NB_PRINTF(3, 0);

static void
err_fill(struct err *e, enum err_code code, const char *fmt, va_list ap)
{
	char *p;

	e->code = code;
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
	for (p = e->text; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	}
}

int
err_set(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, ERR_ANY, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_code(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, code, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	size_t used;
	va_list ap;

	va_start(ap, fmt);
	err_fill(e, saved == ENOENT ? ERR_MISSING : ERR_ANY, fmt, ap);
	va_end(ap);
	used = strlen(e->text);
	(void)snprintf(
	    e->text + used, sizeof(e->text) - used, ": %s", strerror(saved));
	errno = saved;
	return -1;
}

int
err_mem(struct err *e)
{
	return err_set(e, "out of memory");
}
