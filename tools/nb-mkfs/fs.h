/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fs.h: a file system is one row in a table and one folder; a new one touches
 * nothing else.
 */
#ifndef NB_FS_H
#define NB_FS_H

#include <stdint.h>

#include "../lib/err.h"
#include "../lib/tree.h"
#include "image.h"

/* What a person may ask for; 0 lets the file system choose. */
struct fs_params {
	uint32_t	bsize;		/* bytes of a block */
	uint32_t	fsize;		/* bytes of a fragment (FFS) */
	uint64_t	inodes;		/* at least so many inodes in all */
	uint32_t	density;	/* bytes of file system an inode */
	uint32_t	minfree;	/* percent kept back; default 0 */
	int64_t		epoch;		/* time written where a time of making
					 * is wanted (superblock, ...) */
	uint8_t		guid[16];	/* file system id, already derived from
					 * label, size (GPT byte order) */
	const char	*label;		/* volume name; cut to what fits */
};

struct fs_type {
	const char	*name;		/* "ffs", "ffs2", "ext2" */
	const char	*help;		/* "FFSv1, what NetBSD's newfs -O 1 makes" */
	const uint8_t	*gpt_type;	/* partition type */

	/*
	 * create: begin a file system that fills img. *p is filled with what
	 * was chosen. p->epoch may still change until finish. Returns a
	 * context for the functions below; NULL with ERR_FULL when img is too
	 * small for even an empty one.
	 */
	void	*(*create)(struct image *img, struct fs_params *p, struct err *);

	/*
	 * Content, in order of arrival (tree.h). When no room is left begin or
	 * data fails with ERR_FULL. data may be left out in a rehearsal: then
	 * end takes the file as without holes; data of no bytes tells that it
	 * has some.
	 */
	struct sink sink;

	/*
	 * finish: directories, inodes, maps, superblocks; flushes img. All of
	 * t's nodes are given inode numbers, in the order of tree_next. Fails
	 * with ERR_FULL when blocks or inodes run out, and by name on what the
	 * file system cannot hold.
	 */
	int	(*finish)(void *ctx, struct tree *t, int64_t epoch,
		    struct err *);

	void	(*destroy)(void *ctx);
};

/* The table ends with NULL; the first row is the default. */
extern const struct fs_type *const fs_types[];

extern const struct fs_type fs_ffs, fs_ffs2, fs_ext2;

#endif
