/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fault.c: a library to be preloaded (LD_PRELOAD) that makes one call of a
 * program's fail. The environment says which and how:
 *
 *	FAULT_CLASS	open, read, write, rename, ftruncate, fsync, close,
 *			make (folders and links), thread, malloc (and its
 *			kind, where the program itself calls it: what libraries
 *			make of it is theirs)
 *	FAULT_AT	which call of the class, from 1
 *	FAULT_HOW	an errno as a number; or short: the half is read or
 *			written; kill: the process dies by SIGKILL; shrink,
 *			grow, vanish: before the call, that happens to the file
 *			FAULT_FILE
 *	FAULT_ON	y: all later calls fail too (a full disk)
 *	FAULT_FIRED	a file that is made when it has happened
 *
 * Standard error is never touched: it is where the program has to tell.
 * The names are glibc's; each call has several.
 */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/syscall.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHORT = -1, KILL = -2, SHRINK = -3, GROW = -4, VANISH = -5 };

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);
int __open_2(const char *, int);
int __open64_2(const char *, int);
int __openat_2(int, const char *, int);
int __openat64_2(int, const char *, int);

static const char *class, *file, *fired;
static unsigned long at;
static bool on;
static int how;
static atomic_ulong calls;
static uintptr_t code, code_end;	/* the program's own */

static const struct { const char *name; int how; } words[] = {
	{ "short", SHORT }, { "kill", KILL }, { "shrink", SHRINK },
	{ "grow", GROW }, { "vanish", VANISH }
};

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

/* After the other libraries' own start, before main. */
static void __attribute__((constructor))
start(void)
{
	const char *n = getenv("FAULT_AT"), *h = getenv("FAULT_HOW");
	size_t i;

	if (n == NULL || h == NULL)
		return;
	at = strtoul(n, NULL, 10);
	how = atoi(h);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(h, words[i].name) == 0)
			how = words[i].how;
	}
	on = getenv("FAULT_ON") != NULL;
	file = getenv("FAULT_FILE");
	fired = getenv("FAULT_FIRED");
	(void)dl_iterate_phdr(object, NULL);
	class = getenv("FAULT_CLASS");
}

/* For a program that counts its lines: what it does to keep them is no part of
 * what it is for. */
void fault_end(void);
void
fault_end(void)
{
	class = NULL;
}

/* By system calls only: the library's functions are ours. */
static void
file_change(void)
{
	static const char more[] = "what was not there before\n";
	struct stat st;
	long fd;

	if (how == VANISH) {
		(void)unlink(file);
		return;
	}
	if (stat(file, &st) != 0)
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
due(const char *c)
{
	unsigned long n;
	long fd;

	if (class == NULL || strcmp(class, c) != 0)
		return 0;
	n = atomic_fetch_add(&calls, 1) + 1;
	if (n < at || (n > at && !on))
		return 0;
	if (fired != NULL && n == at) {
		fd = syscall(SYS_openat, AT_FDCWD, fired, O_WRONLY | O_CREAT,
		    0666);
		(void)syscall(SYS_close, fd);
	}
	if (how == KILL)
		(void)kill(getpid(), SIGKILL);
	if (how < SHORT)
		file_change();
	return how < SHORT ? 0 : how;
}

/* 1 when the call has to fail now; errno is set. */
static int
fails(const char *c)
{
	int h = due(c);

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
	return fails("open") ? -1 : next(path, flags, mode); \
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
	return fails("open") ? -1 : next(dir, path, flags, mode); \
}
OPENAT(openat)
OPENAT(openat64)

/* The rest of one shape: a type, a class, parameters, arguments. */
#define CALL(type, name, class, params, args) \
type \
name params \
{ \
	NEXT(name); \
	return fails(class) ? -1 : next args; \
}
CALL(int, __open_2, "open", (const char *p, int f), (p, f))
CALL(int, __open64_2, "open", (const char *p, int f), (p, f))
CALL(int, __openat_2, "open", (int d, const char *p, int f), (d, p, f))
CALL(int, __openat64_2, "open", (int d, const char *p, int f), (d, p, f))
CALL(int, rename, "rename", (const char *a, const char *b), (a, b))
CALL(int, renameat, "rename", (int c, const char *a, int d, const char *b),
    (c, a, d, b))
CALL(int, ftruncate, "ftruncate", (int fd, off_t n), (fd, n))
CALL(int, ftruncate64, "ftruncate", (int fd, off64_t n), (fd, n))
CALL(int, mkdirat, "make", (int d, const char *p, mode_t m), (d, p, m))
CALL(int, symlinkat, "make", (const char *t, int d, const char *p), (t, d, p))
CALL(int, linkat, "make", (int c, const char *a, int d, const char *b, int f),
    (c, a, d, b, f))
CALL(int, fsync, "fsync", (int fd), (fd))
CALL(int, fdatasync, "fsync", (int fd), (fd))

/* It tells by what it returns. */
int
pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*run)(void *),
    void *arg)
{
	NEXT(pthread_create);
	return fails("thread") ? errno : next(t, a, run, arg);
}

#define STREAM(type, name, params, args) \
type * \
name params \
{ \
	NEXT(name); \
	return fails("open") ? NULL : next args; \
}
STREAM(FILE, fopen, (const char *p, const char *m), (p, m))
STREAM(FILE, fopen64, (const char *p, const char *m), (p, m))
STREAM(DIR, opendir, (const char *p), (p))

/* Linux closes the descriptor even if it tells of an error: close(2). */
int
close(int fd)
{
	NEXT(close);
	int h = due("close"), r = next(fd);

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
	int h = fd == STDERR_FILENO ? 0 : due(class); \
	if (h > 0) { \
		errno = h; \
		return -1; \
	} \
	if (h == SHORT) \
		n = half(n); \
	return next args; \
}
TRANSFER(read, "read", (int fd, void *b, size_t n), (fd, b, n))
TRANSFER(pread, "read", (int fd, void *b, size_t n, off_t o), (fd, b, n, o))
TRANSFER(pread64, "read", (int fd, void *b, size_t n, off64_t o),
    (fd, b, n, o))
TRANSFER(__read_chk, "read", (int fd, void *b, size_t n, size_t m),
    (fd, b, n, m))
TRANSFER(__pread64_chk, "read",
    (int fd, void *b, size_t n, off64_t o, size_t m), (fd, b, n, o, m))
TRANSFER(write, "write", (int fd, const void *b, size_t n), (fd, b, n))
TRANSFER(pwrite, "write", (int fd, const void *b, size_t n, off_t o),
    (fd, b, n, o))
TRANSFER(pwrite64, "write", (int fd, const void *b, size_t n, off64_t o),
    (fd, b, n, o))

#define CALLER	((uintptr_t)__builtin_return_address(0))

static int
no_memory(uintptr_t caller)
{
	return caller >= code && caller < code_end && fails("malloc");
}

void *
malloc(size_t n)
{
	return no_memory(CALLER) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t m)
{
	return no_memory(CALLER) ? NULL : __libc_calloc(n, m);
}

void *
realloc(void *p, size_t n)
{
	return no_memory(CALLER) ? NULL : __libc_realloc(p, n);
}
