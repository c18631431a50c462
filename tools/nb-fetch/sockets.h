/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sockets.h: waits for libcurl's sockets and for its clock.
 *
 * libcurl is told which socket is ready. When it has to find out itself it
 * asks the system once for each that it has, whatever arrives.
 */
#ifndef NB_SOCKETS_H
#define NB_SOCKETS_H

#include <curl/curl.h>
#include <signal.h>

#include "err.h"

struct sockets;

/* sockets_new: for all that will be done with the handle. */
struct sockets *sockets_new(CURLM *, struct err *);

/* sockets_wait: until something is ready, or sockets_wake is called, but
 * timeout milliseconds at most; with this signal mask. */
void sockets_wait(struct sockets *, int timeout, const sigset_t *);

/* sockets_run: let libcurl do what is to be done then. */
int sockets_run(struct sockets *, struct err *);

/* sockets_wake: end the next wait, or this one. For any thread. */
void sockets_wake(struct sockets *);

void sockets_free(struct sockets *);

#endif
