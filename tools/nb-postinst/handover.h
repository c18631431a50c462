/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * handover.h: what the process in the sandbox hands out to the one that
 * watches it (Linux).
 */
#ifndef NB_POSTINST_HANDOVER_H
#define NB_POSTINST_HANDOVER_H

struct handover {
	int	listener;	/* seccomp_unotify(2) */
	int	user, mnt;	/* the sandbox's namespaces, namespaces(7) */
};

/* handover_send, handover_receive: through a socket(AF_UNIX). -1 with errno;
 * receive: with errno 0 when the other end was closed. */
int handover_send(int sock, const struct handover *);
int handover_receive(int sock, struct handover *);

void handover_close(const struct handover *);

#endif
