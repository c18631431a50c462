/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confine_filter.c: a list of system calls, and a program for seccomp(2), which
 * is Linux's, that refuses them. It names what is refused, not what is allowed:
 * libraries change their ways, and this is to go on working with them.
 */
#if defined(__linux__)
#define _GNU_SOURCE	/* syscall(2), CLONE_NEW* */
#endif

#include "confine_filter.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__i386__) || \
    defined(__aarch64__))

#include <sys/syscall.h>

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "bpf.h"

/* Younger than some systems' headers; the same numbers everywhere. */
#define NR_io_uring_setup	425
#define NR_open_tree		428
#define NR_move_mount		429
#define NR_fsopen		430
#define NR_fsmount		432
#define NR_fspick		433
#define NR_pidfd_open		434
#define NR_clone3		435
#define NR_pidfd_getfd		438
#define NR_mount_setattr	442

#if !defined(SECCOMP_FILTER_FLAG_SPEC_ALLOW)
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW 4
#endif

static const int refused[] = {
	/* programs, and other processes */
	__NR_execve, __NR_execveat, __NR_ptrace, __NR_process_vm_readv,
	__NR_process_vm_writev, __NR_kcmp, NR_pidfd_open, NR_pidfd_getfd,
	/* other views of the system */
	__NR_setns, __NR_unshare, __NR_chroot, __NR_pivot_root, __NR_mount,
	__NR_umount2, NR_open_tree, NR_move_mount, NR_fsopen, NR_fsmount,
	NR_fspick, NR_mount_setattr, __NR_open_by_handle_at,
	/* parts of the kernel with a history */
	NR_io_uring_setup, __NR_bpf, __NR_perf_event_open, __NR_userfaultfd,
	__NR_add_key, __NR_request_key, __NR_keyctl, __NR_personality,
	/* what is root's */
	__NR_init_module, __NR_finit_module, __NR_delete_module,
	__NR_kexec_load, __NR_reboot, __NR_swapon, __NR_swapoff, __NR_acct,
	__NR_quotactl, __NR_settimeofday, __NR_clock_settime, __NR_adjtimex,
	__NR_sethostname, __NR_setdomainname,
#if !defined(__i386__)
	__NR_kexec_file_load,
#endif
};

static const int sockets[] = {
	__NR_socket, __NR_socketpair,
#if defined(__i386__)
	__NR_socketcall,
#endif
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define NAMESPACES ((uint32_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
	CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET))

/* n calls; the `left` instructions behind them are passed over. */
static void
add_calls(struct bpf *p, const int *nr, size_t n, size_t left)
{
	for (; n > 0; n--, nr++)
		bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)*nr,
		    n - 1 + left, 0);
}

/*
 * The kernel keeps in mind which calls are allowed whatever their arguments,
 * and asks the program no more for them (Linux 5.11).
 */
static void
write_program(struct bpf *p, bool network)
{
	size_t nsockets = network ? 0 : COUNT(sockets);

	bpf_begin(p);
	/* Its flags are out of a filter's sight; the older call is used then. */
	bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, NR_clone3, 0, 1);
	bpf_give(p, bpf_error(ENOSYS));
	bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3);
	bpf_load(p, offsetof(struct seccomp_data, args));	/* little-endian */
	bpf_add(p, BPF_JMP | BPF_JSET | BPF_K, NAMESPACES,
	    COUNT(refused) + nsockets + 2, 0);
	bpf_give(p, SECCOMP_RET_ALLOW);
	add_calls(p, refused, COUNT(refused), nsockets + 1);
	add_calls(p, sockets, nsockets, 1);
	bpf_give(p, SECCOMP_RET_ALLOW);
	bpf_give(p, bpf_error(EPERM));
}

bool
confine_filter(bool network)
{
	struct bpf p = { .n = 0 };
	struct sock_fprog prog;

	write_program(&p, network);
	prog.len = p.n;
	prog.filter = p.v;
	/* Kernels before 5.16 slow a filtered process down, unless told. */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &prog) == 0 ||
	    (errno == EINVAL && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    0, &prog) == 0);
}

#else

bool
confine_filter(bool network)
{
	(void)network;
	return false;
}

#endif
