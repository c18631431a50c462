/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * guard.h: whom nb-app talks to. Any web site can make a browser send requests
 * here; none of them may change or read anything.
 */
#ifndef NB_GUARD_H
#define NB_GUARD_H

#include <microhttpd.h>
#include <stdbool.h>

#include "answer.h"

enum guarded {
	GUARD_PAGE,	/* the page's files, which tell nothing */
	GUARD_ANYBODY,	/* the same of the API: whether a token is wanted */
	GUARD_API
};

/*
 * guard_check: status 0 when a request may go on, by its headers: one Host
 * that is ours, no Origin but this Host's, and for what changes something, or
 * for everything when there is a token file, the token.
 */
struct answer guard_check(struct MHD_Connection *, const char *method,
    enum guarded);

/* guard_token: that it is the one; takes as long whether it is or not. */
bool guard_token(const char *);

/* guard_host_ok: whether a Host header, or its like, names this server. */
bool guard_host_ok(const char *host);

#endif
