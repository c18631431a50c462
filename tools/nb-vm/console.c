/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * console.c: the console of a VM in the background, on this terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "console.h"
#include "death.h"
#include "diag.h"
#include "line.h"
#include "terminal.h"
#include "writeall.h"

#define LEAVE '\035'	/* Ctrl-], as telnet(1) has it */

static struct terminal terminal;

static void
on_death(int sig)
{
	terminal_restore(&terminal);
	(void)raise(sig);
}

/* All keys are the guest's, but one. */
static void
make_raw(void)
{
	struct termios t = terminal.modes;

	if (!terminal.saved)
		return;
	t.c_iflag &= (tcflag_t)~(BRKINT | ICRNL | IGNBRK | IGNCR | INLCR |
	    INPCK | ISTRIP | IXON | PARMRK);
	t.c_oflag &= (tcflag_t)~OPOST;
	t.c_lflag &= (tcflag_t)~(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	t.c_cflag = (t.c_cflag & (tcflag_t)~(CSIZE | PARENB)) | CS8;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

/* The guest may take its time with what is typed. */
static bool
put(int to, const char *buf, size_t n)
{
	struct pollfd p = { .fd = to, .events = POLLOUT };

	while (n > 0) {
		ssize_t done = write(to, buf, n);

		if (done > 0) {
			buf += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN)
			(void)poll(&p, 1, -1);
		else if (errno != EINTR)
			return false;
	}
	return true;
}

/* What was typed, up to the key that leaves. False when that was all. */
static bool
take_keys(int to)
{
	char buf[512], *leave;
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;
	leave = terminal.saved ? memchr(buf, LEAVE, (size_t)n) : NULL;
	if (leave != NULL)
		n = leave - buf;
	return put(to, buf, (size_t)n) && leave == NULL;
}

/* False when the VM has ended, or nobody takes what it shows. */
static bool
take_output(int from)
{
	char buf[4096];
	ssize_t n = read(from, buf, sizeof(buf));

	if (n == -1)
		return errno == EINTR || errno == EAGAIN;
	return n > 0 && put(STDOUT_FILENO, buf, (size_t)n);
}

static void
relay(int console)
{
	struct pollfd p[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = console, .events = POLLIN }
	};

	for (;;) {
		if (poll(p, 2, -1) == -1)
			continue;
		if (p[1].revents != 0 && !take_output(console))
			return;
		if (p[0].revents != 0 && !take_keys(console))
			return;
	}
}

/* QEMU lets one in at a time; the next would see nothing. */
static int
be_alone(const char *log)
{
	int fd = open(log, O_RDONLY | O_CLOEXEC);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1 &&
	    errno == EWOULDBLOCK) {
		(void)close(fd);
		return -1;
	}
	return 0;
}

/* Where it is, if not where we can get at it. */
static int
refuse(const struct vmrecord *r, struct err *e)
{
	const char *name = vmrecord_text(r, "name");
	const char *console = vmrecord_text(r, "console");

	if (strncmp(console, "telnet ", 7) == 0)
		return err_set(e, "%s: its console is served by telnet: %s",
		    name, console);
	if (strncmp(console, "terminal ", 9) == 0)
		return err_set(e, "%s: its console is on %s, where it was "
		    "started", name, console + 9);
	if (strcmp(console, "pty") == 0)
		return err_set(e, "%s: its console is on the pseudo terminal "
		    "that nb-start told of", name);
	return err_set(e, "%s: its console is the output of process %s: only "
	    "one in the background (nb-start -d) can be attached to", name,
	    vmrecord_text(r, "pid"));
}

int
console_attach(const struct vmrecord *r, struct err *e)
{
	const char *name = vmrecord_text(r, "name");
	struct line l;

	if (strcmp(vmrecord_text(r, "console"), "socket") != 0)
		return refuse(r, e);
	if (be_alone(vmrecord_text(r, "log")) == -1)
		return err_set(e, "%s: somebody else is at its console", name);
	if (!line_open(&l, vmrecord_text(r, "tty")))
		return err_sys(e, "%s: %s", name, vmrecord_text(r, "tty"));
	terminal_save(&terminal);
	death_last(on_death);
	if (terminal.saved)
		diag_say("%s: console: leave with Ctrl-], the VM goes on",
		    name);
	make_raw();
	relay(l.fd);
	terminal_restore(&terminal);
	line_close(&l);
	return 0;
}
