/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * answer.h: what the API says: a status of HTTP and a JSON value.
 */
#ifndef NB_ANSWER_H
#define NB_ANSWER_H

#include <jansson.h>

#include "err.h"
#include "stream.h"

/* How values become text: short, and no more digits than there are. */
#define ANSWER_DUMP (JSON_COMPACT | JSON_REAL_PRECISION(6))

struct answer {
	int	 status;
	json_t	*body;		/* ours to give away; NULL: no memory */
	struct stream *stream;	/* instead: events, without end */
	const char *allow;	/* with 405: the methods that there are */
};

struct answer answer_ok(json_t *body);

/* answer_error: {"error": text}. */
struct answer answer_error(int status, const char *, ...) NB_PRINTF(2, 3);

/* answer_text: text of strangers as a JSON string: what is no UTF-8 in it
 * becomes U+FFFD. */
json_t *answer_text(const char *s, size_t len);

#endif
