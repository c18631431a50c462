/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * server.h: HTTP.
 */
#ifndef NB_SERVER_H
#define NB_SERVER_H

#include "err.h"

/* server_start: listen at app.address and app.port. server_stop: once
 * app.ending is set; returns when the last client has its answer. */
int server_start(struct err *);
void server_stop(void);

#endif
