/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tree.h: the files of an image, merged from its layers.
 *
 * tree_merge reads the layers last to first, so that what a later layer
 * replaces is never handed on. Content goes to a sink (a file system being
 * written, a stage folder) while the layer is read: it is neither held in
 * memory nor stored twice.
 */
#ifndef NB_TREE_H
#define NB_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "err.h"
#include "limit.h"

struct node {
	struct node	*parent;	/* the root's is itself */
	struct node	*child;		/* DIR: first, by strcmp of names */
	struct node	*sibling;
	struct node	*link;		/* a further name of that node, or NULL */
	struct node	*hash;		/* the tree's own */
	struct node	*arrival;	/* the order in which nodes came */
	char		*name;		/* last part; "" for the root */
	char		*target;	/* SYMLINK */
	uint64_t	 size;		/* FILE bytes, SYMLINK strlen(target) */
	int64_t		 mtime;
	uint64_t	 where;		/* the sink's own: where content is */
	uint32_t	 mtime_ns;
	uint32_t	 ino;		/* the sink's own */
	uint32_t	 uid, gid;
	uint32_t	 major, minor;	/* CHAR, BLOCK */
	uint32_t	 nlink;		/* set by tree_merge: names of a file;
					 * for a DIR 2 + its subdirectories */
	uint16_t	 mode;		/* 07777 */
	uint8_t		 kind;		/* never ENTRY_HARDLINK */
	uint8_t		 flags;
	uint32_t	 layer;		/* index of the layer it came from */
};

struct tree {
	struct node	*root;
	struct node	*first;		/* in order of arrival, by ->arrival */
	uint64_t	 nodes;		/* names, the root included */
	uint64_t	 inodes;	/* nodes less further hard-link names */
	int64_t		 epoch;		/* SOURCE_DATE_EPOCH, or the newest
					 * time in archives and METALOGs */
	uint64_t	 hidden;	/* entries dropped since a later layer
					 * has something else where they go */
	struct node	*hider;		/* ... and the first that hid one */
	struct limit	 limit;		/* what layers may bring */
	/* the rest is tree.c's */
	struct node	**table;
	size_t		 buckets;
	struct node	*last;
	void		*arena;
	bool		 epoch_given;
};

/*
 * What takes the content of regular files. Only FILE nodes with size > 0 are
 * announced, never a further hard-link name, one file at a time: begin, data
 * with growing offsets (what is left out is a hole of zeros, at the end too),
 * end. n->size is exact and n->where is the sink's to fill. discard: content
 * handed over before has been replaced and its space may be used again.
 */
struct sink {
	int	(*begin)(void *, struct node *, struct err *);
	int	(*data)(void *, struct node *, uint64_t off, const void *,
		    size_t, struct err *);
	int	(*end)(void *, struct node *, struct err *);
	void	(*discard)(void *, struct node *);
	/*
	 * When set, content is not read: in place of data comes where there is
	 * some, as far as the layer knows.
	 */
	int	(*range)(void *, struct node *, uint64_t off, uint64_t len,
		    struct err *);
};

/* tree_new: a tree with a root only, and the limits of the environment. */
struct tree *tree_new(struct err *);

/*
 * tree_merge: read words[0..n), the last wins, into the tree. sink may be
 * NULL: then only headers are read. Afterwards children are sorted, nlink is
 * set and mtimes are final.
 */
int tree_merge(struct tree *, char *const words[], size_t n,
    const struct sink *, void *ctx, struct err *);

/* tree_find: the node of a canonical name, or NULL. */
struct node *tree_find(const struct tree *, const char *name);

/* tree_path: n's canonical name into buf of PATH_LEN_MAX bytes; returns buf. */
char *tree_path(const struct node *n, char *buf);

/* tree_next: depth-first walk, parents before children; NULL at the end. */
struct node *tree_next(const struct node *);

/* tree_hidden: whether entries have no place in the image; if so e has the
 * line that a person is to be warned with. */
bool tree_hidden(const struct tree *, struct err *);

void tree_free(struct tree *);

#endif
