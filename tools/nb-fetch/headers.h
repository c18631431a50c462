/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * headers.h: what an answer says in front of a file.
 */
#ifndef NB_HEADERS_H
#define NB_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct headers {
	char	*etag;
	char	*modified;	/* Last-Modified */
	char	*date;
	char	*pieces;	/* Content-Range */
};

/* headers_line: "Name: value\r\n", not ended by a NUL. A status line forgets
 * what was before: that was an answer of its own, a redirect for one. */
void headers_line(struct headers *, const char *, size_t);

/*
 * headers_range: the validator that If-Range takes, or NULL. RFC 9110 13.1.5:
 * a strong one. A date is that (8.8.2.2) when the answer was made after the
 * second that it names.
 */
const char *headers_range(const struct headers *);

/* headers_same: nothing here says that it is another file than the one that
 * has this validator. */
bool headers_same(const struct headers *, const char *range);

/* headers_piece: RFC 9110 14.4: "bytes 100-199/200", from there to the end of
 * so many. */
bool headers_piece(const struct headers *, uint64_t from, int64_t length);

void headers_forget(struct headers *);

#endif
