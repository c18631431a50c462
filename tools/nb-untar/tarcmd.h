/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarcmd.h: the command lines of tar(1) that scripts are written with.
 */
#ifndef NB_TARCMD_H
#define NB_TARCMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <archive.h>

#include "err.h"

/* What stands behind the options: a name, or a -C that goes before names. */
struct tar_word {
	const char	*text;
	bool		 folder;	/* go there first */
};

struct tarcmd {
	char		 op;		/* 'c', 't', 'x' */
	const char	*file;		/* -f; "-": standard input or output */
	bool		 verbose;	/* -v */
	bool		 keep;		/* -k */
	bool		 no_time;	/* -m */
	bool		 no_owner;	/* -o */
	bool		 to_stdout;	/* -O */
	int		 preserve;	/* -p; -1: not told */
	char		 filter;	/* c: 'z', 'j', 'J', 's' (zstd), 0, or
					 * 'a': by the name of the file */
	unsigned	 strip;		/* --strip-components */
	struct archive	*match;		/* patterns, archive_match(3) */
	struct tar_word	*words;		/* in their order */
	size_t		 nwords, cap;
};

/* tarcmd_is: whether the command line is tar's: nb-untar(1). */
bool tarcmd_is(int argc, char *const argv[]);

/*
 * tarcmd_parse: -1 with ERR_USAGE for what is no command of tar's or none
 * that is known here. To be freed by tarcmd_free even then.
 */
int tarcmd_parse(struct tarcmd *, int argc, char *const argv[], struct err *);

void tarcmd_free(struct tarcmd *);

/* tarcmd_chdir: go to the folders of all -C, for t and x. */
int tarcmd_chdir(const struct tarcmd *, struct err *);

/* tarcmd_skips: whether the patterns leave a name out. */
bool tarcmd_skips(const struct tarcmd *, const char *name);

/* tarcmd_unmatched: -1 when a pattern told of what was not there. */
int tarcmd_unmatched(const struct tarcmd *, struct err *);

/* tar_put_name: bytes as they are, but nothing that would steer a terminal. */
void tar_put_name(FILE *, const char *);

/* What the commands do: tarlist.c, tarextract.c, tarwrite.c. */
int tar_list(const struct tarcmd *, struct err *);
int tar_extract(const struct tarcmd *, struct err *);
int tar_create(const struct tarcmd *, struct err *);

#endif
