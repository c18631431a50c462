/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict.c: from libcurl's codes and HTTP's statuses to plain words.
 */
#include <string.h>

#include "verdict.h"

void
verdict_amount(CURL *c, uint64_t *done, uint64_t *total)
{
	curl_off_t n = 0, length = -1;

	(void)curl_easy_getinfo(c, CURLINFO_SIZE_DOWNLOAD_T, &n);
	(void)curl_easy_getinfo(c, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
	    &length);
	*done = n > 0 ? (uint64_t)n : 0;
	*total = length > 0 ? (uint64_t)length : 0;
}

/* RFC 9110 15.5, 15.6; 429 is RFC 6585's. */
static enum request_result
bad_status(CURL *c, const char *show, struct err *e)
{
	long status = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	switch (status) {
	case 404:
	case 410:
		(void)err_code(e, ERR_MISSING, "%s: not on the server (%ld)",
		    show, status);
		return REQUEST_ELSEWHERE;
	case 401:
	case 403:
	case 407:
		(void)err_set(e, "%s: the %s refuses it (%ld)", show,
		    status == 407 ? "proxy" : "server", status);
		return REQUEST_ELSEWHERE;
	case 408:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		(void)err_set(e, "%s: the server cannot answer now (%ld), try "
		    "again later", show, status);
		return REQUEST_AGAIN;
	default:
		(void)err_set(e, "%s: the server's answer (%ld) has no file",
		    show, status);
		return REQUEST_ELSEWHERE;
	}
}

static enum request_result
timed_out(CURL *c, const char *show, const struct transfer_limits *l,
    struct err *e)
{
	curl_off_t connected = 0;

	(void)curl_easy_getinfo(c, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (l->total_ms > 0)
		(void)err_set(e, "%s: no answer within %g s", show,
		    (double)l->total_ms / 1000);
	else if (connected == 0)
		(void)err_set(e, "%s: no connection within %g s, check the "
		    "network", show, (double)l->connect_ms / 1000);
	else
		(void)err_set(e, "%s: nothing, or next to it, arrived for %ld "
		    "s", show, l->stall_s);
	return REQUEST_AGAIN;
}

static enum request_result
no_connection(CURL *c, const char *show, struct err *e)
{
	long number = 0;

	(void)curl_easy_getinfo(c, CURLINFO_OS_ERRNO, &number);
	(void)err_set(e, "%s: no connection%s%s, check the network", show,
	    number != 0 ? ": " : "",
	    number != 0 ? strerror((int)number) : "");
	return REQUEST_ELSEWHERE;
}

static enum request_result
broken_off(CURL *c, const char *show, uint64_t from, struct err *e)
{
	uint64_t done, total;

	verdict_amount(c, &done, &total);
	done += from;
	total += total != 0 ? from : 0;
	if (total != 0)
		(void)err_set(e, "%s: the connection broke off after %ju of "
		    "%ju bytes", show, (uintmax_t)done, (uintmax_t)total);
	else
		(void)err_set(e, "%s: the connection broke off after %ju "
		    "bytes", show, (uintmax_t)done);
	return REQUEST_AGAIN;
}

/* Over a connection that was used before, it may be the end of an answer that
 * was longer than the server said. */
static enum request_result
no_http(const char *show, struct err *e)
{
	(void)err_set(e, "%s: the server's answer is not HTTP", show);
	return REQUEST_AGAIN;
}

/* To libcurl that is one thing: what begins in no known way is HTTP/0.9. */
static enum request_result
no_protocol(CURL *c, const char *show, struct err *e)
{
	long status = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (status / 100 != 3)
		return no_http(show, e);
	(void)err_set(e, "%s: redirected to where it must not go (from https "
	    "only to https, never to a file)", show);
	return REQUEST_ELSEWHERE;
}

/* Of a tunnel for TLS that a proxy did not make; 0: nothing of that. */
static long
tunnel_status(CURL *c)
{
	long status = 0;

	(void)curl_easy_getinfo(c, CURLINFO_HTTP_CONNECTCODE, &status);
	return status / 100 == 2 ? 0 : status;
}

enum request_result
verdict(CURL *c, CURLcode rc, const char *show, const char *detail,
    uint64_t from, const struct transfer_limits *l, struct err *e)
{
	if (tunnel_status(c) != 0) {
		(void)err_set(e, "%s: the proxy refuses it (%ld)", show,
		    tunnel_status(c));
		return REQUEST_ELSEWHERE;
	}
	switch (rc) {
	case CURLE_HTTP_RETURNED_ERROR:
		return bad_status(c, show, e);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(c, show, l, e);
	case CURLE_COULDNT_CONNECT:
		return no_connection(c, show, e);
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		(void)err_set(e, "%s: the %s has no address, check its name "
		    "and the network", show,
		    rc == CURLE_COULDNT_RESOLVE_HOST ? "host" : "proxy");
		return REQUEST_ELSEWHERE;
	case CURLE_GOT_NOTHING:
		(void)err_set(e, "%s: the server closed the connection "
		    "without an answer", show);
		return REQUEST_AGAIN;
	case CURLE_PEER_FAILED_VERIFICATION:
		(void)err_set(e, "%s: the server's certificate cannot be "
		    "trusted: %s; check the host's name and the clock, or give "
		    "CURL_CA_BUNDLE", show, *detail != '\0' ? detail :
		    curl_easy_strerror(rc));
		return REQUEST_ELSEWHERE;
	case CURLE_SSL_CACERT_BADFILE:
		(void)err_set(e, "%s: no certificates to trust: %s; install "
		    "ca-certificates, or give CURL_CA_BUNDLE", show,
		    *detail != '\0' ? detail : curl_easy_strerror(rc));
		return REQUEST_FAILED;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return broken_off(c, show, from, e);
	case CURLE_TOO_MANY_REDIRECTS:
		(void)err_set(e, "%s: redirected more than %d times", show,
		    VERDICT_REDIRECTS);
		return REQUEST_ELSEWHERE;
	case CURLE_UNSUPPORTED_PROTOCOL:
		return no_protocol(c, show, e);
	case CURLE_WEIRD_SERVER_REPLY:
		return no_http(show, e);
	case CURLE_FILE_COULDNT_READ_FILE:
		(void)err_code(e, ERR_MISSING, "%s: no such file, or not "
		    "readable", show);
		return REQUEST_ELSEWHERE;
	case CURLE_OUT_OF_MEMORY:
		(void)err_mem(e);
		return REQUEST_FAILED;
	default:
		(void)err_set(e, "%s: %s", show, *detail != '\0' ? detail :
		    curl_easy_strerror(rc));
		return REQUEST_ELSEWHERE;
	}
}

bool
verdict_server(CURLcode rc)
{
	return rc == CURLE_COULDNT_CONNECT ||
	    rc == CURLE_COULDNT_RESOLVE_HOST ||
	    rc == CURLE_COULDNT_RESOLVE_PROXY ||
	    rc == CURLE_OPERATION_TIMEDOUT;
}
