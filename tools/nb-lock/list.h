/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * list.h: a lock: the URLs and SHA-256 sums of what a service is built from.
 *
 *	# a comment
 *	amd64/sets/base.tar.xz (https://...) = 3c5f...
 *
 * Lines are sorted by the key in front, of which each has one.
 */
#ifndef NB_LIST_H
#define NB_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "digest.h"
#include "err.h"

struct line {
	char	*key;			/* ARCH/KIND/NAME */
	char	*url;
	char	 sum[DIGEST_HEX_MAX];	/* SHA-256 */
};

struct list {
	struct line	*lines;
	size_t		 n, cap;
};

/* list_read: -1: it is not there (ERR_MISSING), or a line is none. */
int list_read(struct list *, const char *path, struct err *);

/* list_find: NULL: there is none. */
const struct line *list_find(const struct list *, const char *key);

/* list_add: copies; -1: no memory, or the words cannot stand in a line. */
int list_add(struct list *, const char *key, const char *url, const char *sum,
    struct err *);

/* list_sort: by key. -1: two have the same. */
int list_sort(struct list *, struct err *);

/* list_write: all of it, unless path says that already: *changed tells. */
int list_write(const struct list *, const char *path, bool *changed,
    struct err *);

void list_free(struct list *);

#endif
