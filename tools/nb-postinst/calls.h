/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * calls.h: the system calls that tell or ask for what a stage cannot store
 * (Linux).
 *
 *	chown(2) and its kin	done on the file as far as the sandbox can, so
 *				that set-id bits and times go as they should,
 *				and noted (owners.h)
 *	mknod(2)		of a device: an empty file, and noted
 *	stat(2) and its kin	answered with what was noted; what is the
 *				host's belongs to 0:0, whoever builds
 *
 * All else the kernel does itself.
 */
#ifndef NB_POSTINST_CALLS_H
#define NB_POSTINST_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "owners.h"
#include "target.h"

/* Names of files that may have been removed already: as long as they are open
 * their numbers are not given to others. */
#define CALLS_PINS 256

struct calls {
	struct owners	*owners;
	int		 listener;	/* seccomp_unotify(2) */
	int		 proc;		/* the host's /proc */
	int		 pins[CALLS_PINS];
	unsigned	 npins;		/* how many there ever were */
	bool		 full;		/* no memory for all owners */
};

struct seccomp_notif;
struct seccomp_notif_resp;

/* calls_numbers: the calls to be told of, as many as returned. */
size_t calls_numbers(const int **);

/* calls_answer: what the call is to return, or that the kernel is to do it. */
void calls_answer(struct calls *, const struct seccomp_notif *,
    struct seccomp_notif_resp *);

#endif
