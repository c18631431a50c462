/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread.h: file systems in images, read: FFSv1, FFSv2 and ext2 of
 * little-endian machines.
 *
 * Nothing that an image says is believed before it was checked: places and
 * sizes lie inside the file system, no directory is entered twice, and no more
 * blocks are handed out than there are. What is damaged or not understood is
 * refused by name; nb-mkfs -c says all that is wrong.
 */
#ifndef NB_FSREAD_H
#define NB_FSREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "err.h"

/* Types in an inode's mode: FFS and ext2 have sys/stat.h's numbers. */
#define FSREAD_IFMT	0xf000u
#define FSREAD_IFIFO	0x1000u
#define FSREAD_IFCHR	0x2000u
#define FSREAD_IFDIR	0x4000u
#define FSREAD_IFBLK	0x6000u
#define FSREAD_IFREG	0x8000u
#define FSREAD_IFLNK	0xa000u
#define FSREAD_IFSOCK	0xc000u

#define FSREAD_DIRECT	12	/* pointers to data, */
#define FSREAD_POINTERS	15	/* and those to three levels of pointers */
#define FSREAD_TEXT_MAX	119	/* bytes of a target kept in an inode */

/* An inode, whatever the file system. */
struct fsread_inode {
	uint32_t	ino;
	uint32_t	mode;		/* type and permissions */
	uint32_t	nlink;
	uint32_t	uid, gid;
	uint32_t	mtime_ns;
	int64_t		mtime;
	uint64_t	size;
	uint64_t	blocks;		/* of 512 bytes, that it says it has */
	uint32_t	major, minor;	/* devices: NetBSD's numbers */
	uint32_t	flags;		/* the file system's own */
	uint64_t	attr[2];	/* blocks of attributes, or 0, */
	uint32_t	attr_size;	/* and bytes in them */
	uint64_t	ptr[FSREAD_POINTERS];
	const char	*foreign;	/* what is in ptr if not pointers */
	bool		inside;		/* a target in text, no blocks */
	char		text[FSREAD_TEXT_MAX + 1];
};

struct fsread;		/* an open file system */

/* fsread_known: whether the file fd begins as an image does: with a partition
 * table, or a file system that is known here. 1; 0; -1 and errno. */
int fsread_known(int fd);

/*
 * fsread_open: the file system in the image path: in its partition that is
 * marked bootme, else in the only one that has a known file system, else,
 * where there is no GPT, in the whole of it.
 */
struct fsread *fsread_open(const char *path, struct err *);

/* fsread_open_at: the one in size bytes from byte `start` on, by what GUID
 * says of them, as gpt.h has it: what they held before may show too. */
struct fsread *fsread_open_at(const char *path, uint64_t start, uint64_t size,
    const uint8_t guid[16], struct err *);

void fsread_close(struct fsread *);

/* "ffs", "ffs2" or "ext2"; and the path that it was opened by. */
const char *fsread_name(const struct fsread *);
const char *fsread_path(const struct fsread *);

/* fsread_inode: by number. Whether it is in use is for the caller to see. */
int fsread_inode(struct fsread *, uint32_t ino, struct fsread_inode *,
    struct err *);

/*
 * fsread_lookup: the file of a name, from the root, through symbolic links
 * (the last part too) as if the image's root were the only one. ERR_MISSING
 * when there is none.
 */
int fsread_lookup(struct fsread *, const char *name, struct fsread_inode *,
    struct err *);

/*
 * A stream is the content of one file, in pieces with growing offsets; what is
 * passed over is a hole. in and shown (for messages) live as long as it is
 * read.
 */
struct fsread_stream;

struct fsread_stream *fsread_stream_new(struct fsread *, struct err *);
void fsread_stream_begin(struct fsread_stream *, const struct fsread_inode *in,
    const char *shown);
/* fsread_stream_limit: files read from now on may have so many bytes in
 * blocks, together; that of the file system at first. */
void fsread_stream_limit(struct fsread_stream *, uint64_t bytes);
/* fsread_stream_run: the next run of data that lies together, unread. 1, 0 at
 * the end, -1. */
int fsread_stream_run(struct fsread_stream *, uint64_t *off, uint64_t *len,
    struct err *);
/* fsread_stream_data: the next piece, as layer_data of layer.h. */
int fsread_stream_data(struct fsread_stream *, const void **buf, size_t *len,
    uint64_t *off, struct err *);
void fsread_stream_free(struct fsread_stream *);

/* One name in the tree, as a walk tells of it. */
struct fsread_entry {
	/* Its kind is never HARDLINK. Sockets, for which there is no kind,
	 * come as FIFO: see inode.mode. */
	struct entry		 ent;
	struct fsread_inode	 inode;
	/* The name under which the same file came before, or NULL. */
	const char		*first;
};

/*
 * A walk goes through the tree, parents first, the names of a directory by
 * strcmp. pattern, or NULL for all: path_match of path.h; it is an error when
 * nothing matches.
 */
struct fsread_walk;

struct fsread_walk *fsread_walk_new(struct fsread *, const char *pattern,
    struct err *);
int fsread_walk_next(struct fsread_walk *, const struct fsread_entry **,
    struct err *);
/* fsread_walk_data: content of the present FILE. */
int fsread_walk_data(struct fsread_walk *, const void **buf, size_t *len,
    uint64_t *off, struct err *);
/* fsread_walk_run: the same unread, as fsread_stream_run; for one FILE either
 * this or fsread_walk_data. */
int fsread_walk_run(struct fsread_walk *, uint64_t *off, uint64_t *len,
    struct err *);
void fsread_walk_free(struct fsread_walk *);

#endif
