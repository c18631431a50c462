/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.c: QEMU, run under our eyes until it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "panic.h"
#include "pty.h"
#include "run.h"
#include "terminal.h"

static const int handed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define N_HANDED (sizeof(handed_on) / sizeof(handed_on[0]))

/* Signal numbers, from the handler to the loop. */
static int wake[2] = { -1, -1 };

static void
on_signal(int sig)
{
	unsigned char n = (unsigned char)sig;
	int saved = errno;

	(void)!write(wake[1], &n, 1);
	errno = saved;
}

static int
catch_signals(struct err *e)
{
	struct sigaction sa, old;

	if (wake[0] == -1 && run_pipe(wake, e) == -1)
		return -1;
	(void)fcntl(wake[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(wake[1], F_SETFL, O_NONBLOCK);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sa.sa_flags = SA_RESTART;
	(void)sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < N_HANDED; i++) {
		/* nohup's wish is respected. */
		if (sigaction(handed_on[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		(void)sigaction(handed_on[i], &sa, NULL);
	}
	sa.sa_flags |= SA_NOCLDSTOP;
	(void)sigaction(SIGCHLD, &sa, NULL);
	return 0;
}

/* Milliseconds from a guest's status to the end, for the rest of its console;
 * from a panic, for what a kernel does then (reboot(9)). */
#define STATUS_LINGER 200
#define PANIC_LINGER  5000

struct watched {
	const struct watch *w;
	pid_t	 qemu;
	int	 status;	/* QEMU's, when qemu is 0 */
	pid_t	 program;	/* that shows the pty; 0: none, or no more */
	int	 control;	/* -1 when there is none, or no more */
	struct control words;
	int	 console;	/* the same */
	struct panic panic;
	bool	 timed;		/* w->timing has been told */
	bool	 told;		/* words.exit is the guest's status */
	bool	 late;		/* w->limit has passed */
	int	 output;	/* what QEMU prints, when that is looked at */
	struct pty pty;
	int	 caught;	/* the first signal that was handed on */
	bool	 stopped;	/* by a TERM of ours */
	int64_t	 limit;		/* when w->limit has; 0: never */
	int64_t	 due;		/* when it is stopped; 0: not yet known */
	int64_t	 deadline;	/* when it is killed; 0: it was not asked */
};

/* It has been told to end, and gets some time for that. */
static void
ask(struct watched *s, int sig)
{
	if (s->qemu != 0)
		(void)kill(s->qemu, sig);
	if (s->deadline == 0)
		s->deadline = clock_ms() + RUN_GRACE * 1000;
}

static void
stop(struct watched *s)
{
	s->stopped = true;
	ask(s, SIGTERM);
}

static void
take_signals(struct watched *s)
{
	unsigned char sig;

	while (read(wake[0], &sig, 1) == 1) {
		if (sig == SIGCHLD)
			continue;
		ask(s, sig);
		if (s->caught == 0)
			s->caught = sig;
	}
}

/* What came from *fd, which is -1 when no more will; 0 when nothing did. */
static size_t
take(int *fd, char *buf, size_t room)
{
	ssize_t n = *fd != -1 ? read(*fd, buf, room) : -1;

	if (*fd != -1 && (n == 0 ||
	    (n == -1 && errno != EINTR && errno != EAGAIN)))
		*fd = -1;
	return n > 0 ? (size_t)n : 0;
}

static bool
take_control(struct watched *s)
{
	char buf[512];
	size_t n = take(&s->control, buf, sizeof(buf));

	/* A status is the guest's last word. */
	if (n == 0 || s->told)
		return n > 0;
	switch (control_feed(&s->words, buf, n)) {
	case CONTROL_STOP:
		stop(s);
		break;
	case CONTROL_EXIT:
		s->told = true;
		s->due = clock_ms() + STATUS_LINGER;
		break;
	case CONTROL_NONE:
		break;
	}
	return true;
}

static bool
take_console(struct watched *s)
{
	char buf[512];
	size_t n = take(&s->console, buf, sizeof(buf));

	if (n > 0 && s->w->status && panic_feed(&s->panic, buf, n) &&
	    s->due == 0)
		s->due = clock_ms() + PANIC_LINGER;
	if (n > 0 && s->w->timing != NULL)
		timing_console(s->w->timing, buf, n);
	return n > 0;
}

/* The boot's times are known, or never will be. */
static void
tell_times(struct watched *s)
{
	const struct watch *w = s->w;

	if (w->timing == NULL || s->timed ||
	    (s->qemu != 0 && !timing_done(w->timing)))
		return;
	s->timed = true;
	timing_close(w->timing);
	if (w->timed != NULL)
		w->timed(w);
	else if (s->qemu != 0)
		(void)kill(s->qemu, SIGKILL);	/* no disk minds */
}

/* QEMU has told where the console is. */
static int
show_pty(struct watched *s, struct err *e)
{
	struct words argv = { NULL, 0, 0 };
	char *file = NULL;
	int rv;

	rv = pty_program(s->w->pty, s->pty.path, &argv, &file, e);
	if (rv == 0)
		s->w->told(s->w, s->pty.path, file != NULL);
	if (rv == 0 && file != NULL) {
		s->program = run_start(file, &argv, -1, NULL, e);
		if (s->program == -1) {
			s->program = 0;
			rv = -1;
		}
	}
	free(file);
	words_free(&argv);
	return rv;
}

static int
take_output(struct watched *s, struct err *e)
{
	char buf[512];
	size_t n = take(&s->output, buf, sizeof(buf));

	if (s->output == -1)
		pty_end(&s->pty);
	else if (n > 0 && pty_feed(&s->pty, buf, n))
		return show_pty(s, e);
	return 0;
}

/* Who has ended. Without the program that shows the console it is over. */
static void
reap(struct watched *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == s->qemu) {
			s->qemu = 0;
			s->status = status;
			s->deadline = clock_ms() + RUN_GRACE * 1000;
		} else if (pid == s->program) {
			s->program = 0;
			stop(s);
		}
	}
}

static bool
passed(int64_t when)
{
	return when != 0 && clock_ms() >= when;
}

/* Those whose time it is to end, or who did not end in the time given. */
static void
insist(struct watched *s)
{
	if (s->deadline == 0 && passed(s->limit))
		s->late = true;
	if (s->deadline == 0 && (s->late || passed(s->due)))
		stop(s);
	if (!passed(s->deadline))
		return;
	if (s->qemu != 0)
		(void)kill(s->qemu, SIGKILL);
	else if (s->program != 0)
		(void)kill(s->program, SIGKILL);
}

/* Milliseconds until insist has something to do; -1: it has not. */
static int
patience(const struct watched *s)
{
	int64_t when = s->limit, wait;

	if (s->due != 0 && (when == 0 || s->due < when))
		when = s->due;
	if (s->deadline != 0)
		when = s->deadline;
	if (when == 0)
		return -1;
	wait = when - clock_ms();
	/* After the deadline it is a matter of moments. */
	return wait < 20 ? 20 : wait > 60000 ? 60000 : (int)wait;
}

/* Until all have ended. */
static int
watch(struct watched *s, struct err *e)
{
	int rv = 0;

	for (;;) {
		struct pollfd p[4 + TIMING_ASKING] = {
			{ .fd = wake[0], .events = POLLIN },
			{ .fd = s->control, .events = POLLIN },
			{ .fd = s->output, .events = POLLIN },
			{ .fd = s->console, .events = POLLIN }
		};
		size_t asking;
		int wait;

		reap(s);
		tell_times(s);
		/* What it said last is read before we go. */
		if (s->qemu == 0 && s->program == 0 &&
		    (s->output == -1 || passed(s->deadline)))
			break;
		insist(s);
		wait = patience(s);
		asking = timing_poll(s->timed ? NULL : s->w->timing, p + 4,
		    &wait);
		if (poll(p, (nfds_t)(4 + asking), wait) == -1)
			continue;
		timing_look(s->w->timing, p + 4, asking);
		take_signals(s);
		if (p[1].revents != 0)
			(void)take_control(s);
		if (p[3].revents != 0)
			(void)take_console(s);
		if (p[2].revents != 0 && take_output(s, e) == -1) {
			rv = -1;
			stop(s);
		}
	}
	while (take_control(s) || take_console(s))
		continue;
	tell_times(s);
	return rv;
}

/* QEMU as our child; its output comes to us when it is to tell of a pty. */
static int
begin(struct watched *s, const char *path, const struct words *argv,
    struct err *e)
{
	int output[2] = { -1, -1 };

	if (s->w->pty != NULL && run_pipe(output, e) == -1)
		return -1;
	s->qemu = run_start(path, argv, output[1], s->w->known, e);
	if (output[1] != -1)
		(void)close(output[1]);
	if (s->w->control_qemu != -1)
		(void)close(s->w->control_qemu);
	if (s->w->console_qemu != -1)
		(void)close(s->w->console_qemu);
	s->output = output[0];
	return s->qemu == -1 ? -1 : 0;
}

/* A VM that was to tell its status, or was given a limit. */
static int
judge(const struct watched *s, const char *path, int *status, struct err *e)
{
	const char *name = s->w->name;

	if (s->told && s->words.exit == 0)
		return 0;
	if (s->told) {
		*status = s->words.exit;
		return *s->words.reason != '\0' ?
		    err_set(e, "%s: %s", name, s->words.reason) :
		    err_set(e, "%s: the guest's exit status is %d", name,
		    s->words.exit);
	}
	if (s->w->timing != NULL && s->w->timed == NULL &&
	    timing_done(s->w->timing))
		return 0;
	if (s->late)
		return err_set(e, "%s: not done in %u seconds: give it more "
		    "time (--limit, BUILDTIMEOUT)", name, s->w->limit);
	if (*s->panic.text != '\0')
		return err_set(e, "%s: the guest panicked: %s", name,
		    s->panic.text);
	/* One that had hardly begun dies of our TERM. */
	if (!(s->stopped && WIFSIGNALED(s->status) &&
	    WTERMSIG(s->status) == SIGTERM) &&
	    run_judge(path, s->status, e) == -1)
		return -1;
	if (s->w->timing != NULL && s->w->timed == NULL)
		return err_set(e, "%s: the guest ended before its boot was "
		    "timed", name);
	if (s->w->status)
		return err_set(e, "%s: the guest %s without an exit status",
		    name, s->stopped ? "ended" : "rebooted or halted");
	return 0;
}

int
run_watched(const char *path, const struct words *argv, const struct watch *w,
    int *status, struct err *e)
{
	struct watched s = { .w = w, .control = w->control,
		.console = w->console, .words = { .status = w->status } };
	struct terminal t;
	int rv;

	if (catch_signals(e) == -1)
		return -1;
	terminal_save(&t);
	if (s.control != -1)
		(void)fcntl(s.control, F_SETFL, O_NONBLOCK);
	if (s.console != -1)
		(void)fcntl(s.console, F_SETFL, O_NONBLOCK);
	if (w->limit != 0)
		s.limit = clock_ms() + (int64_t)w->limit * 1000;
	if (begin(&s, path, argv, e) == -1) {
		run_clear(w, false);
		return -1;
	}
	rv = watch(&s, e);
	terminal_restore(&t);
	run_clear(w, WIFSIGNALED(s.status));
	if (s.caught != 0) {
		(void)signal(s.caught, SIG_DFL);
		(void)raise(s.caught);
	}
	return rv == -1 ? -1 : judge(&s, path, status, e);
}
