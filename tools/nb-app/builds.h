/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * builds.h: services being built by bmake, and what it says.
 */
#ifndef NB_BUILDS_H
#define NB_BUILDS_H

#include <stdint.h>

#include "answer.h"

/* builds_setup: variables for bmake (NAME=value), as they came with argv. */
void builds_setup(char *const *variables, int n);

/* builds_start: body names service, and may name target and arch. One build
 * at a time. */
struct answer builds_start(const json_t *body);

struct answer builds_all(void);
struct answer builds_log(const char *id, uint64_t from);
/* builds_stop: end it, if it is not over. */
struct answer builds_stop(const char *id);

/* builds_text: as vms_text, {"builds": [...]}. With app.lock held. */
char *builds_text(uint64_t *seen);

/* builds_end: when app.ending is set: end what runs, and wait for it. */
void builds_end(void);

#endif
