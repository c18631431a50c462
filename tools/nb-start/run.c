/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * run.c: QEMU, run in our place or under our eyes.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "control.h"
#include "pidfile.h"
#include "run.h"
#include "terminal.h"

static const int handed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define N_HANDED (sizeof(handed_on) / sizeof(handed_on[0]))

/* Signal numbers, from the handler to the loop. */
static int wake[2] = { -1, -1 };

static int
exec_error(const char *path, int error, struct err *e)
{
	errno = error;
	return err_sys(e, "%s", path);
}

int
run_exec(const char *path, const struct words *argv, struct err *e)
{
	(void)execv(path, argv->v);
	return exec_error(path, errno, e);
}

static void
on_signal(int sig)
{
	unsigned char n = (unsigned char)sig;
	int saved = errno;

	(void)!write(wake[1], &n, 1);
	errno = saved;
}

static int
make_pipe(int fds[2], struct err *e)
{
	if (pipe(fds) == -1)
		return err_sys(e, "pipe");
	for (int i = 0; i < 2; i++)
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	return 0;
}

static int
catch_signals(struct err *e)
{
	struct sigaction sa, old;

	if (make_pipe(wake, e) == -1)
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

/* In the child: exec resets what is caught; it must not outlive us. */
static void
become(const char *path, const struct words *argv, pid_t parent, int report)
{
	int error;

#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	if (getppid() != parent)
		_exit(127);
	(void)execv(path, argv->v);
	error = errno;
	(void)!write(report, &error, sizeof(error));
	_exit(127);
}

pid_t
run_start(const char *path, const struct words *argv, struct err *e)
{
	pid_t parent = getpid(), pid;
	int report[2], error;
	ssize_t n;

	if (make_pipe(report, e) == -1)
		return -1;
	if ((pid = fork()) == 0)
		become(path, argv, parent, report[1]);
	(void)close(report[1]);
	if (pid == -1) {
		(void)err_sys(e, "fork");
		(void)close(report[0]);
		return -1;
	}
	do
		n = read(report[0], &error, sizeof(error));
	while (n == -1 && errno == EINTR);
	(void)close(report[0]);
	if (n != (ssize_t)sizeof(error))
		return pid;
	(void)waitpid(pid, NULL, 0);
	return (pid_t)exec_error(path, error, e);
}

static time_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

struct child {
	pid_t	 pid;
	int	 control;	/* -1 when there is none, or no more */
	struct control words;
	int	 caught;	/* the first signal that was handed on */
	time_t	 deadline;	/* when it is killed; 0: it was not asked */
};

/* It has been told to end, and gets some time for that. */
static void
ask(struct child *c, int sig)
{
	(void)kill(c->pid, sig);
	if (c->deadline == 0)
		c->deadline = now() + RUN_GRACE;
}

static void
take_signals(struct child *c)
{
	unsigned char sig;

	while (read(wake[0], &sig, 1) == 1) {
		if (sig == SIGCHLD)
			continue;
		ask(c, sig);
		if (c->caught == 0)
			c->caught = sig;
	}
}

static void
take_control(struct child *c)
{
	char buf[512];
	ssize_t n = read(c->control, buf, sizeof(buf));

	if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN))
		c->control = -1;
	else if (n > 0 && control_feed(&c->words, buf, (size_t)n) ==
	    CONTROL_STOP)
		ask(c, SIGTERM);
}

/* Until it has ended; returns its status. */
static int
wait_for(struct child *c)
{
	int status;

	for (;;) {
		struct pollfd p[2] = {
			{ .fd = wake[0], .events = POLLIN },
			{ .fd = c->control, .events = POLLIN }
		};
		pid_t got = waitpid(c->pid, &status, WNOHANG);

		if (got == c->pid)
			return status;
		if (got == -1 && errno != EINTR)
			return 0;
		if (c->deadline != 0 && now() >= c->deadline)
			(void)kill(c->pid, SIGKILL);
		if (poll(p, 2, c->deadline != 0 ? 1000 : -1) == -1)
			continue;
		take_signals(c);
		if (p[1].revents != 0)
			take_control(c);
	}
}

int
run_judge(const char *path, int status, struct err *e)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return err_set(e, "%s: ended by signal %d", path,
		    WTERMSIG(status));
	return err_set(e, "%s", "");
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
	struct child c = { .control = w->control };
	struct terminal t;
	int status;

	if (catch_signals(e) == -1)
		return -1;
	terminal_save(&t);
	if ((c.pid = run_start(path, argv, e)) == -1)
		return -1;
	if (w->control_qemu != -1)
		(void)close(w->control_qemu);
	status = wait_for(&c);
	terminal_restore(&t);
	if (WIFSIGNALED(status))
		clear_away(w);
	if (c.caught != 0) {
		(void)signal(c.caught, SIG_DFL);
		(void)raise(c.caught);
	}
	return run_judge(path, status, e);
}
