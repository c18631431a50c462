/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * extract.h: the only code that writes other people's names to the host:
 * below one folder, and through no symbolic link.
 *
 * Names are canonical (path.h). Each call goes down from the folder's own
 * descriptor, one part after the other, with O_NOFOLLOW; a part that is no
 * folder ends it. What is in the way is never written to.
 */
#ifndef NB_EXTRACT_H
#define NB_EXTRACT_H

#include <sys/stat.h>
#include <stdint.h>
#include <time.h>

#include "err.h"

struct extract;

enum {
	/*
	 * Missing folders are made; a file or an empty folder in the way is
	 * replaced. Without it every name has to be new: one that is there
	 * already collides with another on a file system that takes both for
	 * the same (upper and lower case).
	 */
	EXTRACT_REPLACE = 1
};

/*
 * extract_open: write below the folder dir, which stays the caller's. shown
 * stands in front of messages and must outlive the extract.
 */
struct extract *extract_open(int dir, const char *shown, int flags,
    struct err *);
void extract_close(struct extract *);

/* extract_mkdir: 0: made; 1: the folder is there already; -1. */
int extract_mkdir(struct extract *, const char *name, mode_t, struct err *);

/* extract_implied: how many folders were made that no call asked for. */
uint64_t extract_implied(const struct extract *);

/* extract_file: a new, empty file; returns its descriptor, to be closed. */
int extract_file(struct extract *, const char *name, mode_t, struct err *);

/*
 * extract_again: an existing file, to be written; returns its descriptor.
 * Nothing has been changed in it: what it is, and whether it is the caller's
 * to write to, the descriptor alone can tell.
 */
int extract_again(struct extract *, const char *name, struct err *);

int extract_symlink(struct extract *, const char *name, const char *text,
    struct err *);

/* extract_link: name becomes a further name of the file target. */
int extract_link(struct extract *, const char *name, const char *target,
    struct err *);

/* extract_node: a fifo or, for those who may, a device node; mode is both its
 * type and its permissions. For a moment the process's umask is 0. */
int extract_node(struct extract *, const char *name, mode_t mode, dev_t,
    struct err *);

/* extract_chown: of what name is itself. To be told that it is not allowed is
 * no error. */
int extract_chown(struct extract *, const char *name, uid_t, gid_t,
    struct err *);

/* extract_stat: what name itself is; -1 without err when it is not there. */
int extract_stat(struct extract *, const char *name, struct stat *);

/* extract_folder: a descriptor of the folder name, valid until the next call
 * and not to be closed. -1 with err. */
int extract_folder(struct extract *, const char *name, struct err *);

/* extract_time: set the time of what name is itself. What the file system
 * cannot hold is let be. */
int extract_time(struct extract *, const char *name, const struct timespec *,
    struct err *);

/* extract_remove: remove a file, or an empty folder. May be called from a
 * signal handler. */
void extract_remove(struct extract *, const char *name);

#endif
