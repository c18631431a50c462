/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer.h: anything that adds files to an image, as a stream of entries.
 *
 * A layer is named by a word:
 *
 *	FILE			an archive that libarchive reads, all of it
 *				(a binary package of pkgsrc, which begins with
 *				+CONTENTS: placed where pkg_add(1) puts it)
 *	FILE:PATTERN		what of it matches a shell pattern; a folder's
 *				name brings all below it
 *	IMAGE, IMAGE:PATTERN	the same of an image's file system (fsread.h)
 *	FOLDER			a folder of the project, placed at the root
 *	FOLDER:/PATH		the same, placed at PATH
 *	FILE.mtree, METALOG	an mtree(5) file (METALOG.kept, too); contents
 *				come from the folder it is in
 *
 * The last colon divides. A name that exists as a whole is taken whole.
 */
#ifndef NB_LAYER_H
#define NB_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "err.h"

struct confine;
struct layer;

/* layer_announce: word will be opened soon (cache.h). */
void layer_announce(const char *word);

/* layer_confine: what word is read from may be read (confine.h). */
void layer_confine(struct confine *, const char *word);

/* layer_open: word as above. The layer is freed by layer_close. */
struct layer *layer_open(const char *word, struct err *);

/* layer_name: the word, for messages. */
const char *layer_name(const struct layer *);

/*
 * layer_next: the next entry. 1: *ep points at it until the next call;
 * 0: the end; -1: error. Content not taken is passed over.
 */
int layer_next(struct layer *, const struct entry **ep, struct err *);

/*
 * layer_data: the next piece of the present FILE's content. 1: len bytes at
 * off, valid until the next call; offsets only grow and what is passed over
 * reads as zeros; 0: the end; -1: error.
 */
int layer_data(struct layer *, const void **buf, size_t *len, uint64_t *off,
    struct err *);

/*
 * layer_range: the next range of the present FILE's content that the layer
 * holds data for, unread: what layer_data would hand out. 1; 0: no more; -1:
 * error. For one entry it is either this or layer_data.
 */
int layer_range(struct layer *, uint64_t *off, uint64_t *len, struct err *);

/* layer_rewind: begin again; when whole, without the word's pattern. */
int layer_rewind(struct layer *, bool whole, struct err *);

void layer_close(struct layer *);

#endif
