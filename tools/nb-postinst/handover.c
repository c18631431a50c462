/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * handover.c: passes descriptors, and who sends them, as unix(7) has it.
 */
#define _GNU_SOURCE	/* struct ucred */
#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "handover.h"

/* The message: a byte, two descriptors, and the kernel's word for the pid. */
struct letter {
	struct msghdr	msg;
	struct iovec	iov;
	char		byte;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * 2) +
	    CMSG_SPACE(sizeof(struct ucred))];
};

static void
address(struct letter *l, size_t room)
{
	memset(l, 0, sizeof(*l));
	l->iov.iov_base = &l->byte;
	l->iov.iov_len = 1;
	l->msg.msg_iov = &l->iov;
	l->msg.msg_iovlen = 1;
	l->msg.msg_control = l->control;
	l->msg.msg_controllen = room;
}

int
handover_prepare(int sock)
{
	const int on = 1;

	return setsockopt(sock, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
}

int
handover_send(int sock, const struct handover *h)
{
	const int fds[2] = { h->user, h->mnt };
	struct cmsghdr *c;
	struct letter l;

	address(&l, CMSG_SPACE(sizeof(fds)));
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
	struct ucred who;
	int fds[2];
	ssize_t n;

	h->pid = -1;
	h->user = h->mnt = -1;
	address(&l, sizeof(l.control));
	if ((n = recvmsg(sock, &l.msg, MSG_CMSG_CLOEXEC)) != 1) {
		errno = n == 0 ? 0 : errno;
		return -1;
	}
	for (c = CMSG_FIRSTHDR(&l.msg); c != NULL; c = CMSG_NXTHDR(&l.msg, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len == CMSG_LEN(sizeof(fds))) {
			memcpy(fds, CMSG_DATA(c), sizeof(fds));
			h->user = fds[0];
			h->mnt = fds[1];
		} else if (c->cmsg_type == SCM_CREDENTIALS &&
		    c->cmsg_len == CMSG_LEN(sizeof(who))) {
			memcpy(&who, CMSG_DATA(c), sizeof(who));
			h->pid = who.pid;
		}
	}
	if (h->user == -1 || h->pid <= 0) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}

int
handover_go(int sock)
{
	return send(sock, "", 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int
handover_wait(int sock)
{
	char byte;

	return read(sock, &byte, 1) == 1 ? 0 : -1;
}
