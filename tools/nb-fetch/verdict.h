/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict.h: what a try that failed means: one line for a person, and what to
 * do next.
 */
#ifndef NB_VERDICT_H
#define NB_VERDICT_H

#include <curl/curl.h>

#include "transfer.h"

enum request_result {
	REQUEST_DONE,
	REQUEST_SAME,		/* not changed since */
	REQUEST_RESTART,	/* to be asked for from the first byte */
	REQUEST_AGAIN,		/* failed, for a reason that may pass */
	REQUEST_ELSEWHERE,	/* failed; another URL may do better */
	REQUEST_FAILED		/* failed on this side */
};

#define VERDICT_REDIRECTS 10	/* followed */

/*
 * verdict: rc is libcurl's, detail its own words, show the URL for messages.
 * CURLE_HTTP_RETURNED_ERROR stands for any status that brings no file. from is
 * how many bytes were here before.
 */
enum request_result verdict(CURL *, CURLcode rc, const char *show,
    const char *detail, uint64_t from, const struct transfer_limits *,
    struct err *);

/* verdict_server: whether rc speaks against the whole server. */
bool verdict_server(CURLcode rc);

/* Bytes that have arrived, and those that are to (0: not known). */
void verdict_amount(CURL *, uint64_t *done, uint64_t *total);

#endif
