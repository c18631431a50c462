/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * owners.h: what a stage's files are in truth: to whom they belong, which are
 * set-id programs, and which stand for device nodes. On disk all belong to one
 * user, whose set-id programs would be others' way to be that user; and a node
 * is an empty file.
 *
 * A file is known by its inode, so that it stays itself when it is renamed or
 * gets further names; and by the time of its birth, since the number of a
 * removed file is used again.
 */
#ifndef NB_POSTINST_OWNERS_H
#define NB_POSTINST_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "err.h"

#define OWNER_SPECIAL	06000u
#define OWNER_ON_DISK	01777u		/* what a file's mode is there */

struct inode {
	uint64_t	dev, ino;
	int64_t		birth;		/* in ns; 0: unknown */
};

struct owner {
	struct inode	inode;
	uint32_t	uid, gid;
	uint32_t	special;	/* FILE: its set-id bits, OWNER_SPECIAL */
	uint32_t	major, minor;	/* CHAR, BLOCK: NetBSD's numbers */
	enum entry_kind	kind;		/* CHAR, BLOCK; else FILE: as on disk */
	bool		gid_said;	/* else what its folder gives it */
	bool		used;
};

struct owners {
	struct owner	*v;		/* a hash table of cap places */
	size_t		 n, cap;
};

/* owners_find: NULL: nothing is known of it, so it is 0:0's. */
const struct owner *owners_find(const struct owners *, const struct inode *);

/* owners_put: the place of that inode, 0:0's when it is new, to be changed.
 * NULL when there is no memory, or when there are too many. */
struct owner *owners_put(struct owners *, const struct inode *);

/* owners_save, owners_load: all of it to a file and from there; load replaces
 * what is known. -1 with errno. */
int owners_save(const struct owners *, int fd);
int owners_load(struct owners *, int fd);

void owners_free(struct owners *);

#endif
