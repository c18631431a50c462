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

struct records {
	struct entry	*v;		/* by name_order; own their strings */
	size_t		 n, cap;
	int64_t		 newest;	/* of the entries' times */
};

int records_read(struct records *, const char *path, struct err *);

/* records_find: by name; NULL when there is none. */
const struct entry *records_find(const struct records *, const char *name);

/*
 * records_dress: give the files of the stage, just listed, the modes that
 * METALOG says, for the scripts to see. Fails when a file of METALOG is
 * missing: such a stage is not whole.
 */
int records_dress(const struct records *, struct listing *before, int dir,
    const char *path, struct err *);

/*
 * records_write: the METALOG of the stage after the scripts. An entry that
 * they left alone stays as it was; one that they changed has the kind, size
 * and mode that it has on disk and the time epoch; a new one belongs to 0:0;
 * one that moved keeps its owner. Device nodes, which only METALOG has, stay
 * where their folder stays and nothing took their name. Errors of writing are
 * the stream's.
 */
int records_write(const struct records *, const struct listing *before,
    const struct listing *after, int64_t epoch, FILE *, struct err *);

void records_free(struct records *);

#endif
