/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * request.c: the only place that sets libcurl's options.
 */
#include <sys/stat.h>

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "headers.h"
#include "mem.h"
#include "request.h"
#include "url.h"
#include "verdict.h"

#define BUFFER_SIZE (256L * 1024)

struct request {
	struct transfer		*t;
	const struct transfer_limits *limits;
	const char		*url;
	char			*show;		/* for messages */
	CURL			*easy;
	struct curl_slist	*headers;	/* that are sent */
	struct headers		 said;
	uint64_t		 from;		/* asked for; 0: all */
	char			*range;		/* provided that, or NULL */
	bool			 conditional;
	bool			 begun;
	bool			 tls;		/* what is set for redirects */
	int			 own;		/* what an op returned */
	char			 text[CURL_ERROR_SIZE];
};

static long
status_of(const struct request *q)
{
	long status = 0;

	(void)curl_easy_getinfo(q->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* RFC 9110 15.3.1, and 15.3.4 when a proxy had a hand in it; 15.3.7 only if
 * it was asked for. file:// has no status. */
static bool
brings_file(const struct request *q)
{
	long status = status_of(q);

	return url_is_local(q->url) ? status == 0 :
	    status == 200 || status == 203 ||
	    (status == 206 && q->from > 0);
}

static void
answer_of(const struct request *q, struct transfer_answer *a)
{
	curl_off_t time = -1, length = -1;
	char *final = NULL;

	(void)curl_easy_getinfo(q->easy, CURLINFO_FILETIME_T, &time);
	(void)curl_easy_getinfo(q->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
	    &length);
	(void)curl_easy_getinfo(q->easy, CURLINFO_EFFECTIVE_URL, &final);
	a->url = q->url;
	a->final = final != NULL ? final : q->url;
	a->etag = q->said.etag;
	a->modified = q->said.modified;
	a->time = time;
	a->length = length;
	a->from = 0;
	a->range = headers_range(&q->said);
	if (status_of(q) == 206) {
		a->from = q->from;
		a->length = length >= 0 ? length + (int64_t)q->from : -1;
	}
}

/* It is what was asked for. A server that does not know If-Range may say that
 * it is of another file. */
static int
piece_check(struct request *q, const struct transfer_answer *a)
{
	if (!headers_piece(&q->said, q->from, a->length)) {
		(void)err_set(&q->t->err, "%s: the server sends another piece "
		    "than it was asked for", q->show);
		return TRANSFER_RESTART;
	}
	if (q->range == NULL || headers_same(&q->said, q->range))
		return 0;
	(void)err_set(&q->t->err, "%s: has changed on the server meanwhile",
	    q->show);
	return TRANSFER_RESTART;
}

/* To libcurl a folder is a file of no bytes. */
static int
local_check(struct request *q)
{
	char *path = url_path(q->url, &q->t->err);
	struct stat st;
	int r = 0;

	if (path == NULL)
		return -1;
	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)err_set(&q->t->err, "%s: not a file", q->show);
		r = TRANSFER_BAD;
	}
	free(path);
	return r;
}

static int
begin(struct request *q)
{
	struct transfer_answer a;
	int r;

	if (url_is_local(q->url) && (r = local_check(q)) != 0)
		return r;
	answer_of(q, &a);
	if (a.from > 0 && (r = piece_check(q, &a)) != 0)
		return r;
	q->begun = true;
	return q->t->ops->begin(q->t->ctx, &a, &q->t->err);
}

static size_t
on_data(char *buf, size_t size, size_t n, void *ctx)
{
	struct request *q = ctx;

	if (!brings_file(q) || (!q->begun && (q->own = begin(q)) != 0))
		return 0;
	q->own = q->t->ops->data(q->t->ctx, buf, size * n, &q->t->err);
	return q->own == 0 ? size * n : 0;
}

static size_t
on_header(char *buf, size_t size, size_t n, void *ctx)
{
	struct request *q = ctx;

	headers_line(&q->said, buf, size * n);
	return size * n;
}

static int
header_add(struct request *q, const char *name, const char *value)
{
	struct curl_slist *list;
	char *line;

	if ((line = mem_printf("%s: %s", name, value)) == NULL)
		return -1;
	list = curl_slist_append(q->headers, line);
	free(line);
	if (list == NULL)
		return -1;
	q->headers = list;
	return 0;
}

static int
set_range(struct request *q, const struct transfer_question *ask)
{
	char range[32];

	(void)snprintf(range, sizeof(range), "%ju-", (uintmax_t)ask->from);
	if (curl_easy_setopt(q->easy, CURLOPT_RANGE, range) != CURLE_OK)
		return -1;
	q->from = ask->from;
	if (ask->range == NULL)
		return 0;
	if ((q->range = mem_printf("%s", ask->range)) == NULL)
		return -1;
	return header_add(q, "If-Range", ask->range);
}

/* RFC 9110 13.1: servers that know ETags pass over the date. */
static int
set_question(struct request *q)
{
	struct transfer_question ask = { NULL, NULL, 0, NULL };

	if (q->t->ops->ask != NULL)
		q->t->ops->ask(q->t->ctx, q->url, &ask);
	if (url_is_local(q->url))
		return 0;
	if (ask.from > 0 && set_range(q, &ask) == -1)
		return -1;
	q->conditional = ask.etag != NULL || ask.modified != NULL;
	if (ask.etag != NULL &&
	    header_add(q, "If-None-Match", ask.etag) == -1)
		return -1;
	if (ask.modified != NULL &&
	    header_add(q, "If-Modified-Since", ask.modified) == -1)
		return -1;
	return curl_easy_setopt(q->easy, CURLOPT_HTTPHEADER, q->headers) ==
	    CURLE_OK ? 0 : -1;
}

/* What begins with https never leaves it; nothing is redirected to a file. */
static void
set_redirects(struct request *q, bool tls)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	(void)curl_easy_setopt(q->easy, CURLOPT_REDIR_PROTOCOLS_STR,
	    tls ? "https" : "http,https");
#else
	(void)curl_easy_setopt(q->easy, CURLOPT_REDIR_PROTOCOLS,
	    (long)(CURLPROTO_HTTPS | (tls ? 0 : CURLPROTO_HTTP)));
#endif
	/*
	 * TLS tells at once whether HTTP/2 is spoken, and who waited for that
	 * goes on; without TLS he would wait for the whole of a file.
	 */
	(void)curl_easy_setopt(q->easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
	q->tls = tls;
}

static void
set_protocols(CURL *c)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,file");
#else
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP |
	    CURLPROTO_HTTPS | CURLPROTO_FILE));
#endif
}

static void
set_limits(CURL *c, const struct transfer_limits *l)
{
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, l->connect_ms);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, l->total_ms);
}

/* curl(1) reads these itself; the library leaves them to programs. */
static void
set_trust(CURL *c)
{
	const char *file = getenv("CURL_CA_BUNDLE");
	const char *folder = getenv("SSL_CERT_DIR");

	if (file == NULL || *file == '\0')
		file = getenv("SSL_CERT_FILE");
	if (file != NULL && *file != '\0')
		(void)curl_easy_setopt(c, CURLOPT_CAINFO, file);
	if (folder != NULL && *folder != '\0')
		(void)curl_easy_setopt(c, CURLOPT_CAPATH, folder);
}

/*
 * Options that every libcurl has are not checked: a string that it could not
 * copy shows as an error of the transfer.
 */
static void
set_options(struct request *q)
{
	CURL *c = q->easy;

	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, q->text);
	(void)curl_easy_setopt(c, CURLOPT_PRIVATE, q);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT,
	    "nb-fetch libcurl/" LIBCURL_VERSION);
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	(void)curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)VERDICT_REDIRECTS);
	(void)curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	(void)curl_easy_setopt(c, CURLOPT_FILETIME, 1L);
	(void)curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	(void)curl_easy_setopt(c, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, q);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, q);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Do not wait for a resolver that hangs longer than the limit. */
	(void)curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
#endif
	set_protocols(c);
	set_redirects(q, true);
	set_limits(c, q->limits);
	set_trust(c);
}

struct request *
request_new(const struct transfer_limits *limits, struct err *e)
{
	struct request *q = calloc(1, sizeof(*q));

	if (q != NULL && (q->easy = curl_easy_init()) != NULL) {
		q->limits = limits;
		set_options(q);
		return q;
	}
	free(q);
	(void)err_mem(e);
	return NULL;
}

int
request_begin(struct request *q, struct transfer *t, const char *url,
    struct err *e)
{
	bool tls = strncasecmp(url, "https:", 6) == 0;

	q->t = t;
	q->url = url;
	q->from = 0;
	q->conditional = q->begun = false;
	q->own = 0;
	q->text[0] = '\0';
	if ((q->show = url_show(url, e)) == NULL)
		return -1;
	if (q->tls != tls)
		set_redirects(q, tls);
	(void)curl_easy_setopt(q->easy, CURLOPT_RANGE, NULL);
	if (set_question(q) == -1 ||
	    curl_easy_setopt(q->easy, CURLOPT_URL, url) != CURLE_OK)
		return err_mem(e);
	return 0;
}

/* A name and a password were for that URL only. */
bool
request_clear(struct request *q)
{
	bool again = strchr(q->url, '@') == NULL;

	(void)curl_easy_setopt(q->easy, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(q->headers);
	q->headers = NULL;
	headers_forget(&q->said);
	free(q->range);
	q->range = NULL;
	free(q->show);
	q->show = NULL;
	return again;
}

CURL *
request_easy(const struct request *q)
{
	return q->easy;
}

void
request_amount(const struct request *q, uint64_t *done, uint64_t *total)
{
	verdict_amount(q->easy, done, total);
	if (q->begun && status_of(q) == 206) {
		*done += q->from;
		*total += *total != 0 ? q->from : 0;
	}
}

uint64_t
request_received(const struct request *q)
{
	uint64_t done, total;

	if (!q->begun)
		return 0;
	verdict_amount(q->easy, &done, &total);
	return done;
}

bool
request_begun(const struct request *q)
{
	return q->begun;
}

uint64_t
request_heard(const struct request *q)
{
	curl_off_t asked = 0;
	uint64_t done, total;
	long header = 0;

	(void)curl_easy_getinfo(q->easy, CURLINFO_PRETRANSFER_TIME_T, &asked);
	if (asked == 0)
		return 0;
	(void)curl_easy_getinfo(q->easy, CURLINFO_HEADER_SIZE, &header);
	verdict_amount(q->easy, &done, &total);
	return 1 + done + (uint64_t)header;
}

static enum request_result
failed(struct request *q, CURLcode rc)
{
	if (q->from > 0 && status_of(q) == 416)
		return REQUEST_RESTART;
	return verdict(q->easy, rc, q->show, q->text,
	    status_of(q) == 206 ? q->from : 0, q->limits, &q->t->err);
}

/* libcurl takes a file that cannot be read on for one that has ended. */
static bool
ends_early(const struct request *q)
{
	uint64_t done, total;

	if (!url_is_local(q->url))
		return false;
	request_amount(q, &done, &total);
	return done < total;
}

/* What an op's return value comes to. */
enum request_result
request_result(int r)
{
	switch (r) {
	case 0: return REQUEST_DONE;
	case TRANSFER_BAD: return REQUEST_ELSEWHERE;
	case TRANSFER_RESTART: return REQUEST_RESTART;
	default: return REQUEST_FAILED;
	}
}

/* The transfer as such is complete. */
static enum request_result
success(struct request *q)
{
	struct transfer_answer a;
	int r = 0;

	if (q->conditional && status_of(q) == 304)
		return REQUEST_SAME;
	if (!brings_file(q))
		return failed(q, CURLE_HTTP_RETURNED_ERROR);
	if (ends_early(q)) {
		(void)err_set(&q->t->err, "%s: cannot be read to its end",
		    q->show);
		return REQUEST_AGAIN;
	}
	if (!q->begun)		/* an empty file */
		r = begin(q);
	answer_of(q, &a);
	if (r == 0)
		r = q->t->ops->end(q->t->ctx, &a, &q->t->err);
	return request_result(r);
}

enum request_result
request_end(struct request *q, CURLcode rc, long *wait)
{
	enum request_result r;
	curl_off_t seconds = 0;

	(void)curl_easy_getinfo(q->easy, CURLINFO_RETRY_AFTER, &seconds);
	*wait = seconds > 0 && seconds < LONG_MAX ? (long)seconds : 0;
	if (rc == CURLE_OK)
		r = success(q);
	else if (rc != CURLE_WRITE_ERROR)
		r = failed(q, rc);
	else if (q->own == 0)	/* no file in this answer */
		r = failed(q, CURLE_HTTP_RETURNED_ERROR);
	else
		r = request_result(q->own);
	if ((q->begun && r != REQUEST_DONE) || r == REQUEST_RESTART)
		q->t->ops->undo(q->t->ctx, rc != CURLE_OK && q->own == 0 &&
		    r != REQUEST_RESTART);
	return r;
}

void
request_free(struct request *q)
{
	if (q == NULL)
		return;
	curl_easy_cleanup(q->easy);
	curl_slist_free_all(q->headers);
	headers_forget(&q->said);
	free(q->range);
	free(q->show);
	free(q);
}
