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
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "compat.h"
#include "death.h"
#include "relay.h"
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
	compat_adopt();
}

int
run_stopped(void)
{
	return stopped;
}

/* What is open at the two ends while something runs. */
struct ends {
	int		tell[2];	/* why it could not be started */
	int		sock[2];
	int		out[2];		/* the child's stdout and stderr */
	struct relay	relays[2];
	pid_t		pid;
	pid_t		server;		/* what r->serve started, or 0 */
	bool		forsaken;
};

/* The descriptors that the program begins with. -1 with errno. */
static int
arrange(const struct ends *x, int *tell)
{
	int sock, fd;

	/* Out of the way of what is put into its place. */
	if ((*tell = fcntl(x->tell[1], F_DUPFD_CLOEXEC, 10)) == -1 ||
	    (sock = fcntl(x->sock[1], F_DUPFD_CLOEXEC, 10)) == -1 ||
	    dup2(x->out[0], STDOUT_FILENO) == -1 ||
	    dup2(x->out[1], STDERR_FILENO) == -1 ||
	    dup2(sock, RUN_SOCKET) == -1 ||
	    (fd = open("/dev/null", O_RDONLY)) == -1 ||
	    dup2(fd, STDIN_FILENO) == -1)
		return -1;
	/* Nothing of the caller's is inherited: a folder's descriptor is a way
	 * out of any sandbox. */
	compat_cloexec(RUN_SOCKET + 1);
	return 0;
}

/* In the child. What fails is told through the pipe by its errno. */
static void
child(const struct run *r, const sigset_t *mask, const struct ends *x)
{
	/* A core file would be taken for a file of the image. */
	const struct rlimit no_core = { 0, 0 };
	struct sigaction sa;
	int e, tell = x->tell[1];

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
	if ((r->enter == NULL || r->enter() == 0) && arrange(x, &tell) == 0)
		(void)execve(r->argv[0], r->argv, r->env);
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

static void
shut(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* Whether both are one file: what is printed then keeps its order. */
static bool
same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 &&
	    x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void
ends_close(struct ends *x)
{
	int i;

	for (i = 0; i < 2; i++) {
		shut(&x->tell[i]);
		shut(&x->sock[i]);
		shut(&x->out[i]);
		relay_close(&x->relays[i]);
	}
}

static int
ends_open(struct ends *x, const struct run *r)
{
	int i;

	x->pid = x->server = 0;
	x->forsaken = false;
	for (i = 0; i < 2; i++) {
		x->tell[i] = x->sock[i] = x->out[i] = -1;
		x->relays[i].from = -1;
		x->relays[i].off = x->relays[i].len = 0;
	}
	if (pipe(x->tell) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, x->sock) != 0 ||
	    (r->prepare != NULL && r->prepare(x->sock[0]) != 0))
		return -1;
	for (i = 0; i < 2; i++) {
		(void)fcntl(x->tell[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(x->sock[i], F_SETFD, FD_CLOEXEC);
		if (r->out != -1)
			x->out[i] = fcntl(r->out, F_DUPFD_CLOEXEC, 0);
		else if (i == 1 && same_file(STDOUT_FILENO, STDERR_FILENO))
			x->out[1] = fcntl(x->out[0], F_DUPFD_CLOEXEC, 0);
		else
			x->out[i] = relay_open(&x->relays[i], i == 0 ?
			    STDOUT_FILENO : STDERR_FILENO);
		if (x->out[i] == -1)
			return -1;
	}
	return 0;
}

/* Something came through the socket, or its other end is closed. */
static void
serve(struct ends *x, const struct run *r)
{
	pid_t pid = r->serve == NULL ? 0 : r->serve(r->ctx, x->sock[0]);

	shut(&x->sock[0]);
	if (pid == -1)
		x->forsaken = true;
	else
		x->server = pid;
}

/* Wait for what is printed, for the socket, for a signal. */
static void
turn(struct ends *x, const struct run *r, const sigset_t *mask)
{
	fd_set rd, wr;
	int max = -1, i;

	FD_ZERO(&rd);
	FD_ZERO(&wr);
	for (i = 0; i < 2; i++)
		max = relay_watch(&x->relays[i], &rd, &wr, max);
	if (x->sock[0] != -1) {
		FD_SET(x->sock[0], &rd);
		max = x->sock[0] > max ? x->sock[0] : max;
	}
	if (pselect(max + 1, &rd, &wr, NULL, NULL, mask) == -1)
		return;
	for (i = 0; i < 2; i++)
		relay_move(&x->relays[i], &rd, &wr);
	if (x->sock[0] != -1 && FD_ISSET(x->sock[0], &rd))
		serve(x, r);
}

/* A process of ours has ended. */
static bool
reaped(struct ends *x, pid_t p, int st)
{
	if (p == x->server && p != 0) {
		x->forsaken |= st != 0;
		x->server = 0;
	}
	return p == x->pid;
}

/* Wait until it has ended, or it is time to stop. *st as wait(2) has it. */
static enum run_end
await(struct ends *x, const struct run *r, const sigset_t *mask, int *st)
{
	pid_t p;
	int s;

	for (;;) {
		while ((p = waitpid(-1, &s, WNOHANG)) > 0) {
			if (reaped(x, p, s)) {
				*st = s;
				return WIFEXITED(s) ? RUN_EXITED : RUN_KILLED;
			}
		}
		if (stopped != 0)
			return RUN_STOPPED;
		if (x->forsaken)
			return RUN_FORSAKEN;
		if (late != 0)
			return RUN_LATE;
		turn(x, r, mask);
	}
}

/* Kill all that is left, pass on what it had printed, let the server end. */
static void
finish(struct ends *x, const struct run *r, const sigset_t *mask)
{
	pid_t p;
	int st;

	(void)kill(-x->pid, SIGKILL);
	shut(&x->sock[0]);
	while (stopped == 0 && (x->relays[0].from != -1 ||
	    x->relays[1].from != -1 || x->relays[0].off < x->relays[0].len ||
	    x->relays[1].off < x->relays[1].len))
		turn(x, r, mask);
	while ((p = waitpid(-1, &st, 0)) != -1 || errno == EINTR) {
		if (p > 0)
			(void)reaped(x, p, st);
	}
}

static int
start_child(struct ends *x, const struct run *r, const sigset_t *mask,
    struct err *e)
{
	int i;

	if ((x->pid = fork()) == 0)
		child(r, mask, x);
	if (x->pid == -1)
		return err_sys(e, "fork");
	(void)setpgid(x->pid, x->pid);
	shut(&x->tell[1]);
	shut(&x->sock[1]);
	for (i = 0; i < 2; i++)
		shut(&x->out[i]);
	if ((errno = started(x->tell[0])) != 0) {
		(void)err_sys(e, "%s", r->argv[0]);
		(void)waitpid(x->pid, NULL, 0);
		return -1;
	}
	return 0;
}

int
run(const struct run *r, enum run_end *end, int *status, struct err *e)
{
	sigset_t block, mask;
	struct ends x;
	int st = 0, rc;

	if (ends_open(&x, r) != 0) {
		(void)err_sys(e, "pipe");
		ends_close(&x);
		return -1;
	}
	watched(&block);
	(void)sigprocmask(SIG_BLOCK, &block, &mask);
	late = 0;
	if ((rc = start_child(&x, r, &mask, e)) == 0) {
		(void)alarm(r->seconds);
		*end = await(&x, r, &mask, &st);
		(void)alarm(0);
		finish(&x, r, &mask);
		if (*end == RUN_EXITED && x.forsaken)
			*end = RUN_FORSAKEN;
	}
	ends_close(&x);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (rc == 0)
		*status = *end == RUN_STOPPED ? stopped :
		    *end == RUN_KILLED ? WTERMSIG(st) : WEXITSTATUS(st);
	return rc;
}
