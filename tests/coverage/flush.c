/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * flush.c: in the library of the programs that COVERAGE=y makes: counters go to
 * their files not only at exit, but also before calls that end a process
 * without it, or make it another program (ld's --wrap, tools/Makefile.inc).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void __gcov_dump(void);
void __gcov_reset(void);
/* tests/faults/fault.c has it: from here on no call is the program's own. */
void fault_end(void) __attribute__((weak));

_Noreturn void __real__exit(int);
int __real_raise(int);
int __real_execv(const char *, char *const []);
int __real_execve(const char *, char *const [], char *const []);
int __real_execvp(const char *, char *const []);
_Noreturn void __wrap__exit(int);
int __wrap_raise(int);
int __wrap_execv(const char *, char *const []);
int __wrap_execve(const char *, char *const [], char *const []);
int __wrap_execvp(const char *, char *const []);

static void
end_faults(void)
{
	if (fault_end != NULL)
		fault_end();
}

/* Who has become nobody may not reach them, in a home that is its owner's only,
 * nor who is in a sandbox: libgcov would say so on the standard error that a test
 * looks at. */
static bool
reachable(void)
{
	return faccessat(AT_FDCWD, __FILE__, F_OK, AT_EACCESS) == 0;
}

static void
dump(void)
{
	end_faults();
	if (reachable())
		__gcov_dump();
}

/* The counters themselves are written after what on_exit(3) knows. */
static void
leave(int status, void *unused)
{
	(void)unused;
	end_faults();
	if (!reachable()) {
		(void)fflush(NULL);
		__real__exit(status);
	}
}

static void __attribute__((constructor))
start(void)
{
	(void)on_exit(leave, NULL);
}

void
__wrap__exit(int status)
{
	dump();
	__real__exit(status);
}

/* What a handler has interrupted may hold what this wants: no counters then. */
int
__wrap_raise(int sig)
{
	sigset_t blocked;
	int r;

	if (sigprocmask(SIG_BLOCK, NULL, &blocked) == -1 ||
	    sigismember(&blocked, sig) != 0)
		return __real_raise(sig);
	dump();
	r = __real_raise(sig);
	__gcov_reset();
	return r;
}

#define EXEC(name, params, args) \
int \
__wrap_##name params \
{ \
	int r; \
	dump(); \
	r = __real_##name args; \
	__gcov_reset(); \
	return r; \
}
EXEC(execv, (const char *p, char *const v[]), (p, v))
EXEC(execve, (const char *p, char *const v[], char *const e[]), (p, v, e))
EXEC(execvp, (const char *p, char *const v[]), (p, v))
