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
#include <termios.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "run.h"

/* How long QEMU may take to end after a signal before it is killed. */
#define GRACE_SECONDS 5

/* What QEMU changes of a terminal: its modes and, for the descriptors that
 * share its open file, O_NONBLOCK. */
struct terminal {
	struct termios	modes;
	bool		saved;
	int		flags[3];
};

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
terminal_save(struct terminal *t)
{
	t->saved = tcgetattr(STDIN_FILENO, &t->modes) == 0;
	for (int fd = 0; fd < 3; fd++)
		t->flags[fd] = fcntl(fd, F_GETFL);
}

static void
terminal_restore(const struct terminal *t)
{
	sigset_t ttou, old;

	/* From the background a change of modes would stop us. */
	(void)sigemptyset(&ttou);
	(void)sigaddset(&ttou, SIGTTOU);
	(void)sigprocmask(SIG_BLOCK, &ttou, &old);
	if (t->saved)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t->modes);
	for (int fd = 0; fd < 3; fd++) {
		if (t->flags[fd] != -1)
			(void)fcntl(fd, F_SETFL, t->flags[fd]);
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
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
	if (getppid() != parent)
		_exit(127);
#else
	(void)parent;
#endif
	(void)execv(path, argv->v);
	error = errno;
	(void)!write(report, &error, sizeof(error));
	_exit(127);
}

/* The child's pid; -1 when it could not become the program. */
static pid_t
start(const char *path, const struct words *argv, struct err *e)
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

/* Until it has ended. *caught is the first signal that was handed on. */
static int
wait_for(pid_t pid, int *caught)
{
	time_t deadline = 0;
	int status;

	for (;;) {
		struct pollfd p = { .fd = wake[0], .events = POLLIN };
		unsigned char sig;
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid || (got == -1 && errno != EINTR))
			return got == pid ? status : 0;
		if (deadline != 0 && now() >= deadline)
			(void)kill(pid, SIGKILL);
		(void)poll(&p, 1, deadline != 0 ? 1000 : -1);
		while (read(wake[0], &sig, 1) == 1) {
			if (sig == SIGCHLD)
				continue;
			(void)kill(pid, sig);
			if (*caught == 0) {
				*caught = sig;
				deadline = now() + GRACE_SECONDS;
			}
		}
	}
}

static int
judge(const char *path, int status, struct err *e)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return err_set(e, "%s: ended by signal %d", path,
		    WTERMSIG(status));
	return err_set(e, "%s", "");
}

int
run_terminal(const char *path, const struct words *argv, struct err *e)
{
	struct terminal t;
	int status, caught = 0;
	pid_t pid;

	if (catch_signals(e) == -1)
		return -1;
	terminal_save(&t);
	if ((pid = start(path, argv, e)) == -1)
		return -1;
	status = wait_for(pid, &caught);
	terminal_restore(&t);
	if (caught != 0) {
		(void)signal(caught, SIG_DFL);
		(void)raise(caught);
	}
	return judge(path, status, e);
}
