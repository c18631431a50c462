/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * register.h: a VM gets the name by which nb-vm finds it.
 */
#ifndef NB_REGISTER_H
#define NB_REGISTER_H

#include "vm.h"

/*
 * register_vm: take a name and write down what the VM is, as this process; to
 * be undone with registered_clear. Where there is no place for that, it says
 * so, and vm->known has no name. Fails when the VM runs already.
 */
int register_vm(struct vm *, struct err *);

/* register_names: only the name, as if no VM ran. */
int register_names(struct vm *, struct err *);

#endif
