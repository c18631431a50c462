/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * child.c: other programs, run with an argv and never a shell.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app.h"
#include "child.h"
#include "clock.h"

extern char **environ;

/* What a program gets to end when this one does. */
#define LAST_MS 3000

/* Between pipe() and close-on-exec no other thread may start a program: it
 * would keep the pipe open. */
static pthread_mutex_t spawning = PTHREAD_MUTEX_INITIALIZER;

static int
private_pipe(int fds[2], struct err *e)
{
	if (pipe(fds) == -1)
		return err_sys(e, "pipe");
	for (int i = 0; i < 2; i++)
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* A group of its own, so that all of it can be ended; signals as a program
 * expects them, whatever our threads do with theirs. */
static int
spawn_with(pid_t *pid, char *const argv[], const int fds[3])
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rv;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGKILL);
	(void)sigdelset(&all, SIGSTOP);
	if ((rv = posix_spawn_file_actions_init(&fa)) != 0)
		return rv;
	if ((rv = posix_spawnattr_init(&attr)) != 0) {
		(void)posix_spawn_file_actions_destroy(&fa);
		return rv;
	}
	if (fds[0] == -1)
		rv = posix_spawn_file_actions_addopen(&fa, STDIN_FILENO,
		    "/dev/null", O_RDONLY, 0);
	for (int i = 0; rv == 0 && i < 3; i++) {
		if (fds[i] != -1)
			rv = posix_spawn_file_actions_adddup2(&fa, fds[i], i);
	}
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (rv == 0)
		rv = posix_spawn(pid, argv[0], &fa, &attr, argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&fa);
	return rv;
}

static void
close_pair(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (fds[i] != -1)
			(void)close(fds[i]);
	}
}

static int
start(struct child *c, char *const argv[], int flags, struct err *e)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, er[2] = { -1, -1 };
	int rv = -1, fds[3];

	if (((flags & CHILD_INPUT) != 0 && private_pipe(in, e) == -1) ||
	    private_pipe(out, e) == -1 ||
	    ((flags & CHILD_MERGED) == 0 && private_pipe(er, e) == -1))
		goto fail;
	fds[0] = in[0];
	fds[1] = out[1];
	fds[2] = (flags & CHILD_MERGED) != 0 ? out[1] : er[1];
	if ((rv = spawn_with(&c->pid, argv, fds)) != 0) {
		errno = rv;
		rv = err_sys(e, "%s", argv[0]);
		goto fail;
	}
	c->in = in[1];
	if (c->in != -1)
		(void)fcntl(c->in, F_SETFL, O_NONBLOCK);
	c->out = out[0];
	c->err = er[0];
	in[1] = out[0] = er[0] = -1;
fail:
	close_pair(in);
	close_pair(out);
	close_pair(er);
	return rv;
}

int
child_start(struct child *c, char *const argv[], int flags, struct err *e)
{
	int rv;

	(void)pthread_mutex_lock(&spawning);
	rv = start(c, argv, flags, e);
	(void)pthread_mutex_unlock(&spawning);
	return rv;
}

static int
status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

void
child_linger(const struct child *c)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT) == -1 &&
	    errno == EINTR)
		;
}

int
child_wait(struct child *c)
{
	int status = 0;

	if (c->in != -1)
		(void)close(c->in);
	(void)close(c->out);
	if (c->err != -1)
		(void)close(c->err);
	while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
		;
	return status_of(status);
}

/* Read what there is; false at the end. */
static bool
take(int fd, char *to, size_t *len, size_t max)
{
	char drop[4096];
	ssize_t n;

	if (*len < max)
		n = read(fd, to + *len, max - *len);
	else
		n = read(fd, drop, sizeof(drop));
	if (n > 0 && *len < max)
		*len += (size_t)n;
	return n > 0 || (n == -1 && (errno == EINTR || errno == EAGAIN));
}

/* It did; it is still to be waited for. */
static bool
ended(pid_t pid)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
	    -1 || info.si_pid != 0;
}

/* When we are to end ourselves there is a little time left. */
static void
hurry(const struct child *c, struct child_said *s, int64_t *until)
{
	int64_t now = clock_ms();

	(void)pthread_mutex_lock(&app.lock);
	if (app.ending && *until > now + LAST_MS)
		*until = now + LAST_MS;
	(void)pthread_mutex_unlock(&app.lock);
	if (s->late || now <= *until)
		return;
	s->late = true;
	(void)kill(-c->pid, SIGKILL);
}

/*
 * Until both pipes end or the child does: what it leaves in the background
 * may keep them open.
 */
static void
listen_to(struct child *c, struct child_said *s, int64_t until)
{
	struct pollfd p[2] = { { c->out, POLLIN, 0 }, { c->err, POLLIN, 0 } };
	size_t errlen = 0;
	bool over = false;

	while (p[0].fd != -1 || p[1].fd != -1) {
		int n = poll(p, 2, over ? 0 : 100);

		if (n <= 0 && over)
			break;
		if (n > 0 && p[0].revents != 0 &&
		    !take(c->out, s->out, &s->outlen, sizeof(s->out) - 1))
			p[0].fd = -1;
		if (n > 0 && p[1].revents != 0 &&
		    !take(c->err, s->err, &errlen, sizeof(s->err) - 1))
			p[1].fd = -1;
		hurry(c, s, &until);
		over = over || (n <= 0 && ended(c->pid));
	}
	while (!s->late && !ended(c->pid)) {
		(void)poll(NULL, 0, 5);
		hurry(c, s, &until);
	}
	while (errlen > 0 && s->err[errlen - 1] == '\n')
		errlen--;
	s->err[errlen] = '\0';
	s->out[s->outlen] = '\0';
}

struct child_said *
child_run(char *const argv[], unsigned seconds, struct err *e)
{
	struct child_said *s = malloc(sizeof(*s));
	struct child c;

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	s->late = false;
	s->outlen = 0;
	if (child_start(&c, argv, 0, e) == -1) {
		free(s);
		return NULL;
	}
	listen_to(&c, s, clock_ms() + (int64_t)seconds * 1000);
	s->status = child_wait(&c);
	return s;
}
