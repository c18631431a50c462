/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sailor_fuzz.c: a target of libFuzzer for a service's sailor.conf, which an
 * input is. What is refused is told with its line; what was read is the same
 * when it is written in quotes and read again.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

static const char *const keys[] = {
	"shipbins", "sync_dirs", "packages", "shipname", "x", "prefix"
};
#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static unsigned warned;

/* Every line that is told has a place. */
static void
check_line(const char *line)
{
	const char *p = line;

	MUST(strncmp(p, "conf:", 5) == 0);
	p += 5 + strspn(p + 5, "0123456789");
	MUST(p != line + 5 && strncmp(p, ": ", 2) == 0);
	MUST(strchr(line, '\n') == NULL);
}

static void
warn(const char *line)
{
	check_line(line);
	warned++;
}

static const struct conf_ways ways = {
	"/nonexistent", "/usr/pkg", warn
};

/* Words are those of the value, in order, each from a line that there is. */
static void
check_words(const struct text *t, unsigned lines)
{
	const char *at = text_str(t);
	char word[256];
	struct place place;
	size_t off = 0;
	int r;

	MUST(strlen(at) == t->len);
	while ((r = text_word(t, &off, word, sizeof(word), &place)) != 0) {
		MUST(off <= t->len && place.line <= lines);
		at += strspn(at, " \t\n");
		MUST(r < 0 || strncmp(at, word, strlen(word)) == 0);
		MUST(r < 0 || (*word != '\0' &&
		    strpbrk(word, " \t\n") == NULL));
		at = text_str(t) + off;
	}
}

static void
put_quoted(FILE *f, const char *name, const struct text *t)
{
	const char *p;

	(void)fprintf(f, "%s='", name);
	for (p = text_str(t); *p != '\0'; p++) {
		if (*p == '\'')
			(void)fputs("'\\''", f);
		else
			(void)putc(*p, f);
	}
	(void)fputs("'\n", f);
}

/* The same conf, in plain words. */
static void
check_again(const struct conf *c)
{
	const struct text *t;
	struct conf *again;
	struct err e;
	size_t i, len;
	char *text;
	FILE *f = open_memstream(&text, &len);

	MUST(f != NULL);
	for (i = 0; i < NKEYS; i++)
		put_quoted(f, keys[i], conf_value(c, keys[i]));
	for (i = 0; (t = conf_command(c, i)) != NULL; i++)
		put_quoted(f, "run_at_build", t);
	MUST(fclose(f) == 0);
	again = conf_parse("conf", text, len, &ways, &e);
	MUST(again != NULL);
	for (i = 0; i < NKEYS; i++)
		MUST(strcmp(text_str(conf_value(c, keys[i])),
		    text_str(conf_value(again, keys[i]))) == 0);
	for (i = 0; (t = conf_command(c, i)) != NULL; i++) {
		MUST(conf_command(again, i) != NULL && t->len != 0);
		MUST(strcmp(text_str(t), text_str(conf_command(again, i))) ==
		    0);
		MUST(strchr(text_str(t), '\n') == NULL);
	}
	MUST(conf_command(again, i) == NULL);
	conf_close(again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	/* Of the size that it has, so that what is behind it is not read. */
	char *text = malloc(len != 0 ? len : 1);
	unsigned lines = 1;
	struct conf *c;
	struct err e = { ERR_ANY, "" };
	size_t i;

	MUST(text != NULL);
	memcpy(text, in, len);
	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	c = conf_parse("conf", text, len, &ways, &e);
	free(text);
	if (c == NULL) {
		check_line(e.text);
		return 0;
	}
	conf_warn(c);
	for (i = 0; i < NKEYS; i++)
		check_words(conf_value(c, keys[i]), lines);
	check_again(c);
	conf_close(c);
	return 0;
}
