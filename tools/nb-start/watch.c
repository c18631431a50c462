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
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "pidfile.h"
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

	if (run_pipe(wake, e) == -1)
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

static time_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

struct watched {
	const struct watch *w;
	pid_t	 qemu;
	int	 status;	/* QEMU's, when qemu is 0 */
	pid_t	 program;	/* that shows the pty; 0: none, or no more */
	int	 control;	/* -1 when there is none, or no more */
	struct control words;
	int	 output;	/* what QEMU prints, when that is looked at */
	struct pty pty;
	int	 caught;	/* the first signal that was handed on */
	bool	 stopped;	/* by a TERM of ours */
	time_t	 deadline;	/* when it is killed; 0: it was not asked */
};

/* It has been told to end, and gets some time for that. */
static void
ask(struct watched *s, int sig)
{
	if (s->qemu != 0)
		(void)kill(s->qemu, sig);
	if (s->deadline == 0)
		s->deadline = now() + RUN_GRACE;
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

static void
take_control(struct watched *s)
{
	char buf[512];
	ssize_t n = read(s->control, buf, sizeof(buf));

	if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN))
		s->control = -1;
	else if (n > 0 && control_feed(&s->words, buf, (size_t)n) ==
	    CONTROL_STOP)
		stop(s);
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
		s->program = run_start(file, &argv, -1, e);
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
	ssize_t n = read(s->output, buf, sizeof(buf));

	if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN)) {
		pty_end(&s->pty);
		s->output = -1;
	} else if (n > 0 && pty_feed(&s->pty, buf, (size_t)n))
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
			s->deadline = now() + RUN_GRACE;
		} else if (pid == s->program) {
			s->program = 0;
			stop(s);
		}
	}
}

/* Those who did not end in the time that they were given. */
static void
insist(struct watched *s)
{
	if (s->deadline == 0 || now() < s->deadline)
		return;
	if (s->qemu != 0)
		(void)kill(s->qemu, SIGKILL);
	else if (s->program != 0)
		(void)kill(s->program, SIGKILL);
}

/* Until all have ended. */
static int
watch(struct watched *s, struct err *e)
{
	int rv = 0;

	for (;;) {
		struct pollfd p[3] = {
			{ .fd = wake[0], .events = POLLIN },
			{ .fd = s->control, .events = POLLIN },
			{ .fd = s->output, .events = POLLIN }
		};

		reap(s);
		/* What it said last is read before we go. */
		if (s->qemu == 0 && s->program == 0 &&
		    (s->output == -1 || now() >= s->deadline))
			return rv;
		insist(s);
		if (poll(p, 3, s->deadline != 0 ? 1000 : -1) == -1)
			continue;
		take_signals(s);
		if (p[1].revents != 0)
			take_control(s);
		if (p[2].revents != 0 && take_output(s, e) == -1) {
			rv = -1;
			stop(s);
		}
	}
}

/* QEMU as our child; its output comes to us when it is to tell of a pty. */
static int
begin(struct watched *s, const char *path, const struct words *argv,
    struct err *e)
{
	int output[2] = { -1, -1 };

	if (s->w->pty != NULL && run_pipe(output, e) == -1)
		return -1;
	s->qemu = run_start(path, argv, output[1], e);
	if (output[1] != -1)
		(void)close(output[1]);
	if (s->w->control_qemu != -1)
		(void)close(s->w->control_qemu);
	s->output = output[0];
	return s->qemu == -1 ? -1 : 0;
}

/* A QEMU that was killed could not do it. */
static void
clear_away(const struct watch *w)
{
	if (!pidfile_clear(w->pidfile))
		return;
	for (size_t i = 0; i < w->leftovers->n; i++)
		(void)unlink(w->leftovers->v[i]);
}

int
run_watched(const char *path, const struct words *argv, const struct watch *w,
    struct err *e)
{
	struct watched s = { .w = w, .control = w->control };
	struct terminal t;
	int rv;

	if (catch_signals(e) == -1)
		return -1;
	terminal_save(&t);
	if (begin(&s, path, argv, e) == -1)
		return -1;
	rv = watch(&s, e);
	terminal_restore(&t);
	if (WIFSIGNALED(s.status))
		clear_away(w);
	if (s.caught != 0) {
		(void)signal(s.caught, SIG_DFL);
		(void)raise(s.caught);
	}
	if (rv == -1)
		return -1;
	/* One that had hardly begun dies of it. */
	if (s.stopped && WIFSIGNALED(s.status) && WTERMSIG(s.status) == SIGTERM)
		return 0;
	return run_judge(path, s.status, e);
}
