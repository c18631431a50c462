/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * guard.c: whom nb-app talks to.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "guard.h"
#include "mem.h"

struct headers {
	const char	*host, *origin, *authorization, *site;
	unsigned	 hosts, origins, lengths, encodings, authorizations;
};

static enum MHD_Result
collect(void *arg, enum MHD_ValueKind kind, const char *key,
    const char *value)
{
	struct headers *h = arg;

	(void)kind;
	if (value == NULL)
		value = "";
	if (strcasecmp(key, "Host") == 0) {
		h->host = value;
		h->hosts++;
	} else if (strcasecmp(key, "Origin") == 0) {
		h->origin = value;
		h->origins++;
	} else if (strcasecmp(key, "Authorization") == 0) {
		h->authorization = value;
		h->authorizations++;
	} else if (strcasecmp(key, "Sec-Fetch-Site") == 0)
		h->site = value;
	else if (strcasecmp(key, "Content-Length") == 0)
		h->lengths++;
	else if (strcasecmp(key, "Transfer-Encoding") == 0)
		h->encodings++;
	return MHD_YES;
}

/* "name", "name:80", "[::1]:80": the name into to (64 bytes). */
static bool
host_name(char *to, const char *host)
{
	bool six = *host == '[';
	size_t len = six ? strcspn(host, "]") : strcspn(host, ":");
	const char *port = host + len;

	if (six) {
		host++;
		len--;
		if (*port++ != ']')
			return false;
	}
	if (len == 0 || len >= 64)
		return false;
	memcpy(to, host, len);
	to[len] = '\0';
	if (*port == '\0')
		return true;
	return *port == ':' && port[1] != '\0' && strlen(port) <= 6 &&
	    port[1 + strspn(port + 1, "0123456789")] == '\0';
}

/*
 * A name of a stranger's may lead here (DNS rebinding), an address does not:
 * whoever wrote it meant this host. At loopback only loopback's are ours.
 */
static bool
is_address(const char *name)
{
	unsigned char raw[16];

	if (strcmp(name, "127.0.0.1") == 0 || strcmp(name, "::1") == 0)
		return true;
	return strncmp(app.address, "127.", 4) != 0 &&
	    (inet_pton(AF_INET, name, raw) == 1 ||
	    inet_pton(AF_INET6, name, raw) == 1);
}

bool
guard_host_ok(const char *host)
{
	char name[64];

	if (!host_name(name, host))
		return false;
	if (strcasecmp(name, "localhost") == 0 || is_address(name))
		return true;
	for (size_t i = 0; i < app.nnames; i++) {
		if (strcasecmp(name, app.names[i]) == 0)
			return true;
	}
	return false;
}

/* As a browser writes it: the page came from where it talks to. */
static bool
origin_ok(const char *origin, const char *host)
{
	if (strncmp(origin, "http://", 7) == 0)
		origin += 7;
	else if (strncmp(origin, "https://", 8) == 0)
		origin += 8;
	else
		return false;
	return strcasecmp(origin, host) == 0;
}

bool
guard_token(const char *given)
{
	size_t len = strlen(app.token), n = strlen(given);
	unsigned char differ = n != len;

	for (size_t i = 0; i < len; i++)
		differ |= (unsigned char)(app.token[i] ^
		    given[n != 0 ? i % n : 0]);
	return differ == 0;
}

static bool
authorized(const struct headers *h)
{
	return h->authorizations == 1 &&
	    strncasecmp(h->authorization, "Bearer ", 7) == 0 &&
	    guard_token(h->authorization + 7);
}

struct answer
guard_check(struct MHD_Connection *conn, const char *method, enum guarded what)
{
	struct headers h = { 0 };
	bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	(void)MHD_get_connection_values(conn, MHD_HEADER_KIND, collect, &h);
	if (h.hosts != 1)
		return answer_error(400, "one Host header is wanted");
	if (!guard_host_ok(h.host))
		return answer_error(421, "%.64s: not a name of this server",
		    h.host);
	if (h.origins > 1 || h.lengths > 1 || h.encodings > 1 ||
	    (h.lengths != 0 && h.encodings != 0))
		return answer_error(400, "a header is there twice");
	if (h.origin != NULL && !origin_ok(h.origin, h.host))
		return answer_error(403, "%.64s: requests from there are not "
		    "answered", h.origin);
	if (what != GUARD_PAGE && h.site != NULL && strcmp(h.site, "same-origin") != 0 &&
	    strcmp(h.site, "none") != 0)
		return answer_error(403, "requests from other sites are not "
		    "answered");
	if (what == GUARD_API && (!reads || !app.open) && !authorized(&h))
		return answer_error(401, "the token is wanted (Authorization: "
		    "Bearer)");
	return (struct answer){ .status = 0 };
}
