/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * repo.h: the packages that can be had, by name.
 */
#ifndef NB_REPO_H
#define NB_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define SIZE_UNKNOWN UINT64_MAX
#define NAME_BYTES   200	/* at most: with .tgz.part, fits any disk */

/* A list of words, in the order in which they were told. */
struct word {
	struct word	*next;
	char		 text[];
};

struct words {
	struct word	*first, **last;
};

struct pkg {
	const char	*name;		/* PKGNAME; has a '-' and a version */
	const char	*file;		/* FILE_NAME; if local, a path */
	const char	*sum;		/* hex of FILE_CKSUM, or NULL */
	const char	*sum_kind;	/* its first word ("sha512"), or NULL */
	uint64_t	 file_size;	/* bytes, or SIZE_UNKNOWN */
	uint64_t	 size;		/* the same of it when installed */
	struct words	 depends, conflicts, supersedes;
	bool		 local;		/* a file that somebody named */
	size_t		 number;	/* in the order in which they came */
	struct chosen	*chosen;	/* resolve.c's */
	const char	*banned;	/* blame.c's: why it cannot be chosen */
};

struct repo;

struct repo *repo_new(struct err *);
void repo_free(struct repo *);

/* repo_add: an empty package; NULL when there is no memory. It and all that is
 * allotted for it live as long as the repo. */
struct pkg *repo_add(struct repo *, struct err *);

/* repo_text: a copy of so many bytes and a NUL; NULL as above. */
char *repo_text(struct repo *, const char *, size_t len, struct err *);

/* repo_word: append one to a list. */
int repo_word(struct repo *, struct words *, const char *, size_t len,
    struct err *);

/* repo_sort: all are there. Of two that have one name, the first to come is
 * kept. */
void repo_sort(struct repo *);

size_t repo_count(const struct repo *);
struct pkg *repo_at(const struct repo *, size_t);	/* by name */

/*
 * repo_each: call fn with each package that a pattern matches (pattern.h), once
 * at least and in no order that means anything, until it does not return 0:
 * returns that, 0, or -1 and err for a pattern that is none.
 */
int repo_each(const struct repo *, const char *pattern,
    int (*fn)(void *, struct pkg *, struct err *), void *ctx, struct err *);

/* repo_rival: the version of the same package that is chosen, if it is not
 * this one; or NULL. */
struct pkg *repo_rival(const struct repo *, const struct pkg *);

/* name_check: whether a package or its file may be called so: it becomes part
 * of URLs, of layers' words and of folders' names. */
bool name_check(const char *);

#endif
