/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * headers.c: keeps the few that matter.
 */
#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "headers.h"

void
headers_forget(struct headers *h)
{
	free(h->etag);
	free(h->modified);
	free(h->date);
	free(h->pieces);
	memset(h, 0, sizeof(*h));
}

static void
take(char **p, const char *word, const char *buf, size_t len)
{
	size_t l = strlen(word);

	if (len <= l || (*buf | 0x20) != (*word | 0x20) ||
	    strncasecmp(buf, word, l) != 0)
		return;
	buf += l;
	len -= l;
	while (len > 0 && (*buf == ' ' || *buf == '\t')) {
		buf++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", buf[len - 1]) != NULL)
		len--;
	free(*p);
	*p = len > 0 ? strndup(buf, len) : NULL;
}

void
headers_line(struct headers *h, const char *buf, size_t len)
{
	if (len > 5 && strncasecmp(buf, "HTTP/", 5) == 0)
		headers_forget(h);
	take(&h->etag, "ETag:", buf, len);
	take(&h->modified, "Last-Modified:", buf, len);
	take(&h->date, "Date:", buf, len);
	take(&h->pieces, "Content-Range:", buf, len);
}

const char *
headers_range(const struct headers *h)
{
	time_t made, changed;

	if (h->etag != NULL)
		return *h->etag == '"' ? h->etag : NULL;
	if (h->modified == NULL || h->date == NULL)
		return NULL;
	made = curl_getdate(h->date, NULL);
	changed = curl_getdate(h->modified, NULL);
	return changed != -1 && made > changed ? h->modified : NULL;
}

bool
headers_same(const struct headers *h, const char *range)
{
	const char *mine = *range == '"' ? h->etag : h->modified;

	return mine == NULL || strcmp(range, mine) == 0;
}

bool
headers_piece(const struct headers *h, uint64_t from, int64_t length)
{
	const char *p = h->pieces;
	char want[32];
	size_t n;

	n = (size_t)snprintf(want, sizeof(want), "bytes %ju-",
	    (uintmax_t)from);
	return p != NULL && strncasecmp(p, want, n) == 0 && length >= 0 &&
	    (p = strchr(p, '/')) != NULL &&
	    strtoll(p + 1, NULL, 10) == (long long)length;
}
