/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * environ.h: the environment of postinst scripts: the same on every host, but
 * for what the caller names.
 */
#ifndef NB_POSTINST_ENVIRON_H
#define NB_POSTINST_ENVIRON_H

#include <stdbool.h>

#include "args.h"

/* environ_start: PATH, HOME and the like, FETCH and TAR; the proxies of the
 * caller when there is a network, NONET=1 when there is none. */
void environ_start(struct args *env, bool network);

/* environ_socket: the caller's SSH_AUTH_SOCK, if it is among what is bound. */
void environ_socket(struct args *env, const struct args *binds);

/* environ_set: name[0..len) = value, in place of an older one. */
void environ_set(struct args *env, const char *name, size_t len,
    const char *value);

/* environ_word: `NAME=value`; -1 when NAME is no name of a variable. */
int environ_word(struct args *env, const char *word);

/* environ_get: NULL when it is not there. */
const char *environ_get(const struct args *env, const char *name);

#endif
