/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * handover.h: what the process in the sandbox hands out to the one that
 * watches it (Linux).
 */
#ifndef NB_POSTINST_HANDOVER_H
#define NB_POSTINST_HANDOVER_H

#include <sys/types.h>

struct handover {
	pid_t	pid;		/* of the sender, as the receiver sees it */
	int	user, mnt;	/* the sandbox's namespaces, namespaces(7) */
};

/*
 * handover_send, handover_receive: through a socket(AF_UNIX), at the
 * receiver's end of which handover_prepare was called before. -1 with errno;
 * receive: with errno 0 when the other end was closed.
 */
int handover_prepare(int sock);
int handover_send(int sock, const struct handover *);
int handover_receive(int sock, struct handover *);

/* handover_go, handover_wait: one end says that it is ready, and the other
 * waits for that; -1 when it never comes. */
int handover_go(int sock);
int handover_wait(int sock);

#endif
