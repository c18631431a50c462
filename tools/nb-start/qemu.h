/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qemu.h: which QEMU, and the arguments that make it run a VM.
 */
#ifndef NB_QEMU_H
#define NB_QEMU_H

#include "arch.h"
#include "vm.h"
#include "words.h"

/*
 * qemu_find: the program for vm->arch, or the one that QEMU= names, into
 * vm->qemu and vm->qemu_name.
 */
int qemu_find(struct vm *, struct err *);

/*
 * qemu_machine: the arguments that say what machine it is, those that an
 * accelerator's probe has to share with the guest it is for.
 */
int qemu_machine(struct words *, const struct arch *, const char *accel,
    const char *cpu, struct err *);

/* qemu_argv: the whole command, argv[0] first. */
int qemu_argv(struct words *, const struct vm *, struct err *);

#endif
