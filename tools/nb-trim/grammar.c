/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * grammar.c: the lines of a sailor.conf: what of the shell's language such
 * files use (sh(1): comments, assignments, quoting, `.`), and for all else an
 * error that says what to write instead.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_impl.h"

#define NAME_SIZE 64	/* of a variable's name, with its NUL */
#define NEST_MAX  10	/* defaults in defaults */

/* What ends a word: blanks; or '}' in ${name:-word}, which may be in double
 * quotes itself: then quotes in it mean nothing. */
enum end { END_BLANK, END_BRACE, END_QUOTED_BRACE };

int
conf_error(const struct source *s, struct err *e, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return err_set(e, "%s:%u: %s", s->path, s->line, line);
}

/* The byte n further on, or NUL: no file has one. */
static char
peek(const struct source *s, size_t n)
{
	return n < (size_t)(s->end - s->p) ? s->p[n] : '\0';
}

static void
skip(struct source *s, size_t n)
{
	for (; n != 0 && s->p < s->end; n--, s->p++) {
		if (*s->p == '\n')
			s->line++;
	}
}

static struct place
here(const struct source *s)
{
	return (struct place){ s->path, s->line };
}

static bool
starts_name(char c)
{
	return c == '_' || isalpha((unsigned char)c);
}

/* How many bytes from the nth on are a name. */
static size_t
name_length(const struct source *s, size_t n)
{
	size_t len = 0;

	if (starts_name(peek(s, n))) {
		while (peek(s, n + len) == '_' ||
		    isalnum((unsigned char)peek(s, n + len)))
			len++;
	}
	return len;
}

static int
take_name(struct source *s, size_t len, char *name, struct err *e)
{
	if (len >= NAME_SIZE)
		return conf_error(s, e, "%.*s...: a name of over %d bytes",
		    20, s->p, NAME_SIZE - 1);
	memcpy(name, s->p, len);
	name[len] = '\0';
	skip(s, len);
	return 0;
}

/* --- Values. */

static int take_word(struct source *, enum end, const char *to, struct text *,
    struct err *);

static int
no_substitution(const struct source *s, struct err *e, const char *what)
{
	return conf_error(s, e, "%s: command substitution: nothing is run: "
	    "write the value itself, or single quotes around it", what);
}

/* ${name:-word}, from the word on. */
static int
take_default(struct source *s, const char *name, enum end end, const char *to,
    struct text *t, struct err *e)
{
	struct text other = { .s = NULL };
	const struct var *v;
	int r;

	if (s->nest == NEST_MAX)
		return conf_error(s, e, "${%s: more than %d in each other",
		    name, NEST_MAX);
	s->nest++;
	r = take_word(s, end, to, &other, e);
	s->nest--;
	if (r == 0) {
		v = conf_find(s->conf, name);
		r = v != NULL && v->value.len != 0 ?
		    conf_use(s, name, to, t, e) :
		    text_add(t, &other, here(s), e);
	}
	text_free(&other);
	return r;
}

/* ${name} or ${name:-word}; s is behind the brace. */
static int
take_braces(struct source *s, enum end end, const char *to, struct text *t,
    struct err *e)
{
	char name[NAME_SIZE];
	size_t len = name_length(s, 0);

	if (len == 0 || take_name(s, len, name, e) != 0)
		return len != 0 ? -1 :
		    conf_error(s, e, "${: no variable's name behind it");
	if (peek(s, 0) == '}') {
		skip(s, 1);
		return conf_use(s, name, to, t, e);
	}
	if (peek(s, 0) != ':' || peek(s, 1) != '-')
		return conf_error(s, e, "${%s%c: only ${%s} and ${%s:-value} "
		    "are known", name, isprint((unsigned char)peek(s, 0)) ?
		    peek(s, 0) : ' ', name, name);
	skip(s, 2);
	return take_default(s, name, end == END_BLANK ? END_BRACE :
	    END_QUOTED_BRACE, to, t, e);
}

/* What begins with a dollar sign, which s is at; end tells of quotes. */
static int
take_dollar(struct source *s, enum end end, const char *to, struct text *t,
    struct err *e)
{
	char name[NAME_SIZE], c = peek(s, 1);
	size_t len = name_length(s, 1);

	if (c == '(')
		return no_substitution(s, e, "$(");
	if (c == '{') {
		skip(s, 2);
		return take_braces(s, end, to, t, e);
	}
	if (c != '\0' && (isdigit((unsigned char)c) ||
	    strchr("@*#?$!-", c) != NULL))
		return conf_error(s, e, "$%c: is the shell's own: write the "
		    "value itself", c);
	if (len != 0) {
		skip(s, 1);
		return take_name(s, len, name, e) != 0 ? -1 :
		    conf_use(s, name, to, t, e);
	}
	if (text_put(t, '$', here(s), e) != 0)
		return -1;
	skip(s, 1);
	return 0;
}

static int
take_byte(struct source *s, struct text *t, struct err *e)
{
	if (peek(s, 0) == '\r')
		return conf_error(s, e, "a carriage return: save the file with "
		    "ends of lines as Unix has them");
	if (text_put(t, peek(s, 0), here(s), e) != 0)
		return -1;
	skip(s, 1);
	return 0;
}

/* From here to the quote c, which begins in the line `from`. */
static int
unclosed(struct source *s, char c, unsigned from, struct err *e)
{
	s->line = from;
	return conf_error(s, e, "%c: begins here and does not end", c);
}

static int
take_single(struct source *s, struct text *t, struct err *e)
{
	unsigned from = s->line;

	for (skip(s, 1); peek(s, 0) != '\''; ) {
		if (s->p == s->end)
			return unclosed(s, '\'', from, e);
		if (take_byte(s, t, e) != 0)
			return -1;
	}
	skip(s, 1);
	return 0;
}

static int
take_in_double(struct source *s, const char *to, struct text *t,
    struct err *e)
{
	char next = peek(s, 1);

	switch (peek(s, 0)) {
	case '$':
		return take_dollar(s, END_QUOTED_BRACE, to, t, e);
	case '`':
		return no_substitution(s, e, "`");
	case '\\':
		if (next == '\n') {
			skip(s, 2);
			return 0;
		}
		if (next != '\0' && strchr("$`\"\\", next) != NULL)
			skip(s, 1);
		return take_byte(s, t, e);
	default:
		return take_byte(s, t, e);
	}
}

static int
take_double(struct source *s, const char *to, struct text *t, struct err *e)
{
	unsigned from = s->line;

	for (skip(s, 1); peek(s, 0) != '"'; ) {
		if (s->p == s->end)
			return unclosed(s, '"', from, e);
		if (take_in_double(s, to, t, e) != 0)
			return -1;
	}
	skip(s, 1);
	return 0;
}

/* A byte, or more, outside of quotes. */
static int
take_plain(struct source *s, const char *to, struct text *t, struct err *e)
{
	char c = peek(s, 0);

	switch (c) {
	case '\'':
		return take_single(s, t, e);
	case '"':
		return take_double(s, to, t, e);
	case '$':
		return take_dollar(s, END_BLANK, to, t, e);
	case '`':
		return no_substitution(s, e, "`");
	case '\\':
		if (peek(s, 1) == '\0')
			return conf_error(s, e, "\\: nothing behind it");
		if (peek(s, 1) == '\n') {
			skip(s, 2);
			return 0;
		}
		skip(s, 1);
		return take_byte(s, t, e);
	case '(': case ')': case '&': case '|': case '<': case '>':
		return conf_error(s, e, "%c: the shell's own: quotes make it "
		    "part of a value", c);
	default:
		return take_byte(s, t, e);
	}
}

/* Up to what ends it, of which a brace is taken, too. */
static int
take_word(struct source *s, enum end end, const char *to, struct text *t,
    struct err *e)
{
	unsigned from = s->line;
	char c;

	while (s->p < s->end) {
		c = *s->p;
		if (end != END_BLANK && c == '}') {
			skip(s, 1);
			return 0;
		}
		if (end == END_BLANK && strchr(" \t\n;", c) != NULL)
			return 0;
		if (end == END_QUOTED_BRACE && c == '"')
			return conf_error(s, e, "\": quotes in quotes");
		if ((end == END_QUOTED_BRACE ? take_in_double(s, to, t, e) :
		    take_plain(s, to, t, e)) != 0)
			return -1;
	}
	if (end == END_BLANK)
		return 0;
	s->line = from;
	return conf_error(s, e, "${: no } behind it");
}

/* --- Lines. */

/* Blanks, and a line that goes on. */
static void
skip_blanks(struct source *s)
{
	for (;;) {
		if (peek(s, 0) == ' ' || peek(s, 0) == '\t')
			skip(s, 1);
		else if (peek(s, 0) == '\\' && peek(s, 1) == '\n')
			skip(s, 2);
		else
			return;
	}
}

/* The first word of what is no assignment. */
static int
no_command(struct source *s, bool behind, struct err *e)
{
	size_t len = 0;

	while (peek(s, len) != '\0' && strchr(" \t\r\n;", peek(s, len)) == NULL)
		len++;
	if (len > 60)
		len = 60;
	if (name_length(s, 0) != 0 && peek(s, name_length(s, 0)) == '+' &&
	    peek(s, name_length(s, 0) + 1) == '=')
		return conf_error(s, e, "%.*s: not the shell's: write "
		    "%.*s=\"$%.*s ...\"", (int)len, s->p,
		    (int)name_length(s, 0), s->p, (int)name_length(s, 0), s->p);
	if (len == 0)
		return take_byte(s, &(struct text){ .s = NULL }, e);
	return conf_error(s, e, "%.*s: a command: nothing is run: %s",
	    (int)len, s->p, behind ? "a value with blanks in it wants quotes" :
	    "only name=value and \". file\" are known");
}

static int
take_assignment(struct source *s, size_t len, struct err *e)
{
	struct text value = { .s = NULL };
	char name[NAME_SIZE];
	struct place place = here(s);
	int r;

	if (take_name(s, len, name, e) != 0)
		return -1;
	skip(s, 1);
	r = take_word(s, END_BLANK, name, &value, e);
	if (r == 0)
		r = conf_set(s, name, &value, place, e);
	text_free(&value);
	return r;
}

static int
take_include(struct source *s, struct err *e)
{
	struct text name = { .s = NULL };
	int r;

	skip(s, 1);
	skip_blanks(s);
	r = take_word(s, END_BLANK, ".", &name, e);
	if (r == 0 && name.len == 0)
		r = conf_error(s, e, ".: no file's name behind it");
	if (r == 0)
		r = conf_include(s, text_str(&name), e);
	text_free(&name);
	return r;
}

static bool
at_word(const struct source *s, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(s->end - s->p) > len &&
	    memcmp(s->p, word, len) == 0 &&
	    (s->p[len] == ' ' || s->p[len] == '\t');
}

/* Assignments, or the reading of a file: up to the end of a command. */
static int
take_command(struct source *s, struct err *e)
{
	bool behind = false;
	size_t len;

	if (at_word(s, ".")) {
		if (take_include(s, e) != 0)
			return -1;
		behind = true;
		skip_blanks(s);
	} else if (at_word(s, "export")) {
		skip(s, 6);
		skip_blanks(s);
	}
	while (s->p < s->end && strchr("\n;#", *s->p) == NULL) {
		len = name_length(s, 0);
		if (len == 0 || peek(s, len) != '=')
			return no_command(s, behind, e);
		if (take_assignment(s, len, e) != 0)
			return -1;
		behind = true;
		skip_blanks(s);
	}
	return 0;
}

int
grammar_read(struct source *s, struct err *e)
{
	const char *nul = memchr(s->p, '\0', (size_t)(s->end - s->p));

	if (nul != NULL) {
		skip(s, (size_t)(nul - s->p));
		return conf_error(s, e, "a NUL byte: not a text");
	}
	while (s->p < s->end) {
		skip_blanks(s);
		if (peek(s, 0) == '\n' || peek(s, 0) == ';')
			skip(s, 1);
		else if (peek(s, 0) == '#') {
			while (s->p < s->end && *s->p != '\n')
				skip(s, 1);
		} else if (s->p < s->end && take_command(s, e) != 0)
			return -1;
	}
	return 0;
}
