/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs.h: a Fast File System while it is written, for the files of this
 * folder.
 */
#ifndef NB_FFS_H
#define NB_FFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ffs_layout.h"

#define FFS_VOLNAME	32	/* fs.h, MAXVOLLEN */

/* So many fragments from addr on. */
struct ffs_run {
	uint64_t	addr, frags;
};

/* What is kept of a file whose content has been written: node->where. */
struct ffs_file {
	uint64_t	held;		/* fragments, indirect blocks too */
	uint32_t	nptr;		/* pointers up to the last that is not
					 * 0, at v[0] */
	uint32_t	nruns;		/* behind them: address and fragments */
	uint64_t	v[];
};

/* Which fragments are taken, and where to look for free ones. */
struct ffs_space {
	uint8_t		*used;		/* one bit each */
	uint64_t	 blocks;	/* whole ones */
	uint64_t	 hint;		/* no block before is wholly free */
	uint64_t	 fresh;		/* from this fragment on nothing was
					 * ever handed out */
	/* [n]: where n free fragments may stand before a taken one or the
	 * end of their block. Looked at again when taken out. */
	struct ffs_bin {
		uint64_t	*addr;
		size_t		 n, cap;
	} bin[FFS_MAXFRAG];
	struct ffs_run	*released;	/* in order of release */
	size_t		 nreleased, cap;
	bool		 nomem;		/* something of these was lost */
};

/* The file whose content is arriving. */
struct ffs_content {
	const struct node *node;
	uint64_t	 size;
	uint64_t	 last;		/* its last block, */
	uint32_t	 tail;		/* and the fragments that one takes */
	uint64_t	 lbn;		/* the block in buf, or UINT64_MAX */
	uint64_t	 next;		/* no block from here on was written */
	bool		 told;		/* what is not there is a hole */
	uint8_t		*buf;		/* of one block */
	uint64_t	 held;
	struct ffs_run	*runs;
	size_t		 nruns, cap;
};

struct ffs {
	struct image		*img;
	struct ffs_layout	 l;
	struct ffs_space	 space;
	struct blkmap		*map;
	struct ffs_content	 c;
	void			*arena;
	uint32_t		*ndir;	/* directories of each group */
	uint32_t		 inodes;	/* in use, 0 and 1 too */
	uint32_t		 minfree;
	uint8_t			 guid[16];
	char			 volname[FFS_VOLNAME];
	int64_t			 epoch;
};

/* ffs_name: a node's name for messages, into buf of PATH_LEN_MAX bytes. */
const char *ffs_name(const struct node *, char *buf);

/* ffs_space.c. An allocation without room fails with ERR_FULL and names the
 * file whose content is arriving. */
int ffs_space_init(struct ffs *, struct err *);
void ffs_space_free(struct ffs *);
/* One whole block. */
int ffs_alloc_block(struct ffs *, uint64_t *addr, struct err *);
/* n fragments of one block, n less than a block. */
int ffs_alloc_frags(struct ffs *, uint32_t n, uint64_t *addr, struct err *);
void ffs_release(struct ffs *, uint64_t addr, uint64_t frags);
/* Overwrite what was released and not taken again: what a layer replaces is
 * not for the image's readers. */
int ffs_wipe(struct ffs *, struct err *);

/* ffs_file.c. The content of one file, directory or symbolic link: begin,
 * data, end. The result is what node->where points at. */
int ffs_content_init(struct ffs *, struct err *);
void ffs_content_free(struct ffs *);
void ffs_begin(struct ffs *, const struct node *, uint64_t size);
int ffs_data(struct ffs *, uint64_t off, const void *, size_t, struct err *);
struct ffs_file *ffs_end(struct ffs *, struct err *);
void ffs_forget(struct ffs *, const struct ffs_file *);

/* ffs_dir.c. A directory's entries; children have their inode numbers. */
uint64_t ffs_dir_size(const struct node *dir);
int ffs_dir_write(struct ffs *, const struct node *dir, struct err *);

/* ffs_inode.c */
/* The type bits of a mode (sys/stat.h, S_IFMT) and d_type are one number. */
unsigned ffs_file_type(const struct node *);
/* Refuses by name what an inode cannot hold. */
int ffs_inode_check(const struct ffs *, const struct node *, struct err *);
/* All inodes of a tree, by number. */
int ffs_inodes_write(struct ffs *, const struct node *root, struct err *);

/* ffs_cg.c: headers of the groups, their summaries, and all superblocks. */
int ffs_groups_write(struct ffs *, struct err *);

/* ffs_sb.c: the superblock into FFS_SBLOCKSIZE bytes. */
struct ffs_csum {
	uint64_t	ndir, nbfree, nifree, nffree;
};
void ffs_superblock(const struct ffs *, const struct ffs_csum *total,
    uint8_t *);

#endif
