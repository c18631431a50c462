/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * record.h: what became of a file, as a line of JSON for programs (RFC 8259).
 */
#ifndef NB_RECORD_H
#define NB_RECORD_H

#include <stdio.h>

#include "fetch.h"

/* record_write: {"url": ..., "file": ..., ...} and a newline; nb-fetch(1) says
 * what the words mean. */
void record_write(FILE *, const struct fetch_report *);

#endif
