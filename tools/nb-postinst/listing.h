/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * listing.h: what is in a stage, as the file system has it.
 */
#ifndef NB_POSTINST_LISTING_H
#define NB_POSTINST_LISTING_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "err.h"
#include "owners.h"

struct item {
	char		*name;		/* canonical; "" is the root */
	char		*target;	/* SYMLINK: its text */
	uint64_t	 size, dev, ino;
	uint32_t	 uid, gid;	/* 0:0, or as listing_own has it */
	uint32_t	 major, minor;	/* CHAR, BLOCK */
	int64_t		 birth;		/* of the inode, in ns; 0: unknown */
	int64_t		 mtime;
	uint32_t	 mtime_ns;
	uint32_t	 mode;		/* 07777 */
	enum entry_kind	 kind;
	bool		 gid_said;	/* someone gave it that group */
	bool		 foreign;	/* the walk's own: to be given */
};

struct listing {
	struct item	 *v;		/* by name_order */
	struct item	**by_ino;
	size_t		  n, cap;
};

/* name_order: parents first, as a walk of sorted folders meets names. */
int name_order(const char *, const char *);

/*
 * listing_read: all that is in the stage open as dir; path stands in
 * messages. Symbolic links are never followed. All must belong to the user
 * from, and is given to uid:gid. What its owner may not read or
 * search is made so after its mode was noted, and set-id bits are taken away:
 * a stage is for its owner to read, and METALOG has the modes. Sockets are
 * removed: no image can hold one, and nothing listens any more.
 */
int listing_read(struct listing *, int dir, const char *path, uid_t from,
    uid_t uid, gid_t gid, struct err *);

/*
 * listing_chmod: give a file or folder that listing_read has met this mode,
 * and note in the item what the file system made of it. Children go before
 * their parents. -1 with errno.
 */
int listing_chmod(struct item *, int dir, uint32_t mode);

/* listing_find: by name; NULL when there is none. */
struct item *listing_find(const struct listing *, const char *name);

/*
 * listing_same: the item of l that is the same inode: it has moved here, or
 * this is a further name of it. NULL when there is none.
 */
struct item *listing_same(const struct listing *, const struct item *);

/* listing_inode: by what owners.h knows it. */
struct inode listing_inode(const struct item *);

/* listing_own: put in who owns what, and which files stand for nodes. */
void listing_own(struct listing *, const struct owners *);

/* listing_inherit: what was not there before has the group of its folder, if
 * that is a set-group-id one and no one said otherwise (mkdir(2)). */
void listing_inherit(struct listing *after, const struct listing *before);

void listing_free(struct listing *);

#endif
