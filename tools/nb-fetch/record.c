/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * record.c: writes JSON.
 */
#include <inttypes.h>

#include "record.h"
#include "utf8.h"

/* What is no UTF-8 is written as U+FFFD, which stands for that. */
static void
string_write(FILE *f, const char *word, const char *s)
{
	uint32_t cp;
	size_t n;

	(void)fprintf(f, ", \"%s\": \"", word);
	for (; *s != '\0'; s += n) {
		if ((n = utf8_get(&cp, (const uint8_t *)s)) == 0) {
			(void)fputs("\\ufffd", f);
			n = 1;
		} else if (cp < ' ' || cp == 127)
			(void)fprintf(f, "\\u%04x", (unsigned)cp);
		else if (cp == '"' || cp == '\\')
			(void)fprintf(f, "\\%c", (char)cp);
		else
			(void)fwrite(s, 1, n, f);
	}
	(void)fputc('"', f);
}

static void
number_write(FILE *f, const char *word, uint64_t n)
{
	(void)fprintf(f, ", \"%s\": %ju", word, (uintmax_t)n);
}

void
record_write(FILE *f, const struct fetch_report *r)
{
	static const char *const results[] = { "new", "same", "disk",
		"failed" };

	(void)fprintf(f, "{\"result\": \"%s\"", results[r->outcome]);
	string_write(f, "url", r->url);
	if (r->path != NULL)
		string_write(f, "file", r->path);
	if (r->outcome != FETCH_FAILED) {
		number_write(f, "size", r->size);
		if (r->sum != NULL && *r->sum != '\0')
			string_write(f, digest_kind_of(r->sum) ==
			    DIGEST_SHA256 ? "sha256" : "sha512", r->sum);
		(void)fprintf(f, ", \"verified\": %s",
		    r->verified != DIGEST_NONE ? "true" : "false");
	}
	number_write(f, "received", r->received);
	number_write(f, "resumed", r->resumed);
	number_write(f, "tries", r->tries);
	(void)fprintf(f, ", \"seconds\": %.3f", (double)r->ms / 1000);
	if (r->outcome == FETCH_FAILED && r->err != NULL)
		string_write(f, "error", r->err->text);
	(void)fputs("}\n", f);
}
