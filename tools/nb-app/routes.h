/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * routes.h: from a request to what it asks for.
 */
#ifndef NB_ROUTES_H
#define NB_ROUTES_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"

struct request {
	const char	*arg;	/* what stands for the * of the route */
	json_t		*body;	/* an object; empty when there was none */
	uint64_t	 from;	/* of a stream: where the client was */
};

struct route;

/*
 * route_find: by method and path, which is taken as it came: a % is a %. NULL:
 * *a says why. arg (128 bytes) gets what stands for the *.
 */
const struct route *route_find(const char *method, const char *path, char *arg,
    struct answer *a);

struct answer route_run(const struct route *, const struct request *);

/* Anybody may know it before having the token. */
bool route_public(const struct route *);

#endif
