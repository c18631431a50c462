/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * line.c: lines to and from a socket in the file system, with a limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "line.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0	/* SIGPIPE is ignored besides */
#endif

bool
line_open(struct line *l, const char *path)
{
	struct sockaddr_un sun;
	int saved;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	l->len = 0;
	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(sun.sun_path, path, strlen(path) + 1);
	if ((l->fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return false;
	(void)fcntl(l->fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(l->fd, F_SETFL, O_NONBLOCK);
	if (connect(l->fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return true;
	saved = errno;
	line_close(l);
	errno = saved;
	return false;
}

void
line_close(struct line *l)
{
	if (l->fd != -1)
		(void)close(l->fd);
	l->fd = -1;
}

bool
line_put(const struct line *l, const char *text)
{
	size_t len = strlen(text);

	return send(l->fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* The first line of what was read, or all of a buffer that is full. */
static bool
take(struct line *l)
{
	char *end = memchr(l->buf, '\n', l->len);
	size_t n, used;

	if (end == NULL && l->len < sizeof(l->buf))
		return false;
	n = end != NULL ? (size_t)(end - l->buf) : l->len - 1;
	used = n + 1;
	memcpy(l->text, l->buf, n);
	while (n > 0 && l->text[n - 1] == '\r')
		n--;
	l->text[n] = '\0';
	memmove(l->buf, l->buf + used, l->len - used);
	l->len -= used;
	return true;
}

const char *
line_get(struct line *l, int64_t until, bool *ended)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	int64_t left;
	ssize_t n;

	*ended = false;
	while (!take(l)) {
		left = until - clock_ms();
		if (poll(&p, 1, left < 0 ? 0 : (int)left) == 0)
			return NULL;
		n = read(l->fd, l->buf + l->len, sizeof(l->buf) - l->len);
		if (n > 0)
			l->len += (size_t)n;
		else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			*ended = true;
			return NULL;
		}
	}
	return l->text;
}
