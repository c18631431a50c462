/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * request.h: one try of one URL, and what became of it.
 */
#ifndef NB_REQUEST_H
#define NB_REQUEST_H

#include <curl/curl.h>

#include "transfer.h"
#include "verdict.h"

struct request;

/* request_new: url is kept, not copied. */
struct request *request_new(struct transfer *, const char *url,
    const struct transfer_limits *, struct err *);

CURL *request_easy(const struct request *);

/* Bytes that have arrived, and those that are to (0: not known yet). */
void request_amount(const struct request *, uint64_t *done, uint64_t *total);

/* request_received: bytes of a file that this try brought. */
uint64_t request_received(const struct request *);

/* request_begun: the file is coming. */
bool request_begun(const struct request *);

/* request_heard: a number that grows with all that the server sends; 0: it
 * has not been asked yet (connecting has a limit of its own). */
uint64_t request_heard(const struct request *);

/* request_end: rc is what libcurl made of it. Runs the transfer's end or undo;
 * a failure is in the transfer's err. *wait is set to the seconds that the
 * server asks to wait, or 0. */
enum request_result request_end(struct request *, CURLcode rc, long *wait);

void request_free(struct request *);

#endif
