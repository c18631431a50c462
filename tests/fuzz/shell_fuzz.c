/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * shell_fuzz.c: a target of libFuzzer for scripts.
 *
 * An input is a script. What is read of it stands in it: lines that it has, in
 * commands that are not empty; and what is not quoted, expanded or joined is
 * there letter by letter. Read twice it is the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

static unsigned
count_lines(const char *text, size_t len)
{
	unsigned n = 1;

	while (len-- > 0)
		n += text[len] == '\n';
	return n;
}

static void
check_word(const struct shell_word *w, unsigned lines, const char *text,
    size_t len)
{
	size_t n;

	MUST(w->text != NULL);
	MUST(w->line >= 1 && w->line <= lines);
	n = strlen(w->text);
	if (w->quoted || w->expands || n == 0 ||
	    memchr(text, '\\', len) != NULL || memchr(text, '`', len) != NULL)
		return;
	for (size_t i = 0; i + n <= len; i++) {
		if (memcmp(text + i, w->text, n) == 0)
			return;
	}
	/* $'...' loses its dollar. */
	MUST(memchr(text, '$', len) != NULL);
}

static void
check(const struct shell *s, const char *text, size_t len)
{
	unsigned lines = count_lines(text, len);

	for (size_t i = 0; i < s->n; i++) {
		const struct shell_command *c = &s->commands[i];

		MUST(c->nwords + c->nredirs > 0);
		MUST(c->nassigns <= c->nwords);
		MUST(c->line >= 1 && c->line <= lines);
		for (size_t j = 0; j < c->nwords; j++)
			check_word(&c->words[j], lines, text, len);
		for (size_t j = 0; j < c->nredirs; j++) {
			MUST(strpbrk(c->redirs[j].op, "<>") != NULL);
			check_word(&c->redirs[j].to, lines, text, len);
		}
	}
	for (size_t i = 0; i < s->nfunctions; i++) {
		check_word(&s->functions[i], lines, text, len);
		MUST(shell_defines(s, s->functions[i].text));
	}
	for (size_t i = 0; i < s->nodds; i++)
		MUST(s->odds[i].line >= 1 && s->odds[i].line <= lines);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct shell a, b;
	unsigned line = 0, again = 0;
	struct err e;
	int r;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	memset(&e, 0, sizeof(e));
	r = shell_read(&a, (const char *)in, len, &line, &e);
	MUST(r == 0 || e.text[0] != '\0');
	MUST(line >= 1 && line <= count_lines((const char *)in, len));
	check(&a, (const char *)in, len);
	MUST(shell_read(&b, (const char *)in, len, &again, &e) == r);
	MUST(line == again && a.n == b.n && a.nodds == b.nodds &&
	    a.nfunctions == b.nfunctions);
	shell_free(&a);
	shell_free(&b);
	return 0;
}
