/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tracee.c: ptrace(2), and what differs between architectures.
 *
 * Why not seccomp_unotify(2), which is made for this: until a call that it
 * tells of is picked up, a signal ends it with EINTR, if it has a handler
 * without SA_RESTART. Debian's sh has that for SIGCHLD, and does not expect
 * EINTR from stat(2).
 */
#define _GNU_SOURCE	/* user_regs_struct */
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "tracee.h"

#define OPTIONS	(PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | \
		PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

/* PTRACE_GET_SYSCALL_INFO (Linux 5.3), which C libraries know by different
 * names. */
#define GET_SYSCALL_INFO	0x420e
#define INFO_SECCOMP		3

struct info {
	uint8_t		op, pad[3];
	uint32_t	arch;
	uint64_t	ip, sp;
	uint64_t	nr, args[6];
	uint32_t	data;
};

int
tracee_seize(pid_t pid)
{
	return (int)ptrace(PTRACE_SEIZE, pid, NULL, (void *)OPTIONS);
}

int
tracee_call(pid_t pid, struct tracee_call *call)
{
	struct info info;

	memset(&info, 0, sizeof(info));
	if (ptrace(GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) == -1)
		return -1;
	if (info.op != INFO_SECCOMP) {
		errno = EPROTO;
		return -1;
	}
	call->nr = (int)info.nr;
	memcpy(call->args, info.args, sizeof(call->args));
	return 0;
}

/* The call's number becomes -1, which is none, and the register that results
 * come in has one (seccomp(2), SECCOMP_RET_TRACE). A tracee that was killed
 * meanwhile needs neither. */
#if defined(__x86_64__) || defined(__i386__)
#if defined(__x86_64__)
#define NUMBER	offsetof(struct user_regs_struct, orig_rax)
#define RESULT	offsetof(struct user_regs_struct, rax)
#else
#define NUMBER	offsetof(struct user_regs_struct, orig_eax)
#define RESULT	offsetof(struct user_regs_struct, eax)
#endif
void
tracee_return(pid_t pid, int error)
{
	(void)ptrace(PTRACE_POKEUSER, pid, (void *)NUMBER, (void *)-1L);
	(void)ptrace(PTRACE_POKEUSER, pid, (void *)RESULT,
	    (void *)(long)-error);
}
#elif defined(__aarch64__)
void
tracee_return(pid_t pid, int error)
{
	struct user_regs_struct regs;
	struct iovec iov = { &regs, sizeof(regs) };
	int none = -1;

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &iov) != 0)
		return;
	regs.regs[0] = (unsigned long long)-(long long)error;
	(void)ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &iov);
	iov.iov_base = &none;
	iov.iov_len = sizeof(none);
	(void)ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &iov);
}
#else
void
tracee_return(pid_t pid, int error)
{
	(void)pid;	/* not reached: filter.c knows of no such system */
	(void)error;
}
#endif

static void
go_on(pid_t pid, int sig)
{
	(void)ptrace(PTRACE_CONT, pid, NULL, (void *)(long)sig);
}

void
tracee_go(pid_t pid)
{
	go_on(pid, 0);
}

enum tracee_event
tracee_stopped(pid_t pid, int status)
{
	int sig = WSTOPSIG(status);

	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP:
		return TRACEE_CALL;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		go_on(pid, 0);
		return TRACEE_FORK;
	case PTRACE_EVENT_STOP:
		/* A new one; or one that was stopped, and stays so. */
		if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN ||
		    sig == SIGTTOU)
			(void)ptrace(PTRACE_LISTEN, pid, NULL, NULL);
		else
			go_on(pid, 0);
		break;
	case 0:
		go_on(pid, sig);
		break;
	default:
		go_on(pid, 0);
		break;
	}
	return TRACEE_OTHER;
}
