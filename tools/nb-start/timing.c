/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * timing.c: how long a boot took.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "timing.h"

/*
 * QEMU takes connections that the guest does not yet, and a guest that has no
 * network yet hears of them late. So there is always a fresh one: a new one
 * after 20 ms, or after 1/50 of the time that has passed already.
 */
#define PAUSE_US 20000
#define PAUSE_PART 50

/* What servers of most kinds say something to; others speak first. */
static const char question[] = "GET / HTTP/1.0\r\n\r\n";

bool
timing_done(const struct timing *t)
{
	return t->port.hostport != 0 ? t->answer != 0 : t->init != 0;
}

/* `[   1.0000000] `, which stands before what a kernel prints. */
static bool
is_stamped(const char *p)
{
	size_t n;

	if (*p++ != '[')
		return false;
	p += strspn(p, " ");
	n = strspn(p, "0123456789.");
	return n > 0 && p[n] == ']';
}

/* A kernel's last line before init; what came before it was the kernel's. */
static const char last[] = "root file system type: ";

static void
take_line(struct timing *t)
{
	t->line[t->len < TIMING_LINE - 1 ? t->len : TIMING_LINE - 1] = '\0';
	if (strncmp(t->line, last, strlen(last)) == 0) {
		t->stamped = true;
		t->init = 0;
	} else if (is_stamped(t->line)) {
		if (strstr(t->line, last) != NULL)
			t->init = 0;
		t->stamped = true;
	} else if (t->stamped && t->init == 0 && t->len > 0)
		t->init = t->began;
	t->len = 0;
}

void
timing_console(struct timing *t, const char *buf, size_t n)
{
	int64_t now = clock_us();

	if (n > 0 && t->kernel == 0)
		t->kernel = now;
	for (size_t i = 0; i < n; i++) {
		if (buf[i] == '\r')
			continue;
		if (t->len == 0)
			t->began = now;
		if (buf[i] == '\n')
			take_line(t);
		else if (t->len < TIMING_LINE)
			t->line[t->len++] = buf[i];
	}
	/* A prompt has no end. */
	if (t->len > 0 && t->stamped && t->init == 0 && *t->line != '[' &&
	    strncmp(t->line, last, t->len) != 0)
		t->init = t->began;
}

static int
ask(const struct forward *f)
{
	struct sockaddr_in sin;
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (s == -1)
		return -1;
	(void)fcntl(s, F_SETFD, FD_CLOEXEC);
	(void)fcntl(s, F_SETFL, O_NONBLOCK);
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(f->hostport);
	(void)inet_pton(AF_INET, strcmp(f->host, "0.0.0.0") == 0 ?
	    FORWARD_LOOPBACK : f->host, &sin.sin_addr);
	if (connect(s, (struct sockaddr *)&sin, sizeof(sin)) == 0 ||
	    errno == EINPROGRESS)
		return s;
	(void)close(s);
	return -1;
}

static void
drop(struct timing *t, size_t i)
{
	if (t->asking[i] != 0)
		(void)close(t->asking[i] - 1);
	t->asking[i] = 0;
}

void
timing_close(struct timing *t)
{
	for (size_t i = 0; i < TIMING_ASKING; i++)
		drop(t, i);
}

/* One more, in the oldest one's place. */
static void
ask_again(struct timing *t)
{
	int64_t now = clock_us(), pause = (now - t->exec) / PAUSE_PART;
	size_t i = t->oldest;

	if (now < t->next)
		return;
	t->next = now + (pause > PAUSE_US ? pause : PAUSE_US);
	drop(t, i);
	t->asking[i] = ask(&t->port) + 1;
	t->asked[i] = false;
	t->oldest = (i + 1) % TIMING_ASKING;
}

/* Something has become of a question. */
static void
hear(struct timing *t, size_t i)
{
	int s = t->asking[i] - 1;
	char c;
	ssize_t n;

	if (!t->asked[i]) {
		n = send(s, question, sizeof(question) - 1, MSG_NOSIGNAL);
		t->asked[i] = true;
		if (n == -1)
			drop(t, i);
		return;
	}
	if ((n = recv(s, &c, 1, 0)) == 1)
		t->answer = clock_us();
	if (n != -1 || (errno != EAGAIN && errno != EINTR))
		drop(t, i);
}

size_t
timing_poll(const struct timing *t, struct pollfd *p, int *wait)
{
	int64_t left;
	size_t n = 0;

	if (t == NULL || t->port.hostport == 0 || t->answer != 0)
		return 0;
	for (size_t i = 0; i < TIMING_ASKING; i++) {
		p[n].fd = t->asking[i] - 1;
		p[n].events = t->asked[i] ? POLLIN : POLLOUT;
		p[n++].revents = 0;
	}
	left = (t->next - clock_us() + 999) / 1000;
	if (left < 0)
		left = 0;
	if (*wait == -1 || left < *wait)
		*wait = (int)left;
	return n;
}

void
timing_look(struct timing *t, const struct pollfd *p, size_t n)
{
	if (n == 0)
		return;
	for (size_t i = 0; i < n && t->answer == 0; i++) {
		if (t->asking[i] != 0 && p[i].revents != 0)
			hear(t, i);
	}
	if (t->answer != 0)
		timing_close(t);
	else
		ask_again(t);
}
