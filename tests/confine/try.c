/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * try.c: a library to be preloaded (LD_PRELOAD) that tries what a confined
 * program is not to do, at once after it was confined (lib/confine.h), and
 * writes what came of each try to the file TRY_SAYS:
 *
 *	abi N		of Landlock; -1: there is none
 *	read ERROR	a file elsewhere, TRY_ELSEWHERE/file
 *	list ERROR	the folder itself
 *	...
 *
 * ERROR is an errno's number, or 0 when it was done. confine.c makes its system
 * calls by syscall(3), whose name this library takes.
 */
#define _GNU_SOURCE
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CREATE_RULESET	444	/* landlock_create_ruleset(2) */

typedef long call(long, ...);

static call *real;
static int says = -1;
static char name[4096];

static void __attribute__((constructor))
start(void)
{
	const char *file = getenv("TRY_SAYS");

	*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (file != NULL)
		says = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
}

/* A name in the folder that is none of the program's business. */
static const char *
elsewhere(const char *file)
{
	const char *dir = getenv("TRY_ELSEWHERE");

	(void)snprintf(name, sizeof(name), "%s/%s", dir != NULL ? dir : "/",
	    file);
	return name;
}

static void
say(const char *what, long r)
{
	(void)dprintf(says, "%s %d\n", what, r == -1 ? errno : 0);
}

static void
try_files(void)
{
	char old[4096];

	say("read", open(elsewhere("file"), O_RDONLY));
	say("list", open(elsewhere("."), O_RDONLY | O_DIRECTORY));
	say("change", open(elsewhere("file"), O_WRONLY));
	say("truncate", truncate(elsewhere("file"), 0));
	say("make", open(elsewhere("new"), O_WRONLY | O_CREAT, 0666));
	say("mkdir", mkdir(elsewhere("folder"), 0777));
	say("symlink", symlink("file", elsewhere("link")));
	say("fifo", mkfifo(elsewhere("fifo"), 0666));
	(void)snprintf(old, sizeof(old), "%s", elsewhere("file"));
	say("rename", rename(old, elsewhere("renamed")));
	say("link", link(old, elsewhere("linked")));
	say("unlink", unlink(old));
}

/* 0 when it could be started, whatever came of it. */
static long
start_program(void)
{
	char name0[] = "true", *const argv[] = { name0, NULL };
	int status = 0, e[2];
	pid_t pid;

	if (pipe2(e, O_CLOEXEC) == -1 || (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		(void)execv("/bin/true", argv);
		status = errno;
		(void)!write(e[1], &status, sizeof(status));
		_exit(0);
	}
	(void)close(e[1]);
	if (read(e[0], &status, sizeof(status)) <= 0)
		status = 0;
	(void)waitpid(pid, NULL, 0);
	(void)close(e[0]);
	errno = status;
	return status == 0 ? 0 : -1;
}

static long
reach(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd == -1 ? -1 : connect(fd, (struct sockaddr *)&a, sizeof(a));
}

static long
listen_at(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd == -1 ? -1 : bind(fd, (struct sockaddr *)&a, sizeof(a));
}

static int
nothing(void *arg)
{
	(void)arg;
	return 0;
}

static long
name_space(void)
{
	static char stack[65536];
	int pid = clone(nothing, stack + sizeof(stack),
	    CLONE_NEWUSER | SIGCHLD, NULL);

	if (pid != -1)
		(void)waitpid(pid, NULL, 0);
	return pid;
}

static void *
thread(void *arg)
{
	*(long *)arg = open(elsewhere("file"), O_RDONLY);
	if (*(long *)arg == -1)
		*(long *)arg = -errno;
	return NULL;
}

static void
try_thread(void)
{
	pthread_t t;
	long r = 0;

	if (pthread_create(&t, NULL, thread, &r) != 0 ||
	    pthread_join(t, NULL) != 0)
		r = -1;
	errno = r < 0 ? (int)-r : 0;
	say("thread", r < 0 ? -1 : 0);
}

static void
try_all(void)
{
	try_thread();
	try_files();
	say("start", start_program());
	say("trace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	say("unshare", unshare(CLONE_NEWUSER));
	say("namespace", name_space());
	say("ring", real(425, 1, NULL));	/* io_uring_setup(2) */
	say("signal", kill(getppid(), 0));
	say("connect", reach());
	say("bind", listen_at());
}

long
syscall(long nr, ...)
{
	const char *abi = getenv("TRY_ABI");
	long a[6];
	va_list ap;
	int i, saved;
	long r;

	va_start(ap, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	r = real(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	saved = errno;
	/* Older kernels, as far as they are told from this one by this: TRY_ABI
	 * -1 has none. */
	if (abi != NULL && nr == CREATE_RULESET && a[0] == 0 && r > atoi(abi)) {
		r = atoi(abi);
		saved = ENOSYS;
	}
	if (nr == CREATE_RULESET && a[0] == 0 && says != -1)
		(void)dprintf(says, "abi %ld\n", r);
	if (nr == SYS_seccomp && r == 0 && says != -1)
		try_all();
	errno = saved;
	return r;
}
