/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vm.h: what to run: the settings, and what was found out from them.
 */
#ifndef NB_VM_H
#define NB_VM_H

#include <stdbool.h>

#include "accel.h"
#include "arch.h"
#include "err.h"
#include "forward.h"
#include "image.h"
#include "kernel.h"
#include "registered.h"
#include "settings.h"
#include "words.h"

/* QEMU's virt has 32 places for all kinds of virtio devices, microvm 8. */
#define VM_DISKS 24

/* Without -c and -m. */
#define VM_CORES  1
#define VM_MEMORY 256	/* MB */

struct vm {
	const struct settings *want;
	bool		 terminal;	/* the console is on standard input,
					 * which is one; set by the caller */
	const struct arch *arch;
	char		*service;	/* of the conf's or the image's name */
	struct kernel	 kernel;
	struct image	 image;		/* the root's */
	int		 initrd;	/* what is loaded of it, if it is not
					 * all; below 0: it is */
	struct image	 disks[VM_DISKS]; /* further ones */
	size_t		 ndisks;
	char		*cmdline;	/* for the kernel */
	char		*share;		/* folder, or NULL */
	bool		 share_ro;
	bool		 viocon;	/* console= viocon, else com */
	const char	*pty;		/* what shows the console (pty.h), or
					 * NULL when it is on no pty */
	struct words	 sockets;	/* their paths */
	bool		 ear;		/* a first port just for us to listen,
					 * and for nb-vm to ask */
	int		 control;	/* QEMU's ends of pipes that get what
					 * the guest writes to the first port
					 * behind the console's, */
	int		 console;	/* and to the console; or -1 */
	struct forward	 forwards[FORWARD_MAX];
	int		 nforwards;
	char		*pidfile;
	struct registered known;	/* by name, and files of that name */
	char		*qemu;		/* the program's path */
	const char	*qemu_name;	/* as the user would type it */
	struct accel	 accel;
};

/*
 * vm_resolve: all of vm (zeroed, but for `terminal`) but the pipes and the
 * last four, from want, which has to last as long. Files are looked at,
 * nothing is changed.
 */
int vm_resolve(struct vm *, const struct settings *want, struct err *);

/*
 * vm_stays: whether somebody waits for the VM's end anyway, so that QEMU is
 * our child.
 */
bool vm_stays(const struct vm *);

/* vm_timed: whether its boot is. */
bool vm_timed(const struct vm *);

/* vm_ports: how many ports a guest has besides its console. */
size_t vm_ports(const struct vm *);

/* vm_probe: it does not run yet, and the host's ports that it wants are free. */
int vm_probe(const struct vm *, struct err *);

void vm_free(struct vm *);

#endif
