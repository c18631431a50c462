/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * witness.h: the process that sees the system calls of a script.
 *
 * It is a child of nb-postinst that has joined the sandbox: its root and its
 * rights are the script's, so that a script cannot talk it into anything that
 * the script could not do. But it is not among the sandbox's processes, which
 * can neither see nor stop it.
 */
#ifndef NB_POSTINST_WITNESS_H
#define NB_POSTINST_WITNESS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "owners.h"

struct witness {
	struct owners	*owners;	/* known before; learnt after */
	int		(*enter)(void);	/* to become who the script is */
	uint64_t	 space;		/* bytes that may be written */
	FILE		*report;	/* from it to us */
};

/* witness_open: before the script. */
int witness_open(struct witness *, struct err *);

/* witness_prepare: of the socket, before anything is sent. */
int witness_prepare(int sock);

/*
 * witness_serve: the sandbox has something to hand over through sock: start
 * the process, which ends when the last one in the sandbox has. Its status is
 * 0, or the script is to be stopped. -1 with errno, 0 when there is nothing.
 */
pid_t witness_serve(void *witness, int sock);

/* witness_learn: after it ended: take over what it saw. -1 with what it said
 * was wrong. */
int witness_learn(struct witness *, struct err *);

void witness_close(struct witness *);

#endif
