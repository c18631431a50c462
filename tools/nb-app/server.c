/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * server.c: HTTP: requests in, answers out.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"
#include "guard.h"
#include "page.h"
#include "routes.h"
#include "server.h"

/* A conf is small; so is what it is made from. */
#define BODY_MAX 65536u

/* What one client gets: seconds without a byte, and for a whole request. */
#define IDLE_SECONDS 20
#define CALL_MS	     30000
#define CLIENTS	     256

static struct MHD_Daemon *daemon_;
static int listener = -1;

struct call {
	const struct route *route;	/* NULL: a file of the page */
	char		 arg[128];
	struct text	 body;
	bool		 lost;		/* there was no memory for all of it */
	int64_t		 since;
};

/* ---- answers ---- */

static const struct {
	const char *name, *value;
} always[] = {
	{ "Content-Security-Policy", "default-src 'none'; script-src 'self'; "
	    "style-src 'self'; img-src 'self'; connect-src 'self'; "
	    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
	    "require-trusted-types-for 'script'; trusted-types 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

static enum MHD_Result
send_away(struct MHD_Connection *conn, unsigned status, const char *type,
    const char *cache, struct MHD_Response *r)
{
	enum MHD_Result rv;

	if (r == NULL)
		return MHD_NO;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		(void)MHD_add_response_header(r, always[i].name,
		    always[i].value);
	(void)MHD_add_response_header(r, "Content-Type", type);
	(void)MHD_add_response_header(r, "Cache-Control", cache);
	rv = MHD_queue_response(conn, status, r);
	MHD_destroy_response(r);
	return rv;
}

static ssize_t
read_stream(void *arg, uint64_t pos, char *buf, size_t max)
{
	ssize_t n = stream_read(arg, buf, max);

	(void)pos;
	return n == -1 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void
free_stream(void *arg)
{
	stream_free(arg);
}

static enum MHD_Result
send_stream(struct MHD_Connection *conn, struct stream *s)
{
	struct MHD_Response *r = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, 32768, read_stream, s, free_stream);

	if (r == NULL)
		stream_free(s);
	return send_away(conn, MHD_HTTP_OK, "text/event-stream", "no-store", r);
}

static enum MHD_Result
send_answer(struct MHD_Connection *conn, struct answer a)
{
	static char none[] = "{\"error\":\"out of memory\"}";
	char *text;

	if (a.stream != NULL)
		return send_stream(conn, a.stream);
	text = a.body != NULL ? json_dumps(a.body, ANSWER_DUMP) : NULL;
	json_decref(a.body);
	if (text == NULL)
		return send_away(conn, MHD_HTTP_INTERNAL_SERVER_ERROR,
		    "application/json", "no-store",
		    MHD_create_response_from_buffer(sizeof(none) - 1, none,
		    MHD_RESPMEM_PERSISTENT));
	return send_away(conn, (unsigned)a.status, "application/json",
	    "no-store", MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_MUST_FREE));
}

/* ---- the page ---- */

static const struct page_file *
page_find(const char *url)
{
	for (size_t i = 0; i < page_count; i++) {
		if (strcmp(page_files[i].path, url) == 0)
			return &page_files[i];
	}
	return NULL;
}

static enum MHD_Result
send_file(struct MHD_Connection *conn, const struct page_file *f)
{
	const char *has = MHD_lookup_connection_value(conn, MHD_HEADER_KIND,
	    "If-None-Match");
	bool same = has != NULL && strcmp(has, f->etag) == 0;
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    same ? 0 : f->len, (void *)(uintptr_t)f->data,
	    MHD_RESPMEM_PERSISTENT);

	if (r != NULL)
		(void)MHD_add_response_header(r, "ETag", f->etag);
	return send_away(conn, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK,
	    f->type, "no-cache", r);
}

static enum MHD_Result
page(struct MHD_Connection *conn, const char *url, const char *method)
{
	const struct page_file *f = page_find(url);

	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return send_answer(conn, answer_error(405, "GET only"));
	if (f == NULL)
		return send_answer(conn, answer_error(404,
		    "no such thing here"));
	return send_file(conn, f);
}

/* ---- requests ---- */

static uint64_t
number_of(struct MHD_Connection *conn, const char *header)
{
	const char *v = MHD_lookup_connection_value(conn, MHD_HEADER_KIND,
	    header);

	return v != NULL && strlen(v) < 19 &&
	    v[strspn(v, "0123456789")] == '\0' ? strtoull(v, NULL, 10) : 0;
}

static bool
is_json(struct MHD_Connection *conn)
{
	const char *v = MHD_lookup_connection_value(conn, MHD_HEADER_KIND,
	    "Content-Type");
	static const char want[] = "application/json";
	size_t len = sizeof(want) - 1;

	return v != NULL && strncmp(v, want, len) == 0 &&
	    (v[len] == '\0' || v[len] == ';');
}

static enum MHD_Result
run(struct MHD_Connection *conn, struct call *c)
{
	struct request r = { .arg = c->arg };
	struct answer a;
	json_error_t e;

	if (c->lost)
		return send_answer(conn, answer_error(500, "out of memory"));
	if (c->body.len == 0)
		r.body = json_object();
	else if (!is_json(conn))
		return send_answer(conn, answer_error(415,
		    "Content-Type: application/json is wanted"));
	else
		r.body = json_loadb(c->body.s, c->body.len,
		    JSON_REJECT_DUPLICATES, &e);
	if (!json_is_object(r.body)) {
		a = r.body != NULL ? answer_error(400, "a JSON object is "
		    "wanted") : answer_error(400, "no JSON: %s", e.text);
		json_decref(r.body);
		return send_answer(conn, a);
	}
	r.from = number_of(conn, "Last-Event-ID");
	a = route_run(c->route, &r);
	json_decref(r.body);
	return send_answer(conn, a);
}

/* The headers are here; what is refused is refused before its body. */
static enum MHD_Result
begin(struct MHD_Connection *conn, const char *url, const char *method,
    void **where)
{
	bool api = strncmp(url, "/api/", 5) == 0;
	struct answer a, none = { .status = 0 };
	struct call *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return send_answer(conn, answer_error(500, "out of memory"));
	*where = c;
	c->since = clock_ms();
	if (api)
		c->route = route_find(method, url, c->arg, &none);
	a = guard_check(conn, method, !api ? GUARD_PAGE : c->route != NULL &&
	    route_public(c->route) ? GUARD_ANYBODY : GUARD_API);
	if (a.status == 0 && number_of(conn, "Content-Length") > BODY_MAX)
		a = answer_error(413, "more than %u bytes", BODY_MAX);
	if (a.status == 0)
		a = none;
	else
		json_decref(none.body);
	return a.status == 0 ? MHD_YES : send_answer(conn, a);
}

static enum MHD_Result
handle(void *arg, struct MHD_Connection *conn, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **where)
{
	struct call *c = *where;

	(void)arg;
	(void)version;
	if (c == NULL)
		return begin(conn, url, method, where);
	if (*len > 0) {
		if (clock_ms() - c->since > CALL_MS ||
		    c->body.len + *len > BODY_MAX)
			return MHD_NO;
		c->lost = c->lost || !text_add(&c->body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	return c->route != NULL ? run(conn, c) : page(conn, url, method);
}

static void
completed(void *arg, struct MHD_Connection *conn, void **where,
    enum MHD_RequestTerminationCode how)
{
	struct call *c = *where;

	(void)arg;
	(void)conn;
	(void)how;
	if (c != NULL)
		free(c->body.s);
	free(c);
	*where = NULL;
}

/* Names have no % in them: what came is what is compared. */
static size_t
as_it_came(void *arg, struct MHD_Connection *conn, char *s)
{
	(void)arg;
	(void)conn;
	return strlen(s);
}

static void
say_nothing(void *arg, const char *fmt, va_list ap)
{
	(void)arg;
	(void)fmt;
	(void)ap;
}

/* ---- starting ---- */

static int
listen_at(struct err *e)
{
	struct sockaddr_in sin;
	int one = 1;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(app.port);
	if (inet_pton(AF_INET, app.address, &sin.sin_addr) != 1)
		return err_code(e, ERR_USAGE, "-b: %s: not an IPv4 address",
		    app.address);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener == -1)
		return err_sys(e, "socket");
	(void)fcntl(listener, F_SETFD, FD_CLOEXEC);
	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one,
	    sizeof(one));
	if (bind(listener, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(listener, 128) == -1) {
		if (errno == EADDRINUSE)
			return err_set(e, "port %u at %s is taken: choose "
			    "another (-p)", app.port, app.address);
		return err_sys(e, "port %u at %s", app.port, app.address);
	}
	return 0;
}

int
server_start(struct err *e)
{
	if (listen_at(e) == -1)
		return -1;
	daemon_ = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION |
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ERROR_LOG,
	    app.port, NULL, NULL, handle, NULL,
	    MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
	    MHD_OPTION_LISTEN_SOCKET, listener,
	    MHD_OPTION_UNESCAPE_CALLBACK, as_it_came, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CLIENTS,
	    MHD_OPTION_THREAD_STACK_SIZE, (size_t)512 * 1024,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_END);
	if (daemon_ == NULL)
		return err_set(e, "the HTTP server does not start");
	return 0;
}

void
server_stop(void)
{
	MHD_stop_daemon(daemon_);
}
