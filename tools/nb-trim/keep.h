/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * keep.h: which files of a tree are kept, and why.
 */
#ifndef NB_KEEP_H
#define NB_KEEP_H

#include <stdbool.h>
#include <stdio.h>

#include "tree.h"

enum why {
	WHY_NOT,	/* not kept */
	WHY_PARENT,	/* a folder with something that is kept */
	WHY_ALWAYS,	/* no image boots without */
	WHY_ASKED,	/* text: where in the conf */
	WHY_LAYER,	/* text: the layer that has it */
	WHY_NEW,	/* was not there before */
	WHY_BELOW,	/* from: the folder that was asked for */
	WHY_PACKAGE,	/* text: the package's name */
	WHY_NEEDED,	/* from: the ELF file that has it as NEEDED */
	WHY_INTERP,	/* from: the ELF file whose INTERP it is */
	WHY_SCRIPT,	/* from: the script whose first line has it */
	WHY_LINK	/* from: the symbolic link that leads to it */
};

struct cause {
	enum why	 why;
	const struct node *from;
	const char	*text;		/* lives as long as the keep */
};

struct keep;

/* keep_new: of t, which stays the caller's and whose nodes' ino is ours. */
struct keep *keep_new(struct tree *t, struct err *);
struct tree *keep_tree(const struct keep *);

/* keep_text: a string that lives as long as the keep. */
const char *keep_text(struct keep *, struct err *, const char *, ...)
    NB_PRINTF(3, 4);

/* keep_node: keep n and the folders that it is in. What is kept by another
 * cause already stays so. */
void keep_node(struct keep *, struct node *n, struct cause);

/* keep_below: keep n and, if it is a folder, all below it. */
void keep_below(struct keep *, struct node *n, struct cause);

/*
 * keep_name: keep what name leads to (find_node), and each symbolic link on
 * the way; the node, or NULL: nothing, and nothing is kept then.
 */
struct node *keep_name(struct keep *, const char *name, struct cause);

/* keep_next: a node that is kept and was not handed out yet, no folder; NULL:
 * no more. keep_done: n shall not be handed out. */
struct node *keep_next(struct keep *);
void keep_done(struct keep *, struct node *n);

enum why keep_why(const struct keep *, const struct node *);

/* keep_tell: why n is kept, as a line's rest. */
void keep_tell(const struct keep *, const struct node *n, FILE *);

void keep_free(struct keep *);

#endif
