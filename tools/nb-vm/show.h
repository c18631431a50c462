/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * show.h: what VMs do and are, for people and for programs.
 */
#ifndef NB_SHOW_H
#define NB_SHOW_H

#include "choose.h"

/*
 * show_list: a line each. show_status: a paragraph each. show_json: an array of
 * objects. They look at each VM first, and clear away those that have ended
 * without anyone to see it. *running is how many run. -1 when standard output
 * does not take it.
 */
int show_list(const struct chosen *, int *running, struct err *);
int show_status(const struct chosen *, int *running, struct err *);
int show_json(const struct chosen *, int *running, struct err *);

#endif
