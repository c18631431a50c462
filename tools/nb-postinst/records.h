/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * records.h: a stage's METALOG, in memory, and what scripts made of it.
 */
#ifndef NB_POSTINST_RECORDS_H
#define NB_POSTINST_RECORDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "entry.h"
#include "err.h"
#include "listing.h"
#include "owners.h"

struct records {
	struct entry	*v;		/* by name_order; own their strings */
	size_t		 n, cap;
	int64_t		 newest;	/* of the entries' times */
};

int records_read(struct records *, const char *path, struct err *);

/* records_find: by name; NULL when there is none. */
const struct entry *records_find(const struct records *, const char *name);

/*
 * records_nodes: device nodes and fifos, which a stage lacks, for the scripts
 * to find: a node is an empty file (owners.h).
 */
int records_nodes(const struct records *, int dir, const char *path,
    struct err *);

/*
 * records_dress: give the files of the stage, just listed, the modes that
 * METALOG says, for the scripts to see, and tell owners the rest. Fails when
 * a file of METALOG is missing: such a stage is not whole.
 */
int records_dress(const struct records *, struct listing *before,
    struct owners *, int dir, const char *path, struct err *);

/*
 * records_write: the METALOG of the stage after the scripts. A file that they
 * left alone stays as it was, under whichever name; one that they changed has
 * the size, mode and owner that it has now and the time epoch; so has a new
 * one. Errors of writing are the stream's.
 */
void records_write(const struct records *, const struct listing *before,
    const struct listing *after, int64_t epoch, FILE *);

void records_free(struct records *);

#endif
