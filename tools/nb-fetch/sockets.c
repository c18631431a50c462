/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sockets.c: poll(2) for curl_multi_socket_action(3).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "sockets.h"

struct sockets {
	CURLM		*multi;
	int64_t		 due;	/* of libcurl's clock; -1: nothing is */
	int		 wake;	/* is written to */
	bool		 failed;
	struct pollfd	*fds;	/* the first one is woken by */
	size_t		 n, cap;
	struct pollfd	*ready;	/* room for as many */
	size_t		 readycap;
};

static int
fd_add(struct sockets *s, int fd, short events)
{
	struct pollfd *fds, *ready;

	fds = mem_grow(s->fds, &s->cap, s->n + 1, sizeof(*fds));
	if (fds != NULL)
		s->fds = fds;
	ready = mem_grow(s->ready, &s->readycap, s->n + 1, sizeof(*ready));
	if (ready != NULL)
		s->ready = ready;
	if (fds == NULL || ready == NULL)
		return -1;
	fds[s->n].fd = fd;
	fds[s->n].revents = 0;
	fds[s->n++].events = events;
	return 0;
}

/* CURLMOPT_SOCKETFUNCTION(3). */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *unused)
{
	struct sockets *s = ctx;
	short events = 0;
	size_t i;

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= POLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= POLLOUT;
	for (i = 1; i < s->n && s->fds[i].fd != fd; i++)
		continue;
	if (what == CURL_POLL_REMOVE) {
		if (i < s->n)
			s->fds[i] = s->fds[--s->n];
	} else if (i < s->n)
		s->fds[i].events = events;
	else if (fd_add(s, fd, events) == -1)
		s->failed = true;
	return 0;
}

/* CURLMOPT_TIMERFUNCTION(3). */
static int
on_clock(CURLM *multi, long ms, void *ctx)
{
	struct sockets *s = ctx;

	(void)multi;
	s->due = ms < 0 ? -1 : clock_ms() + ms;
	return 0;
}

static int
wake_open(struct sockets *s)
{
	int fds[2], i;

	if (pipe(fds) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	s->wake = fds[1];
	if (fd_add(s, fds[0], POLLIN) == 0)
		return 0;
	(void)close(fds[0]);
	return -1;
}

struct sockets *
sockets_new(CURLM *multi, struct err *e)
{
	struct sockets *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	s->multi = multi;
	s->due = s->wake = -1;
	if (wake_open(s) == -1) {
		(void)err_sys(e, "a pipe cannot be made");
		sockets_free(s);
		return NULL;
	}
	(void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, s);
	(void)curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_clock);
	(void)curl_multi_setopt(multi, CURLMOPT_TIMERDATA, s);
	return s;
}

void
sockets_wait(struct sockets *s, int timeout, const sigset_t *mask)
{
	int64_t left;
	sigset_t saved;
	size_t i;
	int n;

	if (s->due >= 0) {
		left = s->due - clock_ms();
		if (left < timeout)
			timeout = left > 0 ? (int)left : 0;
	}
	(void)sigprocmask(SIG_SETMASK, mask, &saved);
	n = poll(s->fds, (nfds_t)s->n, timeout);
	(void)sigprocmask(SIG_SETMASK, &saved, NULL);
	for (i = 0; n <= 0 && i < s->n; i++)
		s->fds[i].revents = 0;
}

/* The list changes while libcurl is at it. */
static size_t
ready(struct sockets *s)
{
	char buf[64];
	size_t i, n = 0;

	if (s->fds[0].revents != 0) {
		while (read(s->fds[0].fd, buf, sizeof(buf)) == sizeof(buf))
			continue;
		s->fds[0].revents = 0;
	}
	for (i = 1; i < s->n; i++) {
		if (s->fds[i].revents != 0)
			s->ready[n++] = s->fds[i];
		s->fds[i].revents = 0;
	}
	return n;
}

static int
bits(short revents)
{
	return (revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
	    (revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
	    (revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);
}

int
sockets_run(struct sockets *s, struct err *e)
{
	size_t i, n = ready(s);
	CURLMcode rc = CURLM_OK;
	int active;

	for (i = 0; i < n && rc == CURLM_OK; i++)
		rc = curl_multi_socket_action(s->multi, s->ready[i].fd,
		    bits(s->ready[i].revents), &active);
	if (rc == CURLM_OK && s->due >= 0 && clock_ms() >= s->due) {
		s->due = -1;
		rc = curl_multi_socket_action(s->multi, CURL_SOCKET_TIMEOUT, 0,
		    &active);
	}
	if (s->failed || rc == CURLM_OUT_OF_MEMORY)
		return err_mem(e);
	return rc == CURLM_OK ? 0 : err_set(e, "libcurl failed");
}

void
sockets_wake(struct sockets *s)
{
	int saved_errno = errno;

	(void)!write(s->wake, "", 1);
	errno = saved_errno;
}

void
sockets_free(struct sockets *s)
{
	if (s == NULL)
		return;
	if (s->wake != -1)
		(void)close(s->wake);
	if (s->n > 0)
		(void)close(s->fds[0].fd);
	free(s->fds);
	free(s->ready);
	free(s);
}
