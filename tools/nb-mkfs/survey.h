/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * survey.h: layers looked through for what a file system of them will need:
 * their files, without content, and which parts of sparse ones hold data.
 */
#ifndef NB_SURVEY_H
#define NB_SURVEY_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "tree.h"

struct survey;

struct survey *survey_new(char *const layers[], size_t n, struct err *);

/* The files; the survey's. */
struct tree *survey_tree(const struct survey *);

/* Bytes of data in files: holes are none. */
uint64_t survey_bytes(const struct survey *);

/*
 * survey_put: file n of the tree as its content would come to sink, a
 * rehearsing file system's, ctx: begin, data of no meaning where there is
 * some, end.
 */
int survey_put(const struct survey *, struct node *n, const struct sink *sink,
    void *ctx, struct err *);

void survey_free(struct survey *);

#endif
