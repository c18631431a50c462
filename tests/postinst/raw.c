/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * raw.c: system calls that no well-behaved program makes, for the corpus of
 * postinst scripts. Static, without the project's library: it runs in the
 * sandbox. What it prints is what should not have worked.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What was to fail with that error. */
static void
fails(const char *what, long rc, int want)
{
	if (rc != -1)
		printf("%s: worked: %ld\n", what, rc);
	else if (errno != want)
		printf("%s: %s\n", what, strerror(errno));
}

static void
works(const char *what, long rc)
{
	if (rc != 0)
		printf("%s: %ld, %s\n", what, rc, strerror(errno));
}

static void
compat(const char *path)
{
#if defined(__x86_64__)
	/* Below 4 GB, where a 32-bit program's memory is. */
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long rc;

	if (low == MAP_FAILED)
		return;
	strcpy(low, path);
	/* chown32 is 212 of i386. Without i386 in the kernel this is a SEGV,
	 * which is as good. */
	if (fork() == 0) {
		__asm__ volatile("int $0x80" : "=a"(rc) : "a"(212L), "b"(low),
		    "c"(24L), "d"(24L) : "memory");
		if (rc != -ENOSYS)
			printf("i386 chown: %ld\n", rc);
		(void)fflush(stdout);
		_exit(0);
	}
	(void)wait(NULL);
	fails("x32 chown", syscall(0x40000000 + SYS_chown, path, 24, 24),
	    ENOSYS);
#else
	(void)path;
#endif
}

static void
uring(void)
{
	char params[120] = { 0 };

	fails("io_uring_setup", syscall(425, 8, params), ENOSYS);
	fails("io_uring_enter", syscall(426, 0, 1, 0, 0, NULL, 0), ENOSYS);
}

static void
namespaces(void)
{
	static char stack[65536];
	char clone3[88] = { 0 };
	unsigned handle[4] = { 8, 1, 2, 0 };	/* bytes, type, inode */
	int fd = open("/proc/self/ns/mnt", O_RDONLY);

	fails("unshare user", unshare(CLONE_NEWUSER), EPERM);
	fails("unshare user and mnt", unshare(CLONE_NEWUSER | CLONE_NEWNS),
	    EPERM);
	fails("unshare mnt", unshare(CLONE_NEWNS), EPERM);
	fails("clone", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD,
	    stack + sizeof(stack), NULL, NULL, 0), EPERM);
	fails("clone3", syscall(435, clone3, sizeof(clone3)), ENOSYS);
	fails("setns", setns(fd, 0), EPERM);
	fails("mount", syscall(SYS_mount, "x", "/tmp", "tmpfs", 0, NULL),
	    EPERM);
	fails("fsopen", syscall(430, "tmpfs", 0), EPERM);
	fails("chroot", chroot("."), EPERM);
	fails("setuid", setuid(24), EINVAL);
	fails("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL),
	    EPERM);
	fails("sethostname", sethostname("x", 1), EPERM);
	fails("handle", syscall(SYS_open_by_handle_at, AT_FDCWD, handle,
	    O_RDONLY), EPERM);
}

static void
trace(pid_t outer)
{
	pid_t p, child;
	int st;

	fails("attach to the caller", ptrace(PTRACE_ATTACH, outer, 0, 0),
	    ESRCH);
	for (p = 2; p < 20000; p++) {
		if (p != getpid() && p != getppid() && kill(p, 0) == 0)
			printf("process %ld\n", (long)p);
	}
	/* Its children it cannot trace: they are, and would not be seen. */
	if ((child = fork()) == 0) {
		fails("trace me", ptrace(PTRACE_TRACEME, 0, 0, 0), EPERM);
		(void)fflush(stdout);
		(void)pause();
		_exit(0);
	}
	fails("attach", ptrace(PTRACE_ATTACH, child, 0, 0), EPERM);
	fails("seize", ptrace(PTRACE_SEIZE, child, 0, 0), EPERM);
	/* Stopping and going on work as ever. */
	(void)kill(child, SIGSTOP);
	if (waitpid(child, &st, WUNTRACED) != child || !WIFSTOPPED(st))
		printf("not stopped: %x\n", (unsigned)st);
	(void)kill(child, SIGCONT);
	if (waitpid(child, &st, WCONTINUED) != child || !WIFCONTINUED(st))
		printf("not continued: %x\n", (unsigned)st);
	(void)kill(child, SIGTERM);
	if (waitpid(child, &st, 0) != child || !WIFSIGNALED(st) ||
	    WTERMSIG(st) != SIGTERM)
		printf("not ended: %x\n", (unsigned)st);
	works("chown", chown("etc/rc", 24, 24));
	works("chown back", chown("etc/rc", 0, 0));
}

static void
keys(void)
{
	fails("keyctl", syscall(SYS_keyctl, 0, -3, 0), ENOSYS);
	fails("add_key", syscall(SYS_add_key, "user", "x", "y", 1, -3),
	    ENOSYS);
	fails("request_key", syscall(SYS_request_key, "user", "x", NULL, 0),
	    ENOSYS);
	fails("syslog", syscall(SYS_syslog, 3, NULL, 0), EPERM);
	fails("setxattr", syscall(SYS_setxattr, "etc/rc", "user.x", "y", 1, 0),
	    EOPNOTSUPP);
}

static void
pointers(const char *path)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *m = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *end = m + page;
	char *edge = end - strlen(path) - 1, *long_name = malloc(10000);
	struct statx sx;
	struct stat st;

	(void)munmap(end, page);
	memset(m, 'x', page);
	strcpy(edge, path);
	works("chown, name at the edge", chown(edge, 24, 24));
	works("stat, name at the edge", stat(edge, &st));
	if (st.st_uid != 24)
		printf("uid %u\n", (unsigned)st.st_uid);
	works("chown back", chown(path, 0, 0));
	edge[strlen(path)] = 'x';
	fails("chown, no end", chown(edge, 24, 24), EFAULT);
	fails("mknod, no end", mknod(edge, S_IFCHR, makedev(1, 1)), EFAULT);
	fails("chown, NULL", syscall(SYS_fchownat, AT_FDCWD, NULL, 1, 1, 0),
	    EFAULT);
	fails("chown, 1", syscall(SYS_fchownat, AT_FDCWD, 1L, 1, 1, 0),
	    EFAULT);
	fails("chown, kernel", syscall(SYS_fchownat, AT_FDCWD,
	    (char *)-4096L, 1, 1, 0), EFAULT);
	fails("chmod, NULL", syscall(SYS_fchmodat, AT_FDCWD, NULL, 04755),
	    EFAULT);
	memset(long_name, 'y', 9999);
	long_name[9999] = '\0';
	fails("chown, long", chown(long_name, 1, 1), ENAMETOOLONG);
	fails("chown, empty", chown("", 1, 1), ENOENT);
	fails("mknod, empty", mknod("", S_IFCHR | 0600, 0), ENOENT);
	works("chown for a real answer", chown(path, 24, 24));
	fails("stat, NULL buffer", syscall(SYS_newfstatat, AT_FDCWD, path,
	    NULL, 0), EFAULT);
	fails("stat, at the edge", syscall(SYS_newfstatat, AT_FDCWD, path,
	    end - 8, 0), EFAULT);
	(void)mprotect(m, page, PROT_READ);
	fails("stat, read-only", syscall(SYS_newfstatat, AT_FDCWD, path, m, 0),
	    EFAULT);
	fails("statx, flags", syscall(SYS_statx, AT_FDCWD, path, 0x40000000,
	    STATX_BASIC_STATS, &sx), EINVAL);
	works("chown, flags of old", fchownat(AT_FDCWD, path, 0, 0, 0));
}

static void
descriptors(const char *path)
{
	int ends[2], fd = open(path, O_RDONLY), o = open(path, O_PATH);
	int dir = open("etc", O_RDONLY | O_DIRECTORY);
	struct stat st;

	(void)!pipe(ends);
	fails("fchown, closed", fchown(200, 1, 1), EBADF);
	fails("fchown, -1", fchown(-1, 1, 1), EBADF);
	fails("fstat, closed", fstat(200, &st), EBADF);
	fails("fchmod, closed", fchmod(200, 04755), EBADF);
	fails("fchownat, no folder", fchownat(fd, "x", 1, 1, 0), ENOTDIR);
	fails("fchownat, closed", fchownat(200, "x", 1, 1, 0), EBADF);
	fails("mknodat, no folder", mknodat(fd, "x", S_IFCHR, 0), ENOTDIR);
	works("fstat, pipe", fstat(ends[0], &st));
	if (!S_ISFIFO(st.st_mode))
		printf("pipe %o\n", (unsigned)st.st_mode);
	works("fchown", fchown(fd, 24, 5));
	works("fchownat, empty", fchownat(o, "", 5, (gid_t)-1, AT_EMPTY_PATH));
	works("fchownat, folder", fchownat(dir, "secret", 7, 7, 0));
	works("fstatat", fstatat(dir, "secret", &st, 0));
	if (st.st_uid != 7 || st.st_gid != 7)
		printf("%u:%u\n", (unsigned)st.st_uid, (unsigned)st.st_gid);
	works("fstat", fstat(o, &st));
	if (st.st_uid != 5 || st.st_gid != 5)
		printf("%u:%u\n", (unsigned)st.st_uid, (unsigned)st.st_gid);
	works("fchown", fchown(fd, 0, 0));
	works("fchownat, folder", fchownat(dir, "secret", 3, 5, 0));
	works("fchmod", fchmod(fd, 04755));
	works("fstat", fstat(fd, &st));
	if ((st.st_mode & 07777) != 04755)
		printf("%o\n", (unsigned)st.st_mode);
	works("fchmod", fchmod(fd, 0644));
	fails("mknod, there", mknod(path, S_IFCHR | 0600, 0), EEXIST);
	fails("mknod, nowhere", mknod("no/x", S_IFCHR | 0600, 0), ENOENT);
}

static volatile bool over;
static char *_Atomic name;

static void *
flip_name(void *arg)
{
	static char in[] = "race/a/victim";

	while (!over) {
		name = in;
		name = arg;
	}
	return NULL;
}

static void *
flip_folder(void *arg)
{
	(void)arg;
	while (!over)
		(void)syscall(SYS_renameat2, AT_FDCWD, "race/a", AT_FDCWD,
		    "race/b", 2 /* RENAME_EXCHANGE */);
	return NULL;
}

static void
race(char *outside)
{
	char buf[4096];
	pthread_t a, b;
	struct stat st;
	int i;

	(void)pthread_create(&a, NULL, flip_name, outside);
	(void)pthread_create(&b, NULL, flip_folder, NULL);
	name = outside;
	for (i = 0; i < 500; i++) {
		strcpy(buf, name);
		(void)chown(buf, 24, 24);
		(void)chmod("race/a/victim", 06777);
		(void)chown("race/a/victim", 24, 24);
		(void)stat("race/b/victim", &st);
		(void)mknod("race/a/node", S_IFCHR | 0666, makedev(1, 3));
		(void)unlink("race/a/node");
	}
	over = true;
	(void)pthread_join(a, NULL);
	(void)pthread_join(b, NULL);
}

static const char *folder;

static void *
own_files(void *arg)
{
	char path[256];
	struct stat st;
	int i;

	for (i = 0; i < 50; i++) {
		(void)snprintf(path, sizeof(path), "%s/%d.%d", folder,
		    (int)(intptr_t)arg, i);
		(void)close(open(path, O_WRONLY | O_CREAT, 0644));
		if (chown(path, 24, 5) != 0 || stat(path, &st) != 0 ||
		    st.st_uid != 24 || st.st_gid != 5)
			printf("%s: %u:%u\n", path, (unsigned)st.st_uid,
			    (unsigned)st.st_gid);
	}
	return NULL;
}

static void
threads(const char *dir)
{
	pthread_t t[4];
	int i;

	folder = dir;
	for (i = 0; i < 4; i++) {
		if (fork() == 0) {
			(void)own_files((void *)(intptr_t)(100 + i));
			(void)fflush(stdout);
			_exit(0);
		}
	}
	for (i = 0; i < 4; i++)
		(void)pthread_create(&t[i], NULL, own_files,
		    (void *)(intptr_t)i);
	for (i = 0; i < 4; i++)
		(void)pthread_join(t[i], NULL);
	for (i = 0; i < 4; i++)
		(void)wait(NULL);
	if (vfork() == 0) {
		(void)chown(dir, 24, 24);
		(void)execl("/bin/sh", "sh", "-c", "test \"$(stat -c %u t)\" "
		    "= 24 || echo vfork", (char *)NULL);
		_exit(1);
	}
	(void)wait(NULL);
}

static void
tick(int sig)
{
	(void)sig;
}

static void
signals(const char *path)
{
	const struct itimerval often = { { 0, 50 }, { 0, 50 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction sa;
	char buf[256];
	int i, bad = 0;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = tick;
	sa.sa_flags = SA_RESTART;
	(void)sigaction(SIGALRM, &sa, NULL);
	(void)setitimer(ITIMER_REAL, &often, NULL);
	for (i = 0; i < 200; i++) {
		(void)snprintf(buf, sizeof(buf), "%s%d", path, i);
		bad += mknod(buf, S_IFCHR | 0600, makedev(2, 2)) != 0;
	}
	(void)setitimer(ITIMER_REAL, &never, NULL);
	if (bad != 0)
		printf("%d of 200 failed\n", bad);
}

static void
sockets(const char *host)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len = strlen(host);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(sun.sun_path + 1, host, len);
	/* 2: LANDLOCK_CREATE_RULESET_VERSION; scopes came with the sixth. */
	if (syscall(444, NULL, 0, 1) < 6)
		return;
	fails("abstract socket", connect(fd, (struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)),
	    EPERM);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	char *arg = argc > 2 ? argv[2] : NULL;

	if (strcmp(what, "uring") == 0)
		uring();
	else if (strcmp(what, "namespaces") == 0)
		namespaces();
	else if (strcmp(what, "keys") == 0)
		keys();
	else if (arg == NULL)
		return 2;
	else if (strcmp(what, "compat") == 0)
		compat(arg);
	else if (strcmp(what, "ptrace") == 0)
		trace((pid_t)atol(arg));
	else if (strcmp(what, "pointers") == 0)
		pointers(arg);
	else if (strcmp(what, "descriptors") == 0)
		descriptors(arg);
	else if (strcmp(what, "race") == 0)
		race(arg);
	else if (strcmp(what, "threads") == 0)
		threads(arg);
	else if (strcmp(what, "signals") == 0)
		signals(arg);
	else if (strcmp(what, "sockets") == 0)
		sockets(arg);
	return 0;
}
