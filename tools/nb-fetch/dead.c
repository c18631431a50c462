/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * dead.c: a list that is short.
 */
#include <stdlib.h>
#include <string.h>

#include "dead.h"
#include "mem.h"

/* Scheme, host and port: all up to the path. */
static size_t
server_len(const char *url)
{
	const char *host = strstr(url, "://");

	return host == NULL ? 0 :
	    (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
}

bool
dead_is(const struct dead *d, const char *url)
{
	size_t i, len;

	if (d->n == 0)
		return false;
	len = server_len(url);
	for (i = 0; i < d->n; i++) {
		if (strlen(d->servers[i]) == len &&
		    strncmp(d->servers[i], url, len) == 0)
			return true;
	}
	return false;
}

void
dead_add(struct dead *d, const char *url)
{
	char **list, *server;

	if (dead_is(d, url))
		return;
	list = mem_grow(d->servers, &d->cap, d->n + 1, sizeof(*list));
	if (list == NULL)
		return;
	d->servers = list;
	server = strndup(url, server_len(url));
	if (server != NULL)
		d->servers[d->n++] = server;
}

void
dead_free(struct dead *d)
{
	while (d->n > 0)
		free(d->servers[--d->n]);
	free(d->servers);
	memset(d, 0, sizeof(*d));
}
