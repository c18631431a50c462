/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * run.c: runs one program and leaves no process behind.
 *
 * The child leads a process group, so that one kill reaches it and what it
 * forked; what bubblewrap runs inside has a session of its own, but dies with
 * bubblewrap (--die-with-parent) and with it its whole PID namespace. As their
 * subreaper (prctl(2)) we are told when the last of them is gone.
 */
#if defined(__linux__)
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "death.h"
#include "run.h"

static volatile sig_atomic_t stopped, late;

static void
on_signal(int sig)
{
	if (sig == SIGALRM)
		late = 1;
	else if (sig != SIGCHLD && stopped == 0)
		stopped = sig;
}

static void
watched(sigset_t *set)
{
	(void)sigemptyset(set);
	death_add(set);
	(void)sigaddset(set, SIGALRM);
	(void)sigaddset(set, SIGCHLD);
}

void
run_start(void)
{
	struct sigaction sa;

	sa.sa_handler = on_signal;
	sa.sa_flags = 0;
	watched(&sa.sa_mask);
	(void)sigaction(SIGALRM, &sa, NULL);
	(void)sigaction(SIGCHLD, &sa, NULL);
	/* A reader who left is no reason to leave things half-done. */
	(void)signal(SIGPIPE, SIG_IGN);
	death_catch(&sa);
#if defined(PR_SET_CHILD_SUBREAPER)
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

int
run_stopped(void)
{
	return stopped;
}

/* In the child. What fails is told through the pipe by its errno. */
static void
child(const struct run *r, const sigset_t *mask, int tell)
{
	/* A core file would be taken for a file of the image. */
	const struct rlimit no_core = { 0, 0 };
	struct sigaction sa;
	int fd, e;

	sa.sa_handler = SIG_DFL;
	sa.sa_flags = 0;
	(void)sigemptyset(&sa.sa_mask);
	death_default();
	(void)sigaction(SIGALRM, &sa, NULL);
	(void)sigaction(SIGCHLD, &sa, NULL);
	(void)sigaction(SIGPIPE, &sa, NULL);
	(void)setpgid(0, 0);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	(void)setrlimit(RLIMIT_CORE, &no_core);
	(void)umask(022);
	if ((r->enter == NULL || r->enter() == 0) &&
	    (fd = open("/dev/null", O_RDONLY)) != -1 &&
	    dup2(fd, STDIN_FILENO) != -1 &&
	    (r->out == -1 || (dup2(r->out, STDOUT_FILENO) != -1 &&
	    dup2(r->out, STDERR_FILENO) != -1))) {
		if (fd > STDERR_FILENO)
			(void)close(fd);
		(void)execve(r->argv[0], r->argv, r->env);
	}
	e = errno;
	(void)!write(tell, &e, sizeof(e));
	_exit(127);
}

/* 0 when the exec has come about, else its errno. */
static int
started(int fd)
{
	int e;
	ssize_t n;

	while ((n = read(fd, &e, sizeof(e))) == -1 && errno == EINTR)
		continue;
	return n == (ssize_t)sizeof(e) ? e : 0;
}

/* Wait until pid has ended, or it is time to stop. *st as wait(2) has it. */
static enum run_end
await(pid_t pid, const sigset_t *mask, int *st)
{
	pid_t p;

	for (;;) {
		while ((p = waitpid(-1, st, WNOHANG)) > 0) {
			if (p == pid)
				return WIFEXITED(*st) ? RUN_EXITED : RUN_KILLED;
		}
		if (stopped != 0)
			return RUN_STOPPED;
		if (late != 0)
			return RUN_LATE;
		(void)sigsuspend(mask);
	}
}

static void
reap_all(pid_t pid)
{
	(void)kill(-pid, SIGKILL);
	while (waitpid(-1, NULL, 0) != -1 || errno == EINTR)
		continue;
}

int
run(const struct run *r, enum run_end *end, int *status, struct err *e)
{
	sigset_t block, mask;
	int tell[2], st = 0, why;
	pid_t pid;

	if (pipe(tell) != 0)
		return err_sys(e, "pipe");
	(void)fcntl(tell[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(tell[1], F_SETFD, FD_CLOEXEC);
	watched(&block);
	(void)sigprocmask(SIG_BLOCK, &block, &mask);
	if ((pid = fork()) == 0)
		child(r, &mask, tell[1]);
	(void)close(tell[1]);
	if (pid == -1) {
		(void)err_sys(e, "fork");
		(void)close(tell[0]);
		(void)sigprocmask(SIG_SETMASK, &mask, NULL);
		return -1;
	}
	(void)setpgid(pid, pid);
	if ((why = started(tell[0])) == 0) {
		late = 0;
		(void)alarm(r->seconds);
		*end = await(pid, &mask, &st);
		(void)alarm(0);
	}
	(void)close(tell[0]);
	reap_all(pid);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (why != 0) {
		errno = why;
		return err_sys(e, "%s", r->argv[0]);
	}
	*status = *end == RUN_STOPPED ? stopped : *end == RUN_KILLED ?
	    WTERMSIG(st) : WEXITSTATUS(st);
	return 0;
}
