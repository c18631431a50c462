/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * relay.c: from a pipe to a descriptor, without waiting for either.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "relay.h"

int
relay_open(struct relay *r, int to)
{
	int ends[2];

	r->from = -1;
	r->to = to;
	r->len = r->off = 0;
	if (pipe(ends) != 0)
		return -1;
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	r->from = ends[0];
	return ends[1];
}

int
relay_watch(const struct relay *r, fd_set *rd, fd_set *wr, int max)
{
	int fd = r->off < r->len ? r->to : r->from;

	if (fd != -1)
		FD_SET(fd, r->off < r->len ? wr : rd);
	return fd > max ? fd : max;
}

static void
fill(struct relay *r)
{
	ssize_t n = read(r->from, r->buf, sizeof(r->buf));

	if (n == -1 && errno == EINTR)
		return;
	if (n <= 0) {
		relay_close(r);
		return;
	}
	r->off = 0;
	r->len = r->to != -1 ? (size_t)n : 0;
}

static void
drain(struct relay *r)
{
	ssize_t n = write(r->to, r->buf + r->off, r->len - r->off);

	if (n >= 0)
		r->off += (size_t)n;
	else if (errno != EINTR && errno != EAGAIN) {
		r->to = -1;	/* who read it left: the script goes on */
		r->off = r->len;
	}
}

void
relay_move(struct relay *r, const fd_set *rd, const fd_set *wr)
{
	if (r->off < r->len) {
		if (FD_ISSET(r->to, wr))
			drain(r);
	} else if (r->from != -1 && FD_ISSET(r->from, rd))
		fill(r);
}

void
relay_close(struct relay *r)
{
	if (r->from != -1)
		(void)close(r->from);
	r->from = -1;
}
