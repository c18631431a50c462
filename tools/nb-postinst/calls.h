/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * calls.h: the system calls that tell or ask for what a stage cannot store
 * (Linux).
 *
 *	chown(2) and its kin	done on the file as far as the sandbox can, so
 *				that set-id bits and times go as they should,
 *				and noted (owners.h)
 *	chmod(2) and its kin	the same; a file's set-id bits are only noted
 *	mknod(2)		of a device: an empty file, and noted
 *	fork(2) and its kin	counted
 *	stat(2) and its kin	answered with what was noted; what is the
 *				host's belongs to 0:0, whoever builds, and the
 *				project's files have the modes that the layers
 *				give them, whatever the umask was
 *
 * All else the kernel does itself.
 */
#ifndef NB_POSTINST_CALLS_H
#define NB_POSTINST_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "owners.h"
#include "target.h"
#include "watch.h"

/* Names of files that may have been removed already: as long as they are open
 * their numbers are not given to others. */
#define CALLS_PINS 256

#define CALLS_SOURCES 64

struct calls {
	struct owners	*owners;
	struct watch	 watch;
	int		 listener;	/* seccomp_unotify(2) */
	int		 proc;		/* the host's /proc */
	int		 pins[CALLS_PINS];
	unsigned	 npins;		/* how many there ever were */
	uint64_t	 sources[CALLS_SOURCES];	/* the project's mounts */
	unsigned	 nsources;
	bool		 full;		/* no memory for all owners */
};

struct seccomp_notif;
struct seccomp_notif_resp;

/* calls_numbers: the calls to be told of, as many as returned. */
size_t calls_numbers(const int **);

/* calls_source: what is mounted at path is of the project. */
void calls_source(struct calls *, const char *path);

/* calls_answer: what the call is to return, or that the kernel is to do it. */
void calls_answer(struct calls *, const struct seccomp_notif *,
    struct seccomp_notif_resp *);

#endif
