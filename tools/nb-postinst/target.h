/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * target.h: the process whose system call we were told of: its memory, its
 * descriptors, its current folder (Linux).
 *
 * Nothing here is trusted: what is read is copied once, and what is opened is
 * opened with our own rights, which are the process's own (witness.h).
 */
#ifndef NB_POSTINST_TARGET_H
#define NB_POSTINST_TARGET_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

struct target {
	int	proc;		/* the host's /proc */
	pid_t	tid;
};

/* target_name: the string at addr into buf; 0 or an errno. */
int target_name(const struct target *, uint64_t addr, char *buf, size_t size);

/* target_put: len bytes to addr; 0 or an errno. */
int target_put(const struct target *, uint64_t addr, const void *, size_t len);

/*
 * target_descriptor, target_folder: what its descriptor fd or its current
 * folder is, by a descriptor of our own that can be asked but not read
 * (O_PATH). -1 with errno.
 */
int target_descriptor(const struct target *, int fd);
int target_folder(const struct target *);

/* target_umask: its file mode creation mask; -1 with errno. */
int target_umask(const struct target *);

#endif
