/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ext2_disk.h: where things stand in an ext2 file system on disk, for what
 * reads it. Numbers are little-endian and of 32 bits where not said otherwise.
 * Sources: NetBSD sys/ufs/ext2fs/{ext2fs,ext2fs_dinode}.h, Linux
 * Documentation/filesystems/ext4.
 */
#ifndef NB_EXT2_DISK_H
#define NB_EXT2_DISK_H

#define EXT2D_SB_AT	1024u	/* the superblock's place, and its size */
#define EXT2D_SB_SIZE	1024u
#define EXT2D_MAGIC	0xef53u
#define EXT2D_GD_SIZE	32u	/* a group's descriptor */
#define EXT2D_BSIZE_MAX	4096u
#define EXT2D_ROOT	2u
#define EXT2D_FIRST_INO	11u	/* in revision 0 */

enum {
	E2S_INODES = 0, E2S_BLOCKS = 4, E2S_RESERVED = 8,
	E2S_FREE_BLOCKS = 12, E2S_FREE_INODES = 16, E2S_FIRST_BLOCK = 20,
	E2S_LOG_BSIZE = 24, E2S_LOG_FSIZE = 28, E2S_BPG = 32, E2S_FPG = 36,
	E2S_IPG = 40,
	E2S_MAGIC = 56,		/* 16 bits */
	E2S_STATE = 58,		/* 16 bits */
	E2S_REVISION = 76, E2S_FIRST_INO = 84,
	E2S_INODE_SIZE = 88,	/* 16 bits */
	E2S_GROUP = 90,		/* 16 bits */
	E2S_COMPAT = 92, E2S_INCOMPAT = 96, E2S_RO_COMPAT = 100,
	E2S_UUID = 104,		/* 16 bytes */
	E2S_RESERVED_GDT = 206,	/* 16 bits */
	E2S_LAST_ORPHAN = 232
};

#define EXT2D_STATE_CLEAN	1u
#define EXT2D_STATE_ERROR	2u

#define EXT2D_COMPAT_RESIZE	0x0010u
#define EXT2D_INCOMPAT_FILETYPE	0x0002u
#define EXT2D_INCOMPAT_RECOVER	0x0004u
#define EXT2D_INCOMPAT_FLEX_BG	0x0200u
#define EXT2D_RO_SPARSE_SUPER	0x0001u
#define EXT2D_RO_LARGE_FILE	0x0002u
#define EXT2D_RO_DIR_NLINK	0x0020u
#define EXT2D_RO_EXTRA_ISIZE	0x0040u

/* Group descriptor. */
enum {
	E2G_BLOCK_BITMAP = 0, E2G_INODE_BITMAP = 4, E2G_INODE_TABLE = 8,
	E2G_FREE_BLOCKS = 12,	/* these of 16 bits */
	E2G_FREE_INODES = 14, E2G_DIRS = 16
};

/* Inode. */
enum {
	E2I_MODE = 0,		/* 16 bits */
	E2I_UID = 2,		/* 16 bits */
	E2I_SIZE = 4, E2I_MTIME = 16, E2I_DTIME = 20,
	E2I_GID = 24,		/* 16 bits */
	E2I_LINKS = 26,		/* 16 bits */
	E2I_BLOCKS = 28, E2I_FLAGS = 32, E2I_PTR = 40, E2I_FILE_ACL = 104,
	E2I_SIZE_HIGH = 108,
	E2I_UID_HIGH = 120,	/* 16 bits */
	E2I_GID_HIGH = 122,	/* 16 bits */
	E2I_EXTRA_ISIZE = 128,	/* 16 bits; only in inodes of over 128 bytes */
	E2I_MTIME_EXTRA = 136
};

#define EXT2D_FLAG_EXTENTS	0x00080000u
#define EXT2D_FLAG_INLINE	0x10000000u

/* Inodes below the first one have purposes of their own. */
#define EXT2D_BAD_INO		1u	/* holds blocks that are bad */
#define EXT2D_RESIZE_INO	7u	/* holds blocks kept for descriptors */

#endif
