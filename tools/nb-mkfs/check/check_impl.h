/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_impl.h: what the passes over a file system share.
 *
 * The tables are marked first (what fs->super says is sound: the reader has
 * seen to that), then all inodes are read and their blocks marked, then the
 * tree is gone through from the root, and at last maps and counts on disk are
 * compared with what was found.
 */
#ifndef NB_CHECK_IMPL_H
#define NB_CHECK_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../../lib/fsread_impl.h"

#define CHECK_FOUND_MAX	1000	/* findings that are told one by one */

struct check;

/* A kind of file system is one row. */
struct check_type {
	/* What is out of reach of a check: -1, by name. */
	int	(*able)(struct check *, struct err *);
	/* The superblock's fields and copies. */
	int	(*super)(struct check *, struct err *);
	/* check_table for all that holds no files. */
	int	(*tables)(struct check *, struct err *);
	/* Inodes of group g that were ever written: they are numbered from
	 * *first on and stand together from byte *off; how many. */
	int	(*inodes)(struct check *, uint32_t g, uint32_t *first,
		    uint32_t *n, uint64_t *off, struct err *);
	/* Whether an inode is in use, and faults that only this kind has. */
	bool	(*in_use)(struct check *, const struct fsread_inode *);
	/* Inodes that need no name. */
	bool	(*nameless)(struct check *, const struct fsread_inode *);
	/* Maps and counts against what was found. */
	int	(*maps)(struct check *, struct err *);
	/* An entry's type for each type of inode (mode >> 12). */
	uint8_t	entry_type[16];
};

extern const struct check_type check_ffs, check_ext2;

enum {				/* struct check_ino, flags */
	INO_UNREADABLE = 1,	/* its blocks are not all where they can be */
	INO_ENTERED = 2,	/* a directory whose names were read */
	INO_CHILD = 4,		/* a directory that another one names */
	INO_LOST = 8,
	INO_BLOCKS = 16		/* holds blocks; has no type, no size */
};

struct check_ino {
	uint32_t	parent;		/* a directory that names it */
	uint32_t	names;		/* entries that name it, dots too */
	uint16_t	nlink;		/* as it says */
	uint8_t		type;		/* mode >> 12; 0: not in use */
	uint8_t		flags;
};

struct finding {
	uint32_t	ino;		/* the object, or 0 */
	char		*object;	/* else this; NULL with ino */
	char		*text;
};

struct check {
	struct fsread	*fs;
	const struct check_type *type;
	uint32_t	groups, ipg, isize;

	uint8_t		*tables;	/* a bit for each unit of the system */
	uint8_t		*used;		/* tables and files' */
	uint8_t		*shared;	/* blocks that several files may have */
	struct check_ino *ino;		/* by number */
	uint64_t	in_use;
	bool		large;		/* a file of 2 GB and more */

	uint64_t	*dup;		/* units that are used twice */
	size_t		ndup, dupcap;

	struct fsread_stream *stream;
	uint8_t		*level[FSREAD_LEVELS];	/* blocks of pointers */

	struct finding	*found;
	size_t		nfound, foundcap;
	unsigned long	faults;
	bool		nomem;
};

/* check_found: a fault of the object. check_inode_found: of an inode, whose
 * name is looked for at the end. */
void check_found(struct check *, const char *object, const char *, ...)
    NB_PRINTF(3, 4);
void check_inode_found(struct check *, uint32_t ino, const char *, ...)
    NB_PRINTF(3, 4);
/* check_group_found: of group g. */
void check_group_found(struct check *, uint32_t g, const char *, ...)
    NB_PRINTF(3, 4);

static inline bool
check_bit(const uint8_t *map, uint64_t i)
{
	return (map[i / 8] >> i % 8 & 1) != 0;
}

static inline void
check_set(uint8_t *map, uint64_t i)
{
	map[i / 8] |= (uint8_t)(1u << i % 8);
}

/* check_table: n units from addr on are of tables; what says whose. */
void check_table(struct check *, uint32_t g, const char *what, uint64_t addr,
    uint64_t n);

/* The passes. */
int check_inodes(struct check *, struct err *);
int check_tree(struct check *, struct err *);

/* check_path: a name of an inode in use, by its parents, into buf of
 * PATH_LEN_MAX bytes; false when there is none. */
bool check_path(struct check *, uint32_t ino, char *buf);

/*
 * check_gpt: the partition tables of the image path. 1: *start, *size and
 * *type tell of the partition to be checked; 0: there are no tables, or they
 * do not tell: fsread_open is to find it; -1. What is found goes to c, of which
 * no more than its findings are used.
 */
int check_gpt(struct check *, const char *path, uint64_t *start,
    uint64_t *size, uint8_t type[16], struct err *);

#endif
