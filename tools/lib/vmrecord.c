/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vmrecord.c: what is known of a VM that runs, in a file.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "slurp.h"
#include "vmrecord.h"
#include "writeall.h"

/* Far more than the paths and forwards of any VM. */
#define FILE_MAX (1024 * 1024)

static char *make_line(const char *, const char *, va_list) NB_PRINTF(2, 0);

/* To be freed; NULL when there is no memory. */
static char *
make_line(const char *key, const char *fmt, va_list ap)
{
	char *value = mem_vprintf(fmt, ap), *line = NULL;

	if (value != NULL)
		line = mem_printf("%s %s", key, value);
	free(value);
	return line;
}

/* A line of ours behind the others, or in the place of `old`. Takes it over. */
static int
put_line(struct vmrecord *r, char *line, char **old, struct err *e)
{
	int rv = line == NULL ? err_mem(e) : 0;

	if (rv == 0 && old != NULL) {
		free(*old);
		*old = line;
		return 0;
	}
	if (rv == 0)
		rv = words_add(&r->lines, line, e);
	free(line);
	return rv;
}

int
vmrecord_add(struct vmrecord *r, struct err *e, const char *key,
    const char *fmt, ...)
{
	va_list ap;
	char *line;

	va_start(ap, fmt);
	line = make_line(key, fmt, ap);
	va_end(ap);
	return put_line(r, line, NULL, e);
}

/* The value of a line, if it has that key. */
static const char *
value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	return strncmp(line, key, len) == 0 && line[len] == ' ' ?
	    line + len + 1 : NULL;
}

int
vmrecord_set(struct vmrecord *r, struct err *e, const char *key,
    const char *fmt, ...)
{
	char *line, **old = NULL;
	va_list ap;

	va_start(ap, fmt);
	line = make_line(key, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < r->lines.n && old == NULL; i++) {
		if (value_of(r->lines.v[i], key) != NULL)
			old = &r->lines.v[i];
	}
	return put_line(r, line, old, e);
}

const char *
vmrecord_next(const struct vmrecord *r, const char *key, size_t *at)
{
	while (*at < r->lines.n) {
		const char *value = value_of(r->lines.v[(*at)++], key);

		if (value != NULL)
			return value;
	}
	return NULL;
}

const char *
vmrecord_get(const struct vmrecord *r, const char *key)
{
	size_t at = 0;

	return vmrecord_next(r, key, &at);
}

const char *
vmrecord_text(const struct vmrecord *r, const char *key)
{
	const char *value = vmrecord_get(r, key);

	return value != NULL ? value : "";
}

int64_t
vmrecord_number(const struct vmrecord *r, const char *key)
{
	return (int64_t)strtoll(vmrecord_text(r, key), NULL, 10);
}

/* In place, which needs no more room. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			*to++ = *++s == 'n' ? '\n' : *s;
		else
			*to++ = *s;
	}
	*to = '\0';
}

static char *
escape(char *to, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n' || *s == '\\') {
			*to++ = '\\';
			*to++ = *s == '\n' ? 'n' : '\\';
		} else
			*to++ = *s;
	}
	*to++ = '\n';
	return to;
}

int
vmrecord_read(struct vmrecord *r, const char *path, struct err *e)
{
	size_t len;
	char *text = slurp(path, O_NOFOLLOW, FILE_MAX, "not a VM's record",
	    &len, e), *line, *save = NULL;
	int rv = 0;

	if (text == NULL)
		return -1;
	for (line = strtok_r(text, "\n", &save); line != NULL && rv == 0;
	    line = strtok_r(NULL, "\n", &save)) {
		unescape(line);
		rv = words_add(&r->lines, line, e);
	}
	free(text);
	return rv;
}

/* What a process that was killed here has left is written over. */
static int
write_part(const char *part, const char *text, size_t len, struct err *e)
{
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int rv;

	if (fd == -1)
		return err_sys(e, "%s", part);
	rv = write_all(fd, text, len) == -1 ? err_sys(e, "%s", part) : 0;
	(void)close(fd);
	return rv;
}

int
vmrecord_write(const struct vmrecord *r, const char *path, struct err *e)
{
	char *part = mem_printf("%s.part", path), *text, *to;
	size_t room = 1;
	int rv = -1;

	for (size_t i = 0; i < r->lines.n; i++)
		room += 2 * strlen(r->lines.v[i]) + 1;
	if ((text = to = malloc(room)) == NULL || part == NULL) {
		(void)err_mem(e);
		goto out;
	}
	for (size_t i = 0; i < r->lines.n; i++)
		to = escape(to, r->lines.v[i]);
	if (write_part(part, text, (size_t)(to - text), e) == -1)
		goto out;
	rv = rename(part, path) == -1 ? err_sys(e, "%s", path) : 0;
out:
	if (rv == -1 && part != NULL)
		(void)unlink(part);
	free(part);
	free(text);
	return rv;
}

void
vmrecord_free(struct vmrecord *r)
{
	words_free(&r->lines);
}
