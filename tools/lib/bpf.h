/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * bpf.h: writes programs for seccomp(2), in the classic BPF of linux/filter.h
 * (Linux only).
 */
#ifndef NB_BPF_H
#define NB_BPF_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

/* What the program's calls are numbered for; with X32_BIT they are x32's. */
#if defined(__x86_64__)
#define BPF_NATIVE	AUDIT_ARCH_X86_64
#define X32_BIT		0x40000000u
#elif defined(__i386__)
#define BPF_NATIVE	AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define BPF_NATIVE	AUDIT_ARCH_AARCH64
#else
#define BPF_NATIVE	0	/* none is written here */
#endif

#define BPF_ROOM 128	/* instructions; the callers' programs are shorter */

struct bpf {
	struct sock_filter	v[BPF_ROOM];
	unsigned short		n;
};

/* bpf_add: one instruction; a jump's yes and no count those to pass over. */
static inline void
bpf_add(struct bpf *p, uint16_t code, uint32_t k, size_t yes, size_t no)
{
	struct sock_filter *f = &p->v[p->n++];

	f->code = code;
	f->k = k;
	f->jt = (uint8_t)yes;
	f->jf = (uint8_t)no;
}

/* bpf_load: the word at that offset of struct seccomp_data. */
static inline void
bpf_load(struct bpf *p, size_t at)
{
	bpf_add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0);
}

/* bpf_give: the answer, SECCOMP_RET_ALLOW or another. */
static inline void
bpf_give(struct bpf *p, uint32_t what)
{
	bpf_add(p, BPF_RET | BPF_K, what, 0, 0);
}

/* bpf_error: the answer with which a call fails. */
static inline uint32_t
bpf_error(int e)
{
	return SECCOMP_RET_ERRNO | (uint32_t)e;
}

/* bpf_begin: calls numbered otherwise fail with ENOSYS; of the others the number
 * is loaded. */
static inline void
bpf_begin(struct bpf *p)
{
	bpf_load(p, offsetof(struct seccomp_data, arch));
	bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, BPF_NATIVE, 1, 0);
	bpf_give(p, bpf_error(ENOSYS));
	bpf_load(p, offsetof(struct seccomp_data, nr));
#if defined(X32_BIT)
	bpf_add(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	bpf_give(p, bpf_error(ENOSYS));
#endif
}

#endif
