/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * words.c: argument vectors: built, split from a line, quoted for a shell.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "words.h"

/* Takes over word, which is freed when it cannot be kept. */
static int
words_take(struct words *w, char *word, struct err *e)
{
	char **v;

	v = mem_grow(w->v, &w->cap, w->n + 2, sizeof(*w->v));
	if (word == NULL || v == NULL) {
		if (v != NULL)
			w->v = v;
		free(word);
		return err_mem(e);
	}
	w->v = v;
	w->v[w->n++] = word;
	w->v[w->n] = NULL;
	return 0;
}

int
words_add(struct words *w, const char *word, struct err *e)
{
	return words_take(w, strdup(word), e);
}

int
words_addf(struct words *w, struct err *e, const char *fmt, ...)
{
	va_list ap;
	char *word;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (word = malloc((size_t)n + 1)) == NULL)
		return err_mem(e);
	va_start(ap, fmt);
	(void)vsnprintf(word, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return words_take(w, word, e);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/*
 * The word at *pp, which is no blank, unquoted into to. *pp is left at the
 * blank or NUL behind it. to needs no more room than the line has.
 */
static int
unquote(char *to, const char **pp, struct err *e)
{
	const char *p = *pp;
	char quote = '\0';

	for (; *p != '\0' && (quote != '\0' || !is_blank(*p)); p++) {
		if (quote == '\0' && (*p == '\'' || *p == '"'))
			quote = *p;
		else if (quote != '\0' && *p == quote)
			quote = '\0';
		else if (*p == '\\' && p[1] != '\0' && quote != '\'' &&
		    (quote == '\0' || strchr("\\\"$`", p[1]) != NULL))
			*to++ = *++p;
		else
			*to++ = *p;
	}
	*to = '\0';
	*pp = p;
	if (quote != '\0')
		return err_code(e, ERR_USAGE, "%s quote is not closed",
		    quote == '"' ? "double" : "single");
	return 0;
}

int
words_split(struct words *w, const char *line, struct err *e)
{
	char *word = malloc(strlen(line) + 1);
	int rv = 0;

	if (word == NULL)
		return err_mem(e);
	while (rv == 0) {
		while (is_blank(*line))
			line++;
		if (*line == '\0')
			break;
		if ((rv = unquote(word, &line, e)) == 0)
			rv = words_add(w, word, e);
	}
	free(word);
	return rv;
}

/* Characters that mean nothing to a shell anywhere in a word. */
static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
    "xyz0123456789@%+=:,./_-";

static char *
quote_word(char *to, const char *word)
{
	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		size_t len = strlen(word);

		memcpy(to, word, len);
		return to + len;
	}
	*to++ = '\'';
	for (; *word != '\0'; word++) {
		if (*word == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else
			*to++ = *word;
	}
	*to++ = '\'';
	return to;
}

char *
words_quote(const struct words *w, struct err *e)
{
	size_t room = 1;
	char *line, *to;

	/* At worst each character is a quote, which becomes four. */
	for (size_t i = 0; i < w->n; i++)
		room += 4 * strlen(w->v[i]) + 3;
	if ((line = to = malloc(room)) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	for (size_t i = 0; i < w->n; i++) {
		if (i > 0)
			*to++ = ' ';
		to = quote_word(to, w->v[i]);
	}
	*to = '\0';
	return line;
}

char *
words_commas(const char *text, struct err *e)
{
	char *s = malloc(2 * strlen(text) + 1), *to = s;

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	for (; *text != '\0'; text++) {
		if (*text == ',')
			*to++ = ',';
		*to++ = *text;
	}
	*to = '\0';
	return s;
}

void
words_free(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	memset(w, 0, sizeof(*w));
}
