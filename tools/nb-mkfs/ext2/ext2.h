/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2.h: what the files of the ext2 writer share.
 *
 * Source of the format: "The Second Extended File System" (nongnu.org,
 * ext2-doc), Linux Documentation/filesystems/ext4, NetBSD
 * sys/ufs/ext2fs/{ext2fs,ext2fs_dinode,ext2fs_dir}.h.
 *
 * Blocks have 4096 bytes, because NetBSD hangs when a hole is written to on
 * smaller ones. There is no lost+found: an image holds what its layers hold,
 * and fsck makes the folder when it needs one.
 */
#ifndef NB_EXT2_H
#define NB_EXT2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../blkmap.h"
#include "../fs.h"
#include "../image.h"

#define EXT2_BSIZE	4096u
#define EXT2_LOG_BSIZE	2	/* 1024 << 2 */
#define EXT2_BPG_MAX	(8 * EXT2_BSIZE)	/* bits in a bitmap's block */
#define EXT2_IPG_MAX	(8 * EXT2_BSIZE)
#define EXT2_ISIZE	128u
#define EXT2_IPB	(EXT2_BSIZE / EXT2_ISIZE)
#define EXT2_GDSIZE	32u	/* a group descriptor */

#define EXT2_ROOT_INO	2u
#define EXT2_FIRST_INO	11u	/* NetBSD refuses any other */
#define EXT2_LINK_MAX	32000u
#define EXT2_NAME_MAX	255u
#define EXT2_FASTLINK	60u	/* a shorter target is kept in the inode */

/* Where everything is: arithmetic only (ext2_layout.c). */
struct ext2_layout {
	uint64_t	blocks;
	uint64_t	inodes;
	uint32_t	groups;
	uint32_t	bpg;		/* blocks of a group, but of the last */
	uint32_t	ipg;		/* inodes of a group */
	uint32_t	itb;		/* blocks of a group's inode table */
	uint32_t	gdb;		/* blocks of group descriptors */
};

/*
 * ext2_layout: divide size bytes. ERR_FULL when that is too small for an
 * empty file system or for the inodes that p asks for.
 */
int ext2_layout(struct ext2_layout *, uint64_t size, const struct fs_params *p,
    struct err *);
/* Whether group g begins with copies of superblock and descriptors. */
bool ext2_has_super(uint32_t g);
uint64_t ext2_group_start(const struct ext2_layout *, uint32_t g);
uint32_t ext2_group_blocks(const struct ext2_layout *, uint32_t g);
/* Blocks of group g that hold no files; they come first. */
uint32_t ext2_group_meta(const struct ext2_layout *, uint32_t g);
/* Group g's block bitmap; inode bitmap and inode table follow it. */
uint64_t ext2_group_bitmap(const struct ext2_layout *, uint32_t g);

/* Which blocks are in use (ext2_alloc.c). */
struct ext2_map {
	uint8_t		*bits;		/* as on disk; bpg / 8 bytes a group */
	uint64_t	 free;
	uint64_t	 cursor;	/* the search goes on here */
	uint64_t	 top;		/* above it no block was ever given out */
	bool		 fresh;		/* the last one given out was above */
};

/* The inode's view of a file's content. */
struct ext2_ptrs {
	uint32_t	ptr[BLKMAP_POINTERS];
	uint32_t	blocks;		/* data and indirect blocks */
};

/* What was written of the files' content (ext2_file.c). */
struct ext2_arena {
	uint32_t	*word;
	size_t		 len, cap;
};

struct ext2 {
	struct image		*img;
	struct ext2_layout	 l;
	struct ext2_map		 map;
	struct blkmap		*blkmap;
	struct ext2_arena	 arena;

	/* the file being written */
	struct node		*node;		/* NULL: not one of the sink's */
	uint32_t		 file_blocks;
	bool			 pending;	/* buf waits for more */
	bool			 seen;		/* data has been called */
	uint64_t		 lbn;		/* where buf belongs */
	uint8_t			 buf[EXT2_BSIZE];

	/* finish */
	uint8_t			 table[EXT2_BSIZE];	/* of 32 inodes */
	uint64_t		 table_addr;	/* 0: none yet */
	uint32_t		 last_ino;
	uint16_t		*dirs;		/* directories by group */
	bool			 large_file;
	int64_t			 epoch;

	uint8_t			 guid[16];
	uint32_t		 minfree;
	char			 label[16];	/* padded, not terminated */
};

/* ext2_refuse: what ext2 cannot hold, by name. ext2_full: ERR_FULL. */
int ext2_refuse(const struct node *, struct err *, const char *, ...)
    NB_PRINTF(3, 4);
int ext2_full(const struct ext2 *, struct err *);

int ext2_map_init(struct ext2 *, struct err *);
/* One free block. */
int ext2_alloc(struct ext2 *, uint64_t *addr, struct err *);
void ext2_free(struct ext2 *, uint32_t addr, uint32_t n);
/* Overwrite what discarded files left in blocks that are free again. */
int ext2_map_wipe(struct ext2 *, struct err *);
/* Free blocks of group g. */
uint32_t ext2_group_free(const struct ext2 *, uint32_t g);

/* One free block for the open file; ctx is the struct ext2. */
int ext2_file_alloc(void *ctx, uint64_t *addr, struct err *);
/* One file's blocks, in growing order: len bytes, then zeros. */
void ext2_file_begin(struct ext2 *);
int ext2_file_block(struct ext2 *, uint64_t lbn, const void *data, size_t len,
    struct err *);
int ext2_file_end(struct ext2 *, struct ext2_ptrs *, struct err *);
/* Pointers of a regular file that came through the sink. */
int ext2_file_ptrs(const struct ext2 *, const struct node *,
    struct ext2_ptrs *, struct err *);
int ext2_sink_begin(void *, struct node *, struct err *);
int ext2_sink_data(void *, struct node *, uint64_t off, const void *, size_t,
    struct err *);
int ext2_sink_end(void *, struct node *, struct err *);
void ext2_sink_discard(void *, struct node *);

/* A directory's blocks; *size becomes its length in bytes. */
int ext2_dir_write(struct ext2 *, const struct node *, struct ext2_ptrs *,
    uint64_t *size, struct err *);

/* The inode of n, and what of its content is not written yet. */
int ext2_inode_write(struct ext2 *, const struct node *n, struct err *);
/* The rest of the inode table. */
int ext2_inode_flush(struct ext2 *, struct err *);

/* Bitmaps, descriptors, superblocks and their copies. */
int ext2_super_write(struct ext2 *, struct err *);

#endif
