/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * handover.c: passes descriptors, as unix(7) has it.
 */
#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "handover.h"

/* The message: a byte, and three descriptors. */
struct letter {
	struct msghdr	msg;
	struct iovec	iov;
	char		byte;
	union {
		struct cmsghdr	align;
		char		room[CMSG_SPACE(sizeof(int) * 3)];
	} control;
};

static void
address(struct letter *l)
{
	memset(l, 0, sizeof(*l));
	l->iov.iov_base = &l->byte;
	l->iov.iov_len = 1;
	l->msg.msg_iov = &l->iov;
	l->msg.msg_iovlen = 1;
	l->msg.msg_control = &l->control;
	l->msg.msg_controllen = sizeof(l->control.room);
}

int
handover_send(int sock, const struct handover *h)
{
	const int fds[3] = { h->listener, h->user, h->mnt };
	struct cmsghdr *c;
	struct letter l;

	address(&l);
	c = CMSG_FIRSTHDR(&l.msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	return sendmsg(sock, &l.msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int
handover_receive(int sock, struct handover *h)
{
	struct cmsghdr *c;
	struct letter l;
	int fds[3];
	ssize_t n;

	address(&l);
	if ((n = recvmsg(sock, &l.msg, MSG_CMSG_CLOEXEC)) != 1) {
		errno = n == 0 ? 0 : errno;
		return -1;
	}
	c = CMSG_FIRSTHDR(&l.msg);
	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(fds))) {
		errno = EPROTO;
		return -1;
	}
	memcpy(fds, CMSG_DATA(c), sizeof(fds));
	h->listener = fds[0];
	h->user = fds[1];
	h->mnt = fds[2];
	return 0;
}

void
handover_close(const struct handover *h)
{
	(void)close(h->listener);
	(void)close(h->user);
	(void)close(h->mnt);
}
