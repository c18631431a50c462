/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * asked.h: what is kept to begin with: what an image cannot do without, what
 * a sailor.conf names, what the service brings and its scripts made.
 */
#ifndef NB_ASKED_H
#define NB_ASKED_H

#include "conf.h"
#include "keep.h"

/* asked_always: what is kept whatever the conf says. */
void asked_always(struct keep *);

/* asked_files: shipbins and sync_dirs. Of what is not there warn tells. */
int asked_files(struct keep *, const struct conf *,
    void (*warn)(const char *line), struct err *);

/* asked_packages: packages; contents are below the folder dir. */
int asked_packages(struct keep *, const struct conf *, int dir,
    const char *prefix, void (*warn)(const char *line), struct err *);

/* asked_layer: all names that the layer has. */
int asked_layer(struct keep *, const char *word, struct err *);

/* asked_new: what was not in the METALOG path, or was something else there. */
int asked_new(struct keep *, const char *path, struct err *);

#endif
