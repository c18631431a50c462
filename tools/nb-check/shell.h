/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * shell.h: scripts, read as sh(1) would read them and never run: which simple
 * commands there are, with their words and redirections, wherever they stand,
 * also in substitutions. (POSIX.1-2008, Shell Command Language, 2.2 to 2.10.)
 */
#ifndef NB_SHELL_H
#define NB_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Quotes are taken away; expansions stand as they were written. */
struct shell_word {
	char	*text;
	unsigned line;
	bool	 quoted;	/* a part of it is */
	bool	 expands;	/* it has a $ or ` that the shell would see */
};

struct shell_redir {
	char	 op[4];		/* < > >> >| <> <& >& << <<- <<< &> */
	struct shell_word to;
};

struct shell_command {
	unsigned line;
	struct shell_word *words;	/* assignments come first */
	size_t	 nwords, capwords;
	size_t	 nassigns;
	bool	 condition;		/* what a while or until begins with */
	struct shell_redir *redirs;
	size_t	 nredirs, capredirs;
};

/* What sh(1) does not have, or does not understand so. */
struct shell_odd {
	unsigned line;
	const char *what;
};

struct shell {
	struct shell_command *commands;	/* inner ones before outer ones */
	size_t	 n, cap;
	struct shell_word *functions;	/* names that the script defines */
	size_t	 nfunctions, capfunctions;
	struct shell_odd *odds;
	size_t	 nodds, capodds;
};

/*
 * shell_read: all of the text. -1: it cannot be read to its end, *line says
 * from where on; what came before is there.
 */
int shell_read(struct shell *, const char *text, size_t len, unsigned *line,
    struct err *);

/* shell_defines: whether the script has a function of that name. */
bool shell_defines(const struct shell *, const char *name);

void shell_free(struct shell *);

#endif
