/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * shell.c: the grammar: lists of commands, down to simple ones.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "shell_impl.h"

/* What a closing parenthesis closes, and a ;; ends. */
enum inside { PARENTHESIS, PATTERN, BODY };

struct list {
	struct shell_command	 c;		/* the one that is being read */
	enum inside		 stack[SHELL_DEPTH];
	size_t			 depth;
	bool			 first;		/* of a PATTERN's words */
	bool			 condition;	/* the next command is one */
};

static void
word_free(struct shell_word *w)
{
	free(w->text);
}

static void
command_free(struct shell_command *c)
{
	for (size_t i = 0; i < c->nwords; i++)
		word_free(&c->words[i]);
	for (size_t i = 0; i < c->nredirs; i++)
		word_free(&c->redirs[i].to);
	free(c->words);
	free(c->redirs);
	memset(c, 0, sizeof(*c));
}

void
shell_free(struct shell *s)
{
	for (size_t i = 0; i < s->n; i++)
		command_free(&s->commands[i]);
	for (size_t i = 0; i < s->nfunctions; i++)
		word_free(&s->functions[i]);
	free(s->commands);
	free(s->functions);
	free(s->odds);
	memset(s, 0, sizeof(*s));
}

bool
shell_defines(const struct shell *s, const char *name)
{
	for (size_t i = 0; i < s->nfunctions; i++) {
		if (strcmp(s->functions[i].text, name) == 0)
			return true;
	}
	return false;
}

int
shell_odd(struct lexer *x, const char *what)
{
	struct shell *s = x->to;
	struct shell_odd *p;

	p = mem_grow(s->odds, &s->capodds, s->nodds + 1, sizeof(*p));
	if (p == NULL)
		return err_mem(x->e);
	s->odds = p;
	p[s->nodds].line = x->line;
	p[s->nodds++].what = what;
	return 0;
}

/* The word becomes the array's, or is freed. */
static int
words_take(struct lexer *x, struct shell_word **list, size_t *n, size_t *cap,
    struct shell_word *w)
{
	struct shell_word *p = mem_grow(*list, cap, *n + 1, sizeof(*p));

	if (p == NULL) {
		word_free(w);
		return err_mem(x->e);
	}
	*list = p;
	p[(*n)++] = *w;
	return 0;
}

/* The present command is done: the script's, if there is anything in it. */
static int
end_command(struct lexer *x, struct list *l)
{
	struct shell *s = x->to;
	struct shell_command *p;

	if (l->c.nwords == 0 && l->c.nredirs == 0)
		return 0;
	p = mem_grow(s->commands, &s->cap, s->n + 1, sizeof(*p));
	if (p == NULL)
		return err_mem(x->e);
	s->commands = p;
	p[s->n++] = l->c;
	memset(&l->c, 0, sizeof(l->c));
	return 0;
}

static int
push(struct lexer *x, struct list *l, enum inside what)
{
	if (l->depth == SHELL_DEPTH)
		return shell_fail(x, "nested too deep");
	l->stack[l->depth++] = what;
	l->first = true;
	return 0;
}

static bool
is_assignment(const struct shell_word *w)
{
	size_t n = strspn(w->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz_0123456789");

	return n > 0 && w->text[n] == '=' &&
	    (w->text[0] < '0' || w->text[0] > '9');
}

static bool
is_word(const struct shell_word *w, const char *text)
{
	return !w->quoted && strcmp(w->text, text) == 0;
}

/* Words behind which a command begins, or may be redirected. */
static bool
is_reserved(const struct shell_word *w)
{
	static const char *const words[] = { "if", "then", "elif", "else",
		"fi", "while", "until", "do", "done", "{", "}", "!" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (is_word(w, words[i]))
			return true;
	}
	return false;
}

/* for NAME [in WORD ...]: up to the end of the words. */
static int
for_head(struct lexer *x)
{
	struct shell_word w;
	enum token t;
	bool in = false;

	if (lex_token(x, &w) != T_WORD)
		return shell_fail(x, "for without a name");
	word_free(&w);
	for (;;) {
		const char *before = x->p;
		unsigned line = x->line;

		t = lex_token(x, &w);
		if (t == T_ERROR)
			return -1;
		if (t == T_NEWLINE && !in)
			continue;
		if (t != T_WORD)
			return t == T_NEWLINE || t == T_SEMI ? 0 :
			    shell_fail(x, "for without words");
		if (!in && is_word(&w, "do")) {
			x->p = before;
			x->line = line;
			word_free(&w);
			return 0;
		}
		in = true;
		word_free(&w);
	}
}

/* case WORD in */
static int
case_head(struct lexer *x, struct list *l)
{
	struct shell_word w;
	enum token t;
	bool in;

	if (lex_token(x, &w) != T_WORD)
		return shell_fail(x, "case without a word");
	word_free(&w);
	while ((t = lex_token(x, &w)) == T_NEWLINE)
		;
	if (t != T_WORD)
		return t == T_ERROR ? -1 : shell_fail(x, "case without in");
	in = is_word(&w, "in");
	word_free(&w);
	return in ? push(x, l, PATTERN) : shell_fail(x, "case without in");
}

/* NAME ( ): the parentheses, if they are next. */
static int
function_of(struct lexer *x, struct list *l, bool *is)
{
	struct shell *s = x->to;
	struct shell_command *c = &l->c;

	*is = lex_parentheses(x);
	if (!*is)
		return 0;
	c->nwords--;
	return words_take(x, &s->functions, &s->nfunctions, &s->capfunctions,
	    &c->words[c->nwords]);
}

/* [[ ... ]]: its own grammar, which is passed over. */
static int
double_bracket(struct lexer *x)
{
	struct shell_word w;
	enum token t;
	bool end;

	if (shell_odd(x, "[[ is not in sh(1): write [ ... ] or case") == -1)
		return -1;
	while ((t = lex_token(x, &w)) != T_EOF && t != T_ERROR) {
		if (t != T_WORD && t != T_REDIR)
			continue;
		end = t == T_WORD && is_word(&w, "]]");
		if (t == T_WORD)
			word_free(&w);
		if (end)
			return 0;
	}
	return t == T_ERROR ? -1 : shell_fail(x, "[[ without ]]");
}

/* A word where a command may begin: 1 when the grammar has taken it. */
static int
reserved(struct lexer *x, struct list *l, const struct shell_word *w)
{
	struct shell_word name;

	if (is_reserved(w)) {
		l->condition = is_word(w, "while") || is_word(w, "until");
		return 1;
	}
	if (is_word(w, "for"))
		return for_head(x) == -1 ? -1 : 1;
	if (is_word(w, "case"))
		return case_head(x, l) == -1 ? -1 : 1;
	if (is_word(w, "[["))
		return double_bracket(x) == -1 ? -1 : 1;
	if (is_word(w, "esac")) {
		if (l->depth == 0 || l->stack[l->depth - 1] != BODY)
			return shell_fail(x, "esac without case");
		l->depth--;
		return 1;
	}
	if (!is_word(w, "function"))
		return 0;
	if (shell_odd(x, "function is not in sh(1): write NAME()") == -1)
		return -1;
	if (lex_token(x, &name) != T_WORD)
		return shell_fail(x, "function without a name");
	(void)lex_parentheses(x);
	return words_take(x, &x->to->functions, &x->to->nfunctions,
	    &x->to->capfunctions, &name) == -1 ? -1 : 1;
}

static int
on_word(struct lexer *x, struct list *l, struct shell_word *w)
{
	struct shell_command *c = &l->c;
	bool begins = c->nwords == c->nassigns, is = false;
	int r = 0;

	if (begins && c->nwords == 0 && (r = reserved(x, l, w)) != 0) {
		word_free(w);
		return r == -1 ? -1 : 0;
	}
	if (c->nwords == 0 && c->nredirs == 0)
		c->line = w->line;
	if (c->nwords == 0) {
		c->condition = l->condition;
		l->condition = false;
	}
	if (begins && is_assignment(w)) {
		if (lex_array(x, w) == -1) {
			word_free(w);
			return -1;
		}
		c->nassigns++;
	}
	is = begins && c->nassigns == 0 && !w->quoted;
	if (words_take(x, &c->words, &c->nwords, &c->capwords, w) == -1)
		return -1;
	return is && c->nwords == 1 ? function_of(x, l, &is) : 0;
}

static int
on_redir(struct lexer *x, struct list *l)
{
	struct shell_command *c = &l->c;
	struct shell_redir r, *p;

	memcpy(r.op, x->op, sizeof(r.op));
	if (lex_token(x, &r.to) != T_WORD)
		return shell_fail(x, "a redirection to nothing");
	if (c->nwords == 0 && c->nredirs == 0)
		c->line = r.to.line;
	p = mem_grow(c->redirs, &c->capredirs, c->nredirs + 1, sizeof(*p));
	if (p == NULL) {
		word_free(&r.to);
		return err_mem(x->e);
	}
	c->redirs = p;
	p[c->nredirs++] = r;
	return strcmp(r.op, "<<") == 0 || strcmp(r.op, "<<-") == 0 ?
	    lex_heredoc(x, &r.to, r.op[2] == '-') : 0;
}

/* Between `in` and `)`, or `;;` and `)`. */
static int
on_pattern(struct lexer *x, struct list *l, enum token t, struct shell_word *w)
{
	bool esac;

	switch (t) {
	case T_WORD:
		esac = l->first && is_word(w, "esac");
		word_free(w);
		l->first = false;
		if (esac)
			l->depth--;
		return 0;
	case T_CLOSE:
		l->stack[l->depth - 1] = BODY;
		return 0;
	case T_OPEN:
	case T_NEWLINE:
	case T_OTHER:
		return 0;
	default:
		return shell_fail(x, "case without esac");
	}
}

/* ( and ): 1 at the end of the list. */
static int
on_parenthesis(struct lexer *x, struct list *l, enum token t, bool nested)
{
	if (t == T_OPEN) {
		if (l->c.nwords > 0)
			return shell_fail(x, "( behind a word");
		return lex_arithmetic(x) == -1 ? -1 :
		    push(x, l, PARENTHESIS);
	}
	if (end_command(x, l) == -1)
		return -1;
	if (l->depth == 0 && nested)
		return 1;
	if (l->depth == 0 || l->stack[l->depth - 1] != PARENTHESIS)
		return shell_fail(x, ") without (");
	l->depth--;
	return 0;
}

/* One token of a list: 1 at its end. */
static int
step(struct lexer *x, struct list *l, bool nested)
{
	struct shell_word w;
	enum token t = lex_token(x, &w);

	if (t == T_ERROR)
		return -1;
	if (l->depth > 0 && l->stack[l->depth - 1] == PATTERN)
		return on_pattern(x, l, t, &w);
	switch (t) {
	case T_WORD:
		return on_word(x, l, &w);
	case T_REDIR:
		return on_redir(x, l);
	case T_OPEN:
	case T_CLOSE:
		return on_parenthesis(x, l, t, nested);
	case T_DSEMI:
		if (end_command(x, l) == -1)
			return -1;
		if (l->depth == 0 || l->stack[l->depth - 1] != BODY)
			return shell_fail(x, ";; without case");
		l->stack[l->depth - 1] = PATTERN;
		l->first = true;
		return 0;
	case T_EOF:
		if (end_command(x, l) == -1)
			return -1;
		return nested || l->depth > 0 ?
		    shell_fail(x, "the end of the file is not expected") : 1;
	default:
		return end_command(x, l);
	}
}

int
shell_list(struct lexer *x, bool nested)
{
	struct list *l;
	int r;

	if (x->depth == SHELL_DEPTH)
		return shell_fail(x, "nested too deep");
	if ((l = mem_array(1, sizeof(*l))) == NULL)
		return err_mem(x->e);
	x->depth++;
	while ((r = step(x, l, nested)) == 0)
		;
	x->depth--;
	command_free(&l->c);
	free(l);
	return r == 1 ? 0 : -1;
}

int
shell_read(struct shell *to, const char *text, size_t len, unsigned *line,
    struct err *e)
{
	struct lexer x = { .p = text, .end = text + len, .line = 1, .to = to,
		.e = e };
	int r = shell_list(&x, false);

	*line = x.line;
	lex_end(&x);
	return r;
}
