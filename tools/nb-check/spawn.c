/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * spawn.c: runs a program and reads what it says.
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "spawn.h"

/* In the child. Nothing of the caller's may make a shell read more files. */
static void
become(char *const argv[], int out)
{
	const struct rlimit cpu = { 10, 10 };
	int in = open("/dev/null", O_RDONLY);

	(void)setrlimit(RLIMIT_CPU, &cpu);
	(void)unsetenv("ENV");
	(void)unsetenv("BASH_ENV");
	(void)setenv("LC_ALL", "C", 1);
	if (in == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
		_exit(127);
	(void)execvp(argv[0], argv);
	_exit(127);
}

static void
drain(int fd, char *buf, size_t size)
{
	char more[512];
	size_t len = 0;
	ssize_t n;

	for (;;) {
		if (len + 1 < size)
			n = read(fd, buf + len, size - 1 - len);
		else
			n = read(fd, more, sizeof(more));
		if (n == 0 || (n == -1 && errno != EINTR))
			break;
		if (n > 0 && len + 1 < size)
			len += (size_t)n;
	}
	buf[len] = '\0';
}

int
spawn(char *const argv[], char *buf, size_t size)
{
	int fds[2], status;
	pid_t pid;

	buf[0] = '\0';
	if (pipe(fds) == -1)
		return -1;
	if ((pid = fork()) == 0) {
		(void)close(fds[0]);
		become(argv, fds[1]);
	}
	(void)close(fds[1]);
	if (pid != -1)
		drain(fds[0], buf, size);
	(void)close(fds[0]);
	if (pid == -1)
		return -1;
	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) != 127 ?
	    WEXITSTATUS(status) : -1;
}
