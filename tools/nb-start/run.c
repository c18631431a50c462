/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * run.c: programs, run in our place or as our child.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "pidfile.h"
#include "run.h"

static int
exec_error(const char *path, int error, struct err *e)
{
	errno = error;
	return err_sys(e, "%s", path);
}

int
run_exec(const char *path, const struct words *argv, const struct watch *w,
    struct err *e)
{
	int error;

	(void)execv(path, argv->v);
	error = errno;
	run_clear(w, false);
	return exec_error(path, error, e);
}

int
run_pipe(int fds[2], struct err *e)
{
	if (pipe(fds) == -1)
		return err_sys(e, "pipe");
	for (int i = 0; i < 2; i++)
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* In the child: exec resets what is caught; it must not outlive us. */
static void
become(const char *path, const struct words *argv, pid_t parent, int output,
    struct registered *vm, int report)
{
	int error;

	compat_die_with_parent(SIGTERM);
	if (getppid() != parent)
		_exit(127);
	if (vm != NULL)
		registered_moved(vm, getpid());
	if (output != -1) {
		(void)dup2(output, STDOUT_FILENO);
		(void)dup2(output, STDERR_FILENO);
	}
	(void)execv(path, argv->v);
	error = errno;
	(void)!write(report, &error, sizeof(error));
	_exit(127);
}

pid_t
run_start(const char *path, const struct words *argv, int output,
    struct registered *vm, struct err *e)
{
	pid_t parent = getpid(), pid;
	int report[2], error;
	ssize_t n;

	if (run_pipe(report, e) == -1)
		return -1;
	if ((pid = fork()) == 0)
		become(path, argv, parent, output, vm, report[1]);
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

void
run_clear(const struct watch *w, bool killed)
{
	/* Where it is not known by name, another may have its files by now. */
	if (!registered_clear(w->known) && killed &&
	    pidfile_clear(w->pidfile)) {
		for (size_t i = 0; i < w->leftovers->n; i++)
			(void)unlink(w->leftovers->v[i]);
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
