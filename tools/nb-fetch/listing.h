/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * listing.h: what the folders of URLs with a `*` hold.
 */
#ifndef NB_LISTING_H
#define NB_LISTING_H

#include "job.h"

/*
 * listing_resolve: put the newest match into the URLs of each job that has a
 * `*`, asking each folder once. A job whose name cannot be resolved is over
 * (FETCH_FAILED). -1 when nothing could be done at all.
 */
int listing_resolve(struct job *const jobs[], size_t n, struct engine *,
    struct err *);

#endif
