/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * json.c: JSON to standard output, a member at a time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "utf8.h"

/* Names of files are bytes: what is no UTF-8 becomes U+FFFD. */
static void
put_string(const char *s)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t cp;
	size_t n;

	(void)putchar('"');
	for (; *p != '\0'; p += n > 0 ? n : 1) {
		n = utf8_get(&cp, p);
		if (n == 0)
			(void)fputs("\\ufffd", stdout);
		else if (*p < ' ' || *p == 0x7f)
			(void)printf("\\u%04x", *p);
		else if (*p == '"' || *p == '\\')
			(void)printf("\\%c", *p);
		else
			(void)fwrite(p, 1, n, stdout);
	}
	(void)putchar('"');
}

/* What stands before a value. */
static void
begin(struct json *j, const char *key)
{
	unsigned long bit = 1UL << j->depth;

	if ((j->some & bit) != 0)
		(void)putchar(',');
	j->some |= bit;
	if (j->depth > 0)
		(void)printf("\n%*s", (int)(2 * j->depth), "");
	if (key != NULL) {
		put_string(key);
		(void)fputs(": ", stdout);
	}
}

void
json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	(void)putchar(bracket);
	j->depth++;
	j->some &= ~(1UL << j->depth);
}

void
json_close(struct json *j, char bracket)
{
	if ((j->some & 1UL << j->depth) != 0)
		(void)printf("\n%*s", (int)(2 * (j->depth - 1)), "");
	j->depth--;
	(void)putchar(bracket);
}

void
json_text(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	put_string(value);
}

void
json_number(struct json *j, const char *key, int64_t n)
{
	begin(j, key);
	(void)printf("%" PRId64, n);
}

void
json_thousandths(struct json *j, const char *key, int64_t n)
{
	begin(j, key);
	if (n < 0)
		(void)putchar('-');
	n = n < 0 ? -n : n;
	(void)printf("%" PRId64 ".%03d", n / 1000, (int)(n % 1000));
}

int
json_end(void)
{
	(void)putchar('\n');
	return fflush(stdout) == EOF || ferror(stdout) ? -1 : 0;
}
