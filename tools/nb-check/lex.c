/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * lex.c: the shell's tokens: words with their quotes and expansions, operators,
 * here-documents.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "shell_impl.h"

/* A word while it is put together. */
struct build {
	char	*text;
	size_t	 len, cap;
	bool	 quoted, expands;
};

int
shell_fail(struct lexer *x, const char *why)
{
	return err_set(x->e, "%s", why);
}

static char
peek(const struct lexer *x, size_t n)
{
	return n < (size_t)(x->end - x->p) ? x->p[n] : '\0';
}

static bool
at_end(const struct lexer *x)
{
	return x->p == x->end;
}

/* The character here, which is counted when it ends a line. */
static char
take(struct lexer *x)
{
	char c = *x->p++;

	if (c == '\n')
		x->line++;
	return c;
}

static int
put(struct lexer *x, struct build *b, const char *s, size_t n)
{
	char *p = mem_grow(b->text, &b->cap, b->len + n + 1, 1);

	if (p == NULL)
		return err_mem(x->e);
	b->text = p;
	memcpy(p + b->len, s, n);
	b->len += n;
	p[b->len] = '\0';
	return 0;
}

/* A backslash and a newline are nothing. */
static bool
joined(struct lexer *x)
{
	if (peek(x, 0) != '\\' || peek(x, 1) != '\n')
		return false;
	x->p += 2;
	x->line++;
	return true;
}

/* Up to the quote, which is passed over. *from to *to is what is inside. */
static int
single_quoted(struct lexer *x, const char **from, const char **to)
{
	*from = *to = x->p;
	while (!at_end(x)) {
		*to = x->p;
		if (take(x) == '\'')
			return 0;
	}
	return shell_fail(x, "a single quote is not closed");
}

static int dollar(struct lexer *);
static int backquote(struct lexer *);
static int double_quoted(struct lexer *, struct build *);

/* ${NAME/...}, ${NAME,,}, ${NAME:2:3}, behind the brace. */
static int
odd_braces(struct lexer *x)
{
	size_t n = 0;
	char c;

	while (peek(x, n) == '_' || (peek(x, n) >= '0' && peek(x, n) <= '9') ||
	    (peek(x, n) >= 'A' && peek(x, n) <= 'Z') ||
	    (peek(x, n) >= 'a' && peek(x, n) <= 'z'))
		n++;
	c = peek(x, n);
	if (n > 0 && (c == '/' || c == '^' || c == ',' || c == '[' ||
	    (c == ':' && peek(x, n + 1) >= '0' && peek(x, n + 1) <= '9')))
		return shell_odd(x,
		    "this ${...} is not in sh(1): use sed, tr or cut");
	return 0;
}

/* Quotes inside ${...}; in "..." they are none, or none of ours. */
static int
quotes_in_braces(struct lexer *x, char c)
{
	struct build none = { NULL, 0, 0, false, false };
	const char *from, *to;
	int r;

	if (x->dquoted)
		return 0;
	if (c == '\'')
		return single_quoted(x, &from, &to);
	r = double_quoted(x, &none);
	free(none.text);
	return r;
}

/* One character of ${...}, or what it begins: 1 at its end. */
static int
in_braces(struct lexer *x)
{
	char c = take(x);

	switch (c) {
	case '}':
		return 1;
	case '\\':
		if (!at_end(x))
			(void)take(x);
		return 0;
	case '\'':
	case '"':
		return quotes_in_braces(x, c);
	case '$':
		return dollar(x);
	case '`':
		return backquote(x);
	default:
		return 0;
	}
}

/* Behind ${ : up to its }. */
static int
braces(struct lexer *x)
{
	int r = 0;

	if (x->depth == SHELL_DEPTH)
		return shell_fail(x, "nested too deep");
	if (odd_braces(x) == -1)
		return -1;
	x->depth++;
	while (r == 0)
		r = at_end(x) ? shell_fail(x, "${ without }") : in_braces(x);
	x->depth--;
	return r == 1 ? 0 : -1;
}

/* Behind $(( or ((: up to the end; `open` parentheses are to be closed. */
static int
expression(struct lexer *x, unsigned open)
{
	while (!at_end(x) && open > 0) {
		char c = take(x);

		if (c == '(')
			open++;
		else if (c == ')')
			open--;
	}
	return open == 0 ? 0 : shell_fail(x, "(( without ))");
}

/* Behind a $: what it begins. */
static int
dollar(struct lexer *x)
{
	bool dquoted = x->dquoted;
	int r;

	switch (peek(x, 0)) {
	case '{':
		x->p++;
		return braces(x);
	case '(':
		x->p++;
		if (peek(x, 0) == '(') {
			x->p++;
			return expression(x, 2);
		}
		x->dquoted = false;
		r = shell_list(x, true);
		x->dquoted = dquoted;
		return r;
	default:
		return 0;
	}
}

/* Behind `: what is inside is a script of its own, less some backslashes. */
static int
backquote(struct lexer *x)
{
	struct build b = { NULL, 0, 0, false, false };
	struct lexer in;
	int r = -1;

	in = *x;
	in.nheredocs = 0;
	in.dquoted = false;
	for (;;) {
		char c;

		if (at_end(x)) {
			(void)shell_fail(x, "a backquote is not closed");
			goto out;
		}
		if ((c = take(x)) == '`')
			break;
		if (c == '\\' && !at_end(x) && strchr("$`\\", *x->p) != NULL)
			c = take(x);
		if (put(x, &b, &c, 1) == -1)
			goto out;
	}
	r = 0;
	if (b.len > 0) {
		in.p = b.text;
		in.end = b.text + b.len;
		r = shell_list(&in, false);
		lex_end(&in);
	}
out:
	free(b.text);
	return r;
}

/* A $ or ` and what belongs to it, as it is written. */
static int
expansion(struct lexer *x, struct build *b)
{
	const char *from = x->p;

	b->expands = true;
	if ((take(x) == '`' ? backquote(x) : dollar(x)) == -1)
		return -1;
	return put(x, b, from, (size_t)(x->p - from));
}

static int
quoted_expansion(struct lexer *x, struct build *b)
{
	bool dquoted = x->dquoted;
	int r;

	x->dquoted = true;
	r = expansion(x, b);
	x->dquoted = dquoted;
	return r;
}

static int
double_quoted(struct lexer *x, struct build *b)
{
	while (!at_end(x)) {
		char c = *x->p;

		if (c == '$' || c == '`') {
			if (quoted_expansion(x, b) == -1)
				return -1;
			continue;
		}
		if (joined(x))
			continue;
		(void)take(x);
		if (c == '"')
			return 0;
		if (c == '\\' && !at_end(x) && strchr("$`\"\\", *x->p) != NULL)
			c = take(x);
		if (put(x, b, &c, 1) == -1)
			return -1;
	}
	return shell_fail(x, "a double quote is not closed");
}

static bool
ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' ||
	    c == '|' || c == '<' || c == '>' || c == '(' || c == ')';
}

/* One character outside quotes, or what it begins. */
static int
piece(struct lexer *x, struct build *b)
{
	const char *from, *to;
	char c = *x->p;

	if (joined(x))
		return 0;
	switch (c) {
	case '$':
		/* $'...' */
		if (peek(x, 1) != '\'')
			return expansion(x, b);
		x->p++;
		return 0;
	case '`':
		return expansion(x, b);
	case '\'':
		b->quoted = true;
		x->p++;
		return single_quoted(x, &from, &to) == -1 ? -1 :
		    put(x, b, from, (size_t)(to - from));
	case '"':
		b->quoted = true;
		x->p++;
		return double_quoted(x, b);
	case '\\':
		x->p++;
		b->quoted = true;
		if (at_end(x))
			return 0;
		break;
	default:
		break;
	}
	c = take(x);
	return put(x, b, &c, 1);
}

static enum token
word(struct lexer *x, struct shell_word *w)
{
	struct build b = { NULL, 0, 0, false, false };
	unsigned line = x->line;

	if (put(x, &b, "", 0) == -1)
		return T_ERROR;
	while (!at_end(x) && !ends_word(*x->p)) {
		if (piece(x, &b) == -1) {
			free(b.text);
			return T_ERROR;
		}
	}
	w->text = b.text;
	w->line = line;
	w->quoted = b.quoted;
	w->expands = b.expands;
	return T_WORD;
}

/* One line of a here-document; whether it is the one behind it. */
static bool
heredoc_line(struct lexer *x, const struct heredoc *h)
{
	const char *from = x->p, *nl;
	size_t len;

	nl = memchr(x->p, '\n', (size_t)(x->end - x->p));
	len = (size_t)((nl != NULL ? nl : x->end) - x->p);
	x->p += len;
	if (nl != NULL)
		(void)take(x);
	while (h->tabs && len > 0 && *from == '\t') {
		from++;
		len--;
	}
	return strlen(h->end) == len && memcmp(h->end, from, len) == 0;
}

/* Text is nobody's command, even where the shell would expand some of it. */
static void
heredocs(struct lexer *x)
{
	for (size_t i = 0; i < x->nheredocs; i++) {
		while (!at_end(x) && !heredoc_line(x, &x->heredocs[i]))
			;
		free(x->heredocs[i].end);
	}
	x->nheredocs = 0;
}

int
lex_heredoc(struct lexer *x, const struct shell_word *end, bool tabs)
{
	struct heredoc *h = &x->heredocs[x->nheredocs];

	if (x->nheredocs == SHELL_HEREDOCS)
		return shell_fail(x, "too many here-documents in a line");
	if ((h->end = strdup(end->text)) == NULL)
		return err_mem(x->e);
	h->tabs = tabs;
	x->nheredocs++;
	return 0;
}

void
lex_end(struct lexer *x)
{
	for (size_t i = 0; i < x->nheredocs; i++)
		free(x->heredocs[i].end);
	x->nheredocs = 0;
}

static void
blanks(struct lexer *x)
{
	for (;;) {
		if (peek(x, 0) == ' ' || peek(x, 0) == '\t')
			x->p++;
		else if (!joined(x))
			break;
	}
	if (peek(x, 0) == '#') {
		while (!at_end(x) && *x->p != '\n')
			x->p++;
	}
}

/* The longest first. */
static enum token
redirection(struct lexer *x)
{
	static const char *const ops[] = { "<<<", "<<-", "<<", "<&", "<>", "<",
		">>", ">&", ">|", ">" };

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t n = strlen(ops[i]);

		if ((size_t)(x->end - x->p) < n || memcmp(x->p, ops[i], n) != 0)
			continue;
		x->p += n;
		memcpy(x->op, ops[i], n + 1);
		if (n == 3 && ops[i][2] == '<' && shell_odd(x,
		    "<<< is not in sh(1): write a here-document") == -1)
			return T_ERROR;
		return T_REDIR;
	}
	return T_ERROR;
}

static enum token
operator(struct lexer *x)
{
	char c = peek(x, 0), next = peek(x, 1);

	if (c == '<' || c == '>')
		return redirection(x);
	if (c == '&' && next == '>') {
		x->p += 2 + (peek(x, 2) == '>');
		memcpy(x->op, "&>", 3);
		return shell_odd(x, "&> is not in sh(1): write >FILE 2>&1") ==
		    -1 ? T_ERROR : T_REDIR;
	}
	x->p++;
	switch (c) {
	case '(':
		return T_OPEN;
	case ')':
		return T_CLOSE;
	case ';':
		if (next != ';')
			return T_SEMI;
		x->p++;
		return T_DSEMI;
	default:
		if (next == c)
			x->p++;
		return T_OTHER;
	}
}

/* 2>FILE: digits right before a redirection are part of it. */
static void
descriptor(struct lexer *x)
{
	size_t n = 0;

	while (peek(x, n) >= '0' && peek(x, n) <= '9')
		n++;
	if (n > 0 && (peek(x, n) == '<' || peek(x, n) == '>'))
		x->p += n;
}

enum token
lex_token(struct lexer *x, struct shell_word *w)
{
	blanks(x);
	if (at_end(x))
		return T_EOF;
	if (*x->p == '\n') {
		(void)take(x);
		heredocs(x);
		return T_NEWLINE;
	}
	descriptor(x);
	return ends_word(*x->p) ? operator(x) : word(x, w);
}

bool
lex_parentheses(struct lexer *x)
{
	size_t n = 0;

	while (peek(x, n) == ' ' || peek(x, n) == '\t')
		n++;
	if (peek(x, n) != '(')
		return false;
	n++;
	while (peek(x, n) == ' ' || peek(x, n) == '\t')
		n++;
	if (peek(x, n) != ')')
		return false;
	x->p += n + 1;
	return true;
}

int
lex_array(struct lexer *x, const struct shell_word *w)
{
	size_t n = strlen(w->text);

	if (w->text[n - 1] != '=' || peek(x, 0) != '(')
		return 0;
	if (shell_odd(x, "arrays are not in sh(1)") == -1)
		return -1;
	x->p++;
	return expression(x, 1);
}

/* Whether this "(" and the one before it are closed by "))". */
static bool
is_double(const struct lexer *x)
{
	const char *p = x->p + 1;
	unsigned open = 1;

	for (; p < x->end && open > 0; p++) {
		if (*p == '(')
			open++;
		else if (*p == ')')
			open--;
	}
	return open == 0 && p < x->end && *p == ')';
}

int
lex_arithmetic(struct lexer *x)
{
	if (peek(x, 0) != '(' || !is_double(x))
		return 0;
	if (shell_odd(x, "(( is not in sh(1): write [ $((...)) -ne 0 ]") == -1)
		return -1;
	x->p++;
	return expression(x, 1);
}
