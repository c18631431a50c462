/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * kernel.h: what a kernel's file says about how to boot it.
 */
#ifndef NB_KERNEL_H
#define NB_KERNEL_H

#include <stdbool.h>

#include "arch.h"
#include "err.h"

struct kernel {
	char			*path;
	const struct arch	*arch;
	bool			 viocon;	/* has the virtio console that
						 * works from the first line */
};

/*
 * kernel_find: the file meant by name; one without a slash that is not here
 * may be in kernels/. name NULL: arch's default. Fills k->path, to be freed.
 */
int kernel_find(struct kernel *k, const char *name, const struct arch *,
    struct err *);

/*
 * kernel_read: check k->path and fill the rest. x86: ELF with the PVH entry
 * note. aarch64: ELF or a boot image with the arm64 header.
 */
int kernel_read(struct kernel *k, struct err *);

#endif
