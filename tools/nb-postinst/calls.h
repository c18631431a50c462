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
 *	stat(2) and its kin	answered with what was noted; what is the
 *				host's belongs to 0:0, whoever builds, and the
 *				project's files have the modes that the layers
 *				give them, whatever the umask was
 *
 * All else the kernel does itself.
 */
#ifndef NB_POSTINST_CALLS_H
#define NB_POSTINST_CALLS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "owners.h"
#include "target.h"

/* Names of files that may have been removed already: as long as they are open
 * their numbers are not given to others. */
#define CALLS_PINS 256

#define CALLS_SOURCES 64

struct calls {
	struct owners	*owners;
	int		 proc;		/* the host's /proc */
	int		 pins[CALLS_PINS];
	unsigned	 npins;		/* how many there ever were */
	uint64_t	 sources[CALLS_SOURCES];	/* the project's mounts */
	unsigned	 nsources;
	bool		 full;		/* no memory for all owners */
};

/* calls_numbers: the calls to be told of, as many as returned. */
size_t calls_numbers(const int **);

/* calls_source: what is mounted at path is of the project. */
void calls_source(struct calls *, const char *path);

/*
 * calls_answer: the call nr of the thread tid, which waits: 0 or the errno
 * that it is to return; CALLS_PASS: the kernel is to do it.
 */
#define CALLS_PASS (-1)
int calls_answer(struct calls *, pid_t tid, int nr, const uint64_t args[6]);

#endif
