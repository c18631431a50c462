/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * jsonget.h: a look into what QEMU says: one value of a JSON text (RFC 8259).
 */
#ifndef NB_JSONGET_H
#define NB_JSONGET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * json_find: the value of a key of the object at json, or of an object in it:
 * path is "return" or "return.status". Where it begins; NULL when there is
 * none, or the text is no JSON up to there.
 */
const char *json_find(const char *json, const char *path);

/* json_word: the string at value, if it is one of letters, digits and - only
 * and fits. */
bool json_word(const char *value, char *to, size_t room);

#endif
