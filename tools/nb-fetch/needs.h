/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * needs.h: what downloading needs of the host, and nothing more (confine.h).
 */
#ifndef NB_NEEDS_H
#define NB_NEEDS_H

#include <stddef.h>

#include "job.h"

/*
 * needs_confine: from now on the process can write where the jobs' files go,
 * read what they name and what comes with the system, and reach the network.
 * Returns as confine_end.
 */
const char *needs_confine(struct job *const[], size_t n);

/* needs_confine_probe: the same, where nothing is written. */
const char *needs_confine_probe(struct job *const[], size_t n);

#endif
