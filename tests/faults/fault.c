/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fault.c: a library to be preloaded (LD_PRELOAD) that makes one call of a
 * program, or of all programs of a run, fail. Which and how is in a file that
 * they all map, so that calls are counted over all of them, and who watches
 * can choose another while they run (struct plan; in Perl see Plan.pm). The
 * environment:
 *
 *	FAULT_PLAN	that file; without it no call fails
 *	FAULT_PROG	names, "a,b": in these programs only; "-a,b": in all
 *			but these
 *	FAULT_FILE	what shrink, grow and vanish are about
 *	FAULT_TRACE	a file that gets a line for each fsync(2) and rename(2),
 *			in their order
 *
 * Standard error is never touched: it is where the program has to tell.
 * The names are glibc's; each call has several.
 */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHORT = -1, KILL = -2, SHRINK = -3, GROW = -4, VANISH = -5 };

/* In the order of Plan.pm's names. */
enum class {
	C_NONE, C_OPEN, C_READ, C_WRITE, C_RENAME, C_FTRUNCATE, C_FSYNC,
	C_CLOSE, C_MAKE, C_UNLINK, C_STAT, C_MODE, C_MMAP, C_MALLOC, C_FORK,
	C_EXEC, C_PIPE, C_DUP, C_SOCKET, C_THREAD, C_READDIR, C_POLL, N_CLASSES
};

/* What Plan.pm packs. */
struct plan {
	uint64_t	class;		/* which one fails */
	uint64_t	at;		/* which call of it, from 1; 0: none */
	uint64_t	on;		/* 1: all later ones, too (a full disk) */
	uint64_t	fired;		/* 1: it has happened */
	int64_t		how;		/* errno, or as above */
	char		who[64];	/* "program call", of the one that failed */
	atomic_ulong	calls[N_CLASSES];	/* so far */
};

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
/* There when a sanitizer is. */
void *__interceptor_malloc(size_t) __attribute__((weak));
void *__interceptor_calloc(size_t, size_t) __attribute__((weak));
void *__interceptor_realloc(void *, size_t) __attribute__((weak));
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
int __open_2(const char *, int);
int __open64_2(const char *, int);
int __openat_2(int, const char *, int);
int __openat64_2(int, const char *, int);
int __poll_chk(struct pollfd *, nfds_t, int, size_t);
char *__fgets_chk(char *, size_t, int, FILE *);
size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);

static bool
ours(void)
{
	return strncmp(program_invocation_short_name, "nb-", 3) == 0;
}

/* Asked by LeakSanitizer, which is preloaded too when the programs have it: of
 * what they start nobody wants to hear of leaks. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return !ours();
}

static struct plan *plan;
static const char *file, *trace;
static uintptr_t code, code_end;	/* the program's own */

/* The first object is the program. */
static int
object(struct dl_phdr_info *o, size_t size, void *ctx)
{
	int i;

	(void)size;
	(void)ctx;
	for (i = 0; i < o->dlpi_phnum; i++) {
		if (o->dlpi_phdr[i].p_type == PT_LOAD &&
		    (o->dlpi_phdr[i].p_flags & PF_X) != 0) {
			code = o->dlpi_addr + o->dlpi_phdr[i].p_vaddr;
			code_end = code + o->dlpi_phdr[i].p_memsz;
		}
	}
	return 1;
}

static bool
listed(const char *names, const char *name)
{
	size_t n = strlen(name), len;

	for (; *names != '\0'; names += len + (names[len] == ',')) {
		len = strcspn(names, ",");
		if (len == n && strncmp(names, name, n) == 0)
			return true;
	}
	return false;
}

/* After the other libraries' own start, before main. */
static void __attribute__((constructor))
start(void)
{
	const char *path = getenv("FAULT_PLAN"), *progs = getenv("FAULT_PROG");
	const char *me = program_invocation_short_name;
	void *map;
	long fd;

	trace = getenv("FAULT_TRACE");
	file = getenv("FAULT_FILE");
	if (path == NULL || (progs != NULL && (*progs == '-' ?
	    listed(progs + 1, me) : !listed(progs, me))))
		return;
	if ((fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR)) == -1)
		return;
	(void)dl_iterate_phdr(object, NULL);
	map = (void *)syscall(SYS_mmap, NULL, sizeof(struct plan),
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)syscall(SYS_close, fd);
	if (map != MAP_FAILED)
		plan = map;
	errno = 0;
}

/* For a program that counts its lines: what it does to keep them is no part of
 * what it is for. */
void fault_end(void);
void
fault_end(void)
{
	plan = NULL;
}

/* By system calls only: the library's functions are ours. */
static void
file_change(int64_t how)
{
	static const char more[] = "what was not there before\n";
	struct stat st;
	long fd;

	if (how == VANISH) {
		(void)syscall(SYS_unlinkat, AT_FDCWD, file, 0);
		return;
	}
	if (syscall(SYS_newfstatat, AT_FDCWD, file, &st, 0) != 0)
		return;
	if (how == SHRINK) {
		(void)truncate(file, st.st_size / 2);
		return;
	}
	fd = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND);
	if (fd == -1)
		return;
	(void)syscall(SYS_write, fd, more, sizeof(more) - 1);
	(void)syscall(SYS_close, fd);
}

/*
 * due: count a call; 0: it is to be made as ever. Otherwise it is to fail
 * with the errno, or to be short.
 */
static int
due(enum class class, const char *call)
{
	unsigned long n;

	if (plan == NULL)
		return 0;
	n = atomic_fetch_add(&plan->calls[class], 1) + 1;
	if (plan->class != class || plan->at == 0 || n < plan->at || (n > plan->at && plan->on == 0))
		return 0;
	if (n == plan->at) {
		(void)snprintf(plan->who, sizeof(plan->who), "%s %s",
		    program_invocation_short_name, call);
		plan->fired = 1;
	}
	if (plan->how == KILL)
		(void)kill(getpid(), SIGKILL);
	if (plan->how < SHORT)
		file_change(plan->how);
	return plan->how < SHORT ? 0 : (int)plan->how;
}

/* 1 when the call has to fail now; errno is set. */
static int
fails(enum class class, const char *call)
{
	int h = due(class, call);

	if (h <= 0)
		return 0;
	errno = h;
	return 1;
}

/* The half of n, when that is something. */
static size_t
half(size_t n)
{
	return n > 1 ? n / 2 : n;
}

/* ---- the order of what is synced and renamed ---- */

static void
note(const char *what, const char *a, const char *b)
{
	char line[3 * PATH_MAX];
	int n, saved = errno;
	long fd;

	fd = syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND,
	    0666);
	n = snprintf(line, sizeof(line), "%s %s%s%s\n", what, a,
	    b != NULL ? " " : "", b != NULL ? b : "");
	if (fd != -1) {
		(void)syscall(SYS_write, fd, line, n);
		(void)syscall(SYS_close, fd);
	}
	errno = saved;
}

static int
note_fd(int fd, int r)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	if (trace == NULL || r != 0)
		return r;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	note("fsync", path, NULL);
	return r;
}

static int
note_rename(const char *a, const char *b, int r)
{
	if (trace != NULL && r == 0)
		note("rename", a, b);
	return r;
}

/* ---- calls ---- */

#define NEXT(name) \
	static __typeof__(&name) next; \
	if (next == NULL) \
		*(void **)&next = dlsym(RTLD_NEXT, #name)

#define MODE(last, mode) do { \
	va_list ap; \
	va_start(ap, last); \
	mode = (last) & (O_CREAT | O_TMPFILE) ? va_arg(ap, unsigned) : 0; \
	va_end(ap); \
} while (0)

#define OPEN(name) \
int \
name(const char *path, int flags, ...) \
{ \
	unsigned mode; \
	NEXT(name); \
	MODE(flags, mode); \
	return fails(C_OPEN, #name) ? -1 : next(path, flags, mode); \
}
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
int \
name(int dir, const char *path, int flags, ...) \
{ \
	unsigned mode; \
	NEXT(name); \
	MODE(flags, mode); \
	return fails(C_OPEN, #name) ? -1 : next(dir, path, flags, mode); \
}
OPENAT(openat)
OPENAT(openat64)

/* On a descriptor that is open already it does not fail for want of one. That
 * is what shells rely on, who do not look; our programs look always. */
int
dup2(int from, int to)
{
	NEXT(dup2);
	if ((ours() || fcntl(to, F_GETFD) == -1) && fails(C_DUP, "dup2"))
		return -1;
	return next(from, to);
}

/* The rest of one shape: what is returned, and what when it fails; a class,
 * parameters, arguments. */
#define CALL_(type, failed, name, class, params, args) \
type \
name params \
{ \
	NEXT(name); \
	return fails(class, #name) ? failed : next args; \
}
#define CALL(name, class, params, args) \
	CALL_(int, -1, name, class, params, args)
CALL(__open_2, C_OPEN, (const char *p, int f), (p, f))
CALL(__open64_2, C_OPEN, (const char *p, int f), (p, f))
CALL(__openat_2, C_OPEN, (int d, const char *p, int f), (d, p, f))
CALL(__openat64_2, C_OPEN, (int d, const char *p, int f), (d, p, f))
CALL(ftruncate, C_FTRUNCATE, (int fd, off_t n), (fd, n))
CALL(ftruncate64, C_FTRUNCATE, (int fd, off64_t n), (fd, n))
CALL(mkdir, C_MAKE, (const char *p, mode_t m), (p, m))
CALL(mkdirat, C_MAKE, (int d, const char *p, mode_t m), (d, p, m))
CALL(symlink, C_MAKE, (const char *t, const char *p), (t, p))
CALL(symlinkat, C_MAKE, (const char *t, int d, const char *p), (t, d, p))
CALL(link, C_MAKE, (const char *a, const char *b), (a, b))
CALL(linkat, C_MAKE, (int c, const char *a, int d, const char *b, int f),
    (c, a, d, b, f))
CALL(mknodat, C_MAKE, (int d, const char *p, mode_t m, dev_t v), (d, p, m, v))
CALL(unlink, C_UNLINK, (const char *p), (p))
CALL(unlinkat, C_UNLINK, (int d, const char *p, int f), (d, p, f))
CALL(rmdir, C_UNLINK, (const char *p), (p))
CALL(stat, C_STAT, (const char *p, struct stat *s), (p, s))
CALL(stat64, C_STAT, (const char *p, struct stat64 *s), (p, s))
CALL(lstat, C_STAT, (const char *p, struct stat *s), (p, s))
CALL(lstat64, C_STAT, (const char *p, struct stat64 *s), (p, s))
CALL(fstat, C_STAT, (int fd, struct stat *s), (fd, s))
CALL(fstat64, C_STAT, (int fd, struct stat64 *s), (fd, s))
CALL(fstatat, C_STAT, (int d, const char *p, struct stat *s, int f),
    (d, p, s, f))
CALL(fstatat64, C_STAT, (int d, const char *p, struct stat64 *s, int f),
    (d, p, s, f))
CALL(fchmod, C_MODE, (int fd, mode_t m), (fd, m))
CALL(chmod, C_MODE, (const char *p, mode_t m), (p, m))
CALL(fchmodat, C_MODE, (int d, const char *p, mode_t m, int f), (d, p, m, f))
CALL(futimens, C_MODE, (int fd, const struct timespec t[2]), (fd, t))
CALL(utimensat, C_MODE,
    (int d, const char *p, const struct timespec t[2], int f), (d, p, t, f))
CALL(pipe, C_PIPE, (int fds[2]), (fds))
CALL(pipe2, C_PIPE, (int fds[2], int f), (fds, f))
CALL(socketpair, C_PIPE, (int d, int t, int p, int fds[2]), (d, t, p, fds))
CALL(dup, C_DUP, (int fd), (fd))
CALL(dup3, C_DUP, (int a, int b, int f), (a, b, f))
CALL(socket, C_SOCKET, (int d, int t, int p), (d, t, p))
CALL(connect, C_SOCKET, (int fd, const struct sockaddr *a, socklen_t n),
    (fd, a, n))
CALL(bind, C_SOCKET, (int fd, const struct sockaddr *a, socklen_t n),
    (fd, a, n))
CALL(listen, C_SOCKET, (int fd, int n), (fd, n))
CALL(accept, C_SOCKET, (int fd, struct sockaddr *a, socklen_t *n), (fd, a, n))
CALL(accept4, C_SOCKET, (int fd, struct sockaddr *a, socklen_t *n, int f),
    (fd, a, n, f))
CALL(poll, C_POLL, (struct pollfd *p, nfds_t n, int t), (p, n, t))
CALL(__poll_chk, C_POLL, (struct pollfd *p, nfds_t n, int t, size_t z),
    (p, n, t, z))
CALL(select, C_POLL, (int n, fd_set *r, fd_set *w, fd_set *e,
    struct timeval *t), (n, r, w, e, t))
CALL_(pid_t, -1, fork, C_FORK, (void), ())
CALL(execv, C_EXEC, (const char *p, char *const v[]), (p, v))
CALL(execve, C_EXEC, (const char *p, char *const v[], char *const e[]),
    (p, v, e))
CALL(execvp, C_EXEC, (const char *p, char *const v[]), (p, v))
CALL_(FILE *, NULL, fopen, C_OPEN, (const char *p, const char *m), (p, m))
CALL_(FILE *, NULL, fopen64, C_OPEN, (const char *p, const char *m), (p, m))
CALL_(DIR *, NULL, opendir, C_OPEN, (const char *p), (p))
CALL_(DIR *, NULL, fdopendir, C_OPEN, (int fd), (fd))
CALL_(struct dirent *, NULL, readdir, C_READDIR, (DIR *d), (d))
CALL_(struct dirent64 *, NULL, readdir64, C_READDIR, (DIR *d), (d))
CALL(scandir, C_READDIR, (const char *p, struct dirent ***l,
    int (*f)(const struct dirent *),
    int (*c)(const struct dirent **, const struct dirent **)), (p, l, f, c))
CALL(scandir64, C_READDIR, (const char *p, struct dirent64 ***l,
    int (*f)(const struct dirent64 *),
    int (*c)(const struct dirent64 **, const struct dirent64 **)),
    (p, l, f, c))
CALL_(void *, MAP_FAILED, mmap, C_MMAP,
    (void *a, size_t n, int p, int f, int fd, off_t o), (a, n, p, f, fd, o))
CALL_(void *, MAP_FAILED, mmap64, C_MMAP,
    (void *a, size_t n, int p, int f, int fd, off64_t o), (a, n, p, f, fd, o))

/* A child of vfork(2) may not return from here: it is one of fork(2). */
pid_t
vfork(void)
{
	return fork();
}

#define SYNC(name) \
int \
name(int fd) \
{ \
	NEXT(name); \
	return fails(C_FSYNC, #name) ? -1 : note_fd(fd, next(fd)); \
}
SYNC(fsync)
SYNC(fdatasync)

int
rename(const char *a, const char *b)
{
	NEXT(rename);
	return fails(C_RENAME, "rename") ? -1 : note_rename(a, b, next(a, b));
}

int
renameat(int c, const char *a, int d, const char *b)
{
	NEXT(renameat);
	return fails(C_RENAME, "renameat") ? -1 :
	    note_rename(a, b, next(c, a, d, b));
}

int
renameat2(int c, const char *a, int d, const char *b, unsigned f)
{
	NEXT(renameat2);
	return fails(C_RENAME, "renameat2") ? -1 :
	    note_rename(a, b, next(c, a, d, b, f));
}

/* These tell by what they return. */
int
pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*run)(void *),
    void *arg)
{
	NEXT(pthread_create);
	return fails(C_THREAD, "pthread_create") ? errno : next(t, a, run, arg);
}

int
posix_spawn(pid_t *pid, const char *p, const posix_spawn_file_actions_t *fa,
    const posix_spawnattr_t *a, char *const v[], char *const e[])
{
	NEXT(posix_spawn);
	return fails(C_FORK, "posix_spawn") ? errno : next(pid, p, fa, a, v, e);
}

/* Linux closes the descriptor even if it tells of an error: close(2). */
int
close(int fd)
{
	NEXT(close);
	int h = due(C_CLOSE, "close"), r = next(fd);

	if (h <= 0)
		return r;
	errno = h;
	return -1;
}

#define TRANSFER(name, class, params, args) \
ssize_t \
name params \
{ \
	NEXT(name); \
	int h = fd == STDERR_FILENO ? 0 : due(class, #name); \
	if (h > 0) { \
		errno = h; \
		return -1; \
	} \
	if (h == SHORT) \
		n = half(n); \
	return next args; \
}
TRANSFER(read, C_READ, (int fd, void *b, size_t n), (fd, b, n))
TRANSFER(pread, C_READ, (int fd, void *b, size_t n, off_t o), (fd, b, n, o))
TRANSFER(pread64, C_READ, (int fd, void *b, size_t n, off64_t o),
    (fd, b, n, o))
TRANSFER(__read_chk, C_READ, (int fd, void *b, size_t n, size_t m),
    (fd, b, n, m))
TRANSFER(__pread64_chk, C_READ,
    (int fd, void *b, size_t n, off64_t o, size_t m), (fd, b, n, o, m))
TRANSFER(recv, C_READ, (int fd, void *b, size_t n, int f), (fd, b, n, f))
TRANSFER(__recv_chk, C_READ, (int fd, void *b, size_t n, size_t m, int f),
    (fd, b, n, m, f))
TRANSFER(write, C_WRITE, (int fd, const void *b, size_t n), (fd, b, n))
TRANSFER(pwrite, C_WRITE, (int fd, const void *b, size_t n, off_t o),
    (fd, b, n, o))
TRANSFER(pwrite64, C_WRITE, (int fd, const void *b, size_t n, off64_t o),
    (fd, b, n, o))
TRANSFER(send, C_WRITE, (int fd, const void *b, size_t n, int f),
    (fd, b, n, f))
TRANSFER(copy_file_range, C_WRITE, (int fd, off64_t *i, int to, off64_t *o,
    size_t n, unsigned f), (fd, i, to, o, n, f))

/* A short one writes the first piece. */
ssize_t
writev(int fd, const struct iovec *v, int n)
{
	NEXT(writev);
	int h = fd == STDERR_FILENO ? 0 : due(C_WRITE, "writev");

	if (h > 0) {
		errno = h;
		return -1;
	}
	return next(fd, v, h == SHORT ? 1 : n);
}

/* ---- streams: what the library reads and writes for them is its own ---- */

static bool
stream_fails(FILE *f, enum class class, const char *call)
{
	if (f == NULL || f == stderr || !fails(class, call))
		return false;
	f->_flags |= _IO_ERR_SEEN;
	return true;
}

#define STREAM(type, failed, name, params, args) \
type \
name params \
{ \
	NEXT(name); \
	return stream_fails(f, C_READ, #name) ? failed : next args; \
}
STREAM(char *, NULL, fgets, (char *s, int n, FILE *f), (s, n, f))
STREAM(char *, NULL, __fgets_chk, (char *s, size_t z, int n, FILE *f),
    (s, z, n, f))
STREAM(size_t, 0, fread, (void *p, size_t n, size_t m, FILE *f), (p, n, m, f))
STREAM(size_t, 0, __fread_chk, (void *p, size_t z, size_t n, size_t m, FILE *f),
    (p, z, n, m, f))
STREAM(ssize_t, -1, getline, (char **p, size_t *n, FILE *f), (p, n, f))
STREAM(ssize_t, -1, getdelim, (char **p, size_t *n, int d, FILE *f),
    (p, n, d, f))

int
fflush(FILE *f)
{
	NEXT(fflush);
	int r = next(f);

	return f != NULL && __fwriting(f) &&
	    stream_fails(f, C_WRITE, "fflush") ? EOF : r;
}

int
fclose(FILE *f)
{
	NEXT(fclose);
	bool failed = __fwriting(f) && stream_fails(f, C_WRITE, "fclose");
	int saved = errno, r = next(f);

	if (failed)
		errno = saved;
	return failed ? EOF : r;
}

/* ---- memory ---- */

#define CALLER	((uintptr_t)__builtin_return_address(0))

/* What libraries make of it is theirs. */
static bool
no_memory(uintptr_t caller, const char *call)
{
	return caller >= code && caller < code_end && fails(C_MALLOC, call);
}

void *
malloc(size_t n)
{
	if (no_memory(CALLER, "malloc"))
		return NULL;
	return __interceptor_malloc != NULL ? __interceptor_malloc(n) :
	    __libc_malloc(n);
}

void *
calloc(size_t n, size_t m)
{
	if (no_memory(CALLER, "calloc"))
		return NULL;
	return __interceptor_calloc != NULL ? __interceptor_calloc(n, m) :
	    __libc_calloc(n, m);
}

void *
realloc(void *p, size_t n)
{
	if (no_memory(CALLER, "realloc"))
		return NULL;
	return __interceptor_realloc != NULL ? __interceptor_realloc(p, n) :
	    __libc_realloc(p, n);
}

#define MEMORY(type, name, params, args) \
type \
name params \
{ \
	NEXT(name); \
	return no_memory(CALLER, #name) ? NULL : next args; \
}
MEMORY(char *, strdup, (const char *s), (s))
MEMORY(char *, strndup, (const char *s, size_t n), (s, n))
MEMORY(FILE *, open_memstream, (char **p, size_t *n), (p, n))
MEMORY(FILE *, fdopen, (int fd, const char *m), (fd, m))
