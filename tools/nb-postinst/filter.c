/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * filter.c: a program for seccomp(2), in the classic BPF of linux/filter.h.
 */
#define _GNU_SOURCE	/* CLONE_NEWUSER */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "bpf.h"
#include "calls.h"
#include "filter.h"
#include "owners.h"

/* Younger than some systems' headers; the same number everywhere. */
#define NR_clone3		435
#define NR_io_uring_setup	425
#define NR_io_uring_enter	426
#define NR_io_uring_register	427
#define NR_openat2		437
#define NR_setxattrat		463

/* Flags with which opening takes a mode; O_TMPFILE is O_DIRECTORY too. */
#define MAKES	((uint32_t)(O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))

static const struct {
	int	nr, error;
} refused[] = {
	{ NR_io_uring_setup, ENOSYS }, { NR_io_uring_enter, ENOSYS },
	{ NR_io_uring_register, ENOSYS },
	/* Their flags are out of a filter's sight; programs then use the older
	 * calls. */
	{ NR_clone3, ENOSYS }, { NR_openat2, ENOSYS },
	{ __NR_setxattr, EOPNOTSUPP }, { __NR_lsetxattr, EOPNOTSUPP },
	{ __NR_fsetxattr, EOPNOTSUPP }, { NR_setxattrat, EOPNOTSUPP },
	{ __NR_keyctl, ENOSYS }, { __NR_add_key, ENOSYS },
	{ __NR_request_key, ENOSYS }, { __NR_syslog, EPERM },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The half of an argument in which all flags are. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOW	4u
#else
#define LOW	0u
#endif

static void
load_argument(struct bpf *p, unsigned arg)
{
	bpf_load(p, offsetof(struct seccomp_data, args) + arg * 8 + LOW);
}

/* A call whose argument may not have one of these bits. */
static void
without_bits(struct bpf *p, int nr, unsigned arg, uint32_t bits)
{
	bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 4);
	load_argument(p, arg);
	bpf_add(p, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	bpf_give(p, bpf_error(EPERM));
	bpf_give(p, SECCOMP_RET_ALLOW);
}

/* A call that opens, with its mode after its flags. */
static void
without_special(struct bpf *p, int nr, unsigned flags)
{
	bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 6);
	load_argument(p, flags);
	bpf_add(p, BPF_JMP | BPF_JSET | BPF_K, MAKES, 0, 3);
	load_argument(p, flags + 1);
	bpf_add(p, BPF_JMP | BPF_JSET | BPF_K, OWNER_SPECIAL, 0, 1);
	bpf_give(p, bpf_error(EPERM));
	bpf_give(p, SECCOMP_RET_ALLOW);
}

static void
write_program(struct bpf *p)
{
	const int *told;
	size_t n = calls_numbers(&told), i;

	bpf_begin(p);
	for (i = 0; i < n; i++) {
		bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)told[i], 0, 1);
		bpf_give(p, SECCOMP_RET_TRACE);
	}
	for (i = 0; i < COUNT(refused); i++) {
		bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)refused[i].nr,
		    0, 1);
		bpf_give(p, bpf_error(refused[i].error));
	}
	without_special(p, __NR_openat, 2);
#if defined(__NR_open)
	without_special(p, __NR_open, 1);
	without_bits(p, __NR_creat, 1, OWNER_SPECIAL);
#endif
	without_bits(p, __NR_unshare, 0, CLONE_NEWUSER);
	without_bits(p, __NR_clone, 0, CLONE_NEWUSER);
	bpf_give(p, SECCOMP_RET_ALLOW);
}

int
filter_install(void)
{
	struct bpf p = { .n = 0 };
	struct sock_fprog prog;

	if (BPF_NATIVE == 0) {
		errno = ENOSYS;
		return -1;
	}
	write_program(&p);
	prog.len = p.n;
	prog.filter = p.v;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}
