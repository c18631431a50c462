/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * entry.h: one file of an image, as a layer tells of it.
 */
#ifndef NB_ENTRY_H
#define NB_ENTRY_H

#include <stdint.h>

enum entry_kind {
	ENTRY_FILE,
	ENTRY_DIR,
	ENTRY_SYMLINK,
	ENTRY_HARDLINK,		/* in layers only; a tree resolves them */
	ENTRY_CHAR,
	ENTRY_BLOCK,
	ENTRY_FIFO
};

enum {
	/* Attributes hold only if no other layer tells any (an implied
	 * directory, a directory of the project laid over a set's). */
	ENTRY_WEAK = 1,
	/* mtime is to be the tree's epoch (files of the project's folders,
	 * whose times say when they were checked out). */
	ENTRY_UNDATED = 2,
	/* A HARDLINK that the layer's word leaves out: it is told of for its
	 * content only, which other names of the same file may need. */
	ENTRY_OUTSIDE = 4
};

/* What NetBSD's 32-bit dev_t has room for. */
#define ENTRY_MAJOR_MAX 0xfffu
#define ENTRY_MINOR_MAX 0xfffffu

struct entry {
	const char	*name;		/* canonical (path.h); "" is the root */
	const char	*target;	/* SYMLINK: its text; HARDLINK: a name */
	uint64_t	 size;		/* FILE: bytes; SYMLINK: strlen(target) */
	int64_t		 mtime;		/* seconds since 1970 */
	uint32_t	 mtime_ns;
	uint32_t	 mode;		/* permission bits, 07777 */
	uint32_t	 uid, gid;
	uint32_t	 major, minor;	/* CHAR, BLOCK: NetBSD's numbers */
	enum entry_kind	 kind;
	unsigned	 flags;
};

/*
 * entry_dev: major and minor as NetBSD's 32-bit dev_t, which is what FFSv1
 * and ext2 store (NetBSD sys/sys/types.h, makedev).
 */
uint32_t entry_dev(uint32_t major, uint32_t minor);

/* entry_kind_name: "file", "directory", ... for messages. */
const char *entry_kind_name(enum entry_kind);

#endif
