/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * answer.c: what the API says.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "utf8.h"

struct answer
answer_ok(json_t *body)
{
	return (struct answer){ .status = 200, .body = body };
}

struct answer
answer_error(int status, const char *fmt, ...)
{
	struct answer a = { .status = status };
	char text[8192];
	json_t *why;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	a.body = json_object();
	why = answer_text(text, strlen(text));
	(void)json_object_set_new(a.body, "error", why != NULL ? why :
	    json_string("out of memory"));
	return a;
}

json_t *
answer_text(const char *s, size_t len)
{
	static const char what[] = "\xef\xbf\xbd";	/* U+FFFD */
	char *clean = malloc(3 * len + 1);
	size_t n = 0;
	json_t *j;

	if (clean == NULL)
		return NULL;
	for (size_t i = 0; i < len;) {
		uint8_t c[5] = { 0 };
		uint32_t cp;
		size_t took;

		memcpy(c, s + i, len - i < 4 ? len - i : 4);
		took = utf8_get(&cp, c);
		memcpy(clean + n, took != 0 ? s + i : what,
		    took != 0 ? took : 3);
		n += took != 0 ? took : 3;
		i += took != 0 ? took : 1;
	}
	j = json_stringn(clean, n);
	free(clean);
	return j;
}
