/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * shell_impl.h: between the two halves of the shell's reader: tokens (lex.c)
 * and grammar (shell.c).
 */
#ifndef NB_SHELL_IMPL_H
#define NB_SHELL_IMPL_H

#include "shell.h"

/* Parentheses in each other, and substitutions in each other. */
#define SHELL_DEPTH 64
#define SHELL_HEREDOCS 16

enum token {
	T_ERROR = -1,
	T_EOF,
	T_NEWLINE,
	T_WORD,
	T_REDIR,		/* x->op; its word comes next */
	T_OPEN, T_CLOSE,
	T_SEMI,
	T_DSEMI,
	T_OTHER			/* & | && || */
};

struct heredoc {
	char	*end;		/* the line behind it */
	bool	 tabs;		/* which may stand before it */
};

struct lexer {
	const char	*p, *end;
	unsigned	 line;
	unsigned	 depth;		/* of substitutions */
	bool		 dquoted;	/* an expansion in "..." */
	struct shell	*to;
	struct err	*e;
	char		 op[4];
	struct heredoc	 heredocs[SHELL_HEREDOCS];	/* not read yet */
	size_t		 nheredocs;
};

/* --- lex.c */

/* lex_token: the next; a T_WORD's text is the caller's to free. */
enum token lex_token(struct lexer *, struct shell_word *);

/* lex_heredoc: it begins at the next newline. */
int lex_heredoc(struct lexer *, const struct shell_word *end, bool tabs);

/* lex_parentheses: pass over "( )", if that is next. */
bool lex_parentheses(struct lexer *);

/* lex_array: the parentheses of NAME=(...), behind the word NAME=. */
int lex_array(struct lexer *, const struct shell_word *);

/* lex_arithmetic: behind the first "(" of "((...))", pass over the rest of it
 * but the last ")". */
int lex_arithmetic(struct lexer *);

void lex_end(struct lexer *);

/* --- shell.c */

/* shell_list: commands up to the end, or to the ")" of a substitution. */
int shell_list(struct lexer *, bool nested);

int shell_odd(struct lexer *, const char *what);

/* shell_fail: e has the reason; -1. */
int shell_fail(struct lexer *, const char *why);

#endif
