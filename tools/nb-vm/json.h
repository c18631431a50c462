/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * json.h: JSON (RFC 8259) to standard output, a member at a time.
 */
#ifndef NB_JSON_H
#define NB_JSON_H

#include <stdint.h>

/* Zeroed to begin with. */
struct json {
	unsigned depth;
	unsigned long some;	/* bit n: there is something at depth n */
};

/* A key is NULL in arrays and at the top. */
void json_open(struct json *, const char *key, char bracket);
void json_close(struct json *, char bracket);
void json_text(struct json *, const char *key, const char *value);
void json_number(struct json *, const char *key, int64_t);

/* json_thousandths: a number that has n thousandths. */
void json_thousandths(struct json *, const char *key, int64_t n);

/* json_end: the newline behind all; -1 when any of it was not written. */
int json_end(void);

#endif
