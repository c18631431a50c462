/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * arch.h: the machines that images are made for.
 */
#ifndef NB_ARCH_H
#define NB_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arch {
	const char	*name;		/* NetBSD's, as in ARCH= and images/ */
	const char	*kernel;	/* the default kernel */
	const char	*qemu[2];	/* the first that there is; may be NULL */
	uint16_t	 elf;		/* e_machine of its kernels */
	bool		 x86;		/* boots by PVH on QEMU's microvm */
};

/* arch_find: by NetBSD's name; NULL when there is no such. */
const struct arch *arch_find(const char *name);

/* arch_of_elf: by a kernel's e_machine; NULL when there is no such. */
const struct arch *arch_of_elf(uint16_t machine);

/*
 * arch_of_image: by the name of an image file, as bmake makes them
 * (images/base-i386.img, base-amd64:tag.img); NULL when it names none.
 */
const struct arch *arch_of_image(const char *path);

/* arch_host: this machine's (amd64 when it is none of ours). */
const struct arch *arch_host(void);

/* arch_native: whether this host's processor can run such code itself. */
bool arch_native(const struct arch *);

/*
 * arch_suffix: where "-ARCH" stands in the last part of an image's path, if
 * it is followed by the end, '.', ':' or '-'; NULL when it does not.
 */
const char *arch_suffix(const struct arch *, const char *path);

/* arch_make: what goes before SERVICE= in a bmake command: "" for the host's
 * own, else "ARCH=i386 " and the like. */
const char *arch_make(const struct arch *);

#endif
