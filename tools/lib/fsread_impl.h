/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread_impl.h: what the readers (read_*.c) give to fsread*.c, and what
 * nb-mkfs -c needs to know beside fsread.h.
 */
#ifndef NB_FSREAD_IMPL_H
#define NB_FSREAD_IMPL_H

#include "fsread.h"
#include "region.h"

#define FSREAD_LEVELS	(FSREAD_POINTERS - FSREAD_DIRECT)
#define FSREAD_BSIZE_MAX 65536u

/* A directory that is larger is not held in memory: some 10 million names. */
#define FSREAD_DIR_MAX	(UINT64_C(256) << 20)

/* A kind of file system is one row. */
struct fsread_type {
	/* 1: fs is one, and what it is made of is filled in; 0: it is none;
	 * -1: it is one that cannot be read. */
	int	(*open)(struct fsread *fs, struct err *);
	/* ino is from 1 to fs->inodes. */
	int	(*inode)(struct fsread *fs, uint32_t ino,
		    struct fsread_inode *, struct err *);
	/* Whether there is one in a file, from byte `start` on: 1; 0; -1 and
	 * errno. */
	int	(*known)(int fd, uint64_t start);
	const uint8_t *guid;	/* of partitions that hold one */
};

extern const struct fsread_type fsread_ffs, fsread_ext2;

struct fsread {
	const struct fsread_type *type;
	char		*path;
	int		 fd;
	uint64_t	 start;		/* of the file system in the file */
	struct region	*region;
	void		*super;		/* the reader's; freed with this */

	/* filled by type->open */
	const char	*name;
	uint32_t	 bsize;		/* bytes of a block */
	uint32_t	 unit;		/* and of what addresses count */
	unsigned	 ptrsize;	/* 4 or 8 */
	uint64_t	 units;		/* addresses are below */
	uint32_t	 inodes;	/* numbers are up to this */
	uint32_t	 root;
	uint64_t	 size_max;	/* of a file */

	/* Directories: entries do not cross multiples of dirchunk. */
	uint32_t	 dirchunk;
	unsigned	 namlen_at, type_at;	/* in an entry; 0: no type */
};

/*
 * An entry of a directory. Both families have the inode's number in 32 bits,
 * the entry's length in 16, then length of the name and type in the one order
 * or the other, then the name.
 */
#define DIRENT_HEAD	8u
#define DIRENT_MIN	12u	/* of a name of up to three or four bytes */

struct fsread_dirent {
	uint32_t	 ino;		/* 0: no name here */
	uint32_t	 reclen;
	uint32_t	 namlen;
	uint32_t	 type;
	const char	*name;		/* not terminated */
};

/*
 * fsread_dirent: the entry at byte `at` of a chunk of fs->dirchunk bytes.
 * NULL, or what is wrong with it; then nothing behind it can be read.
 */
const char *fsread_dirent(const struct fsread *, const uint8_t *chunk,
    uint32_t at, struct fsread_dirent *);

/* fsread_badname: what is wrong with an entry's name, or NULL. "." and ".."
 * are names. */
const char *fsread_badname(const struct fsread_dirent *);

/* fsread_isdot: 1 for ".", 2 for "..", else 0. */
int fsread_isdot(const struct fsread_dirent *);

/* An entry without a file: no name, or NetBSD's whiteout (dir.h, DT_WHT),
 * which has the number 1 that is no file's. */
bool fsread_noentry(const struct fsread *, const struct fsread_dirent *);

/* fsread_span: how many data blocks one pointer of a level reaches: level 0 is
 * a pointer to data. */
uint64_t fsread_span(const struct fsread *, unsigned level);

/* fsread_reach: bytes of a file that the pointers of three levels reach. */
uint64_t fsread_reach(const struct fsread *);

/* fsread_pointer: pointer i of a block of them. */
uint64_t fsread_pointer(const struct fsread *, const uint8_t *block,
    uint64_t i);

/*
 * The names of one directory: how the tree is gone through. fn is called for
 * each entry that stands for a file but "." and ".."; it ends by returning
 * other than 0, which is then returned.
 */
int fsread_dir(struct fsread *, struct fsread_stream *,
    const struct fsread_inode *, const char *shown,
    int (*fn)(void *, const struct fsread_dirent *, struct err *), void *ctx,
    struct err *);

/* fsread_text: a symbolic link's text into buf of PATH_LEN_MAX bytes. */
int fsread_text(struct fsread *, struct fsread_stream *,
    const struct fsread_inode *, const char *shown, char *buf, struct err *);

#endif
