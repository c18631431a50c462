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

/* request_new: for one try after the other. */
struct request *request_new(const struct transfer_limits *, struct err *);

/* request_begin: a try; url is kept, not copied. */
int request_begin(struct request *, struct transfer *, const char *url,
    struct err *);

/* request_clear: it is over; false: there should be no other. */
bool request_clear(struct request *);

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

/* request_result: of what an op returned. */
enum request_result request_result(int);

void request_free(struct request *);

#endif
