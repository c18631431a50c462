/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * token.h: what a client has to know to change anything.
 */
#ifndef NB_TOKEN_H
#define NB_TOKEN_H

#include "err.h"

/* token_new: 128 random bits. token_read: the first line of a file that
 * nobody else may read. Both to be freed; NULL on error. */
char *token_new(struct err *);
char *token_read(const char *path, struct err *);

#endif
