/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * read_ext2.h: an ext2 file system's superblock, understood.
 */
#ifndef NB_READ_EXT2_H
#define NB_READ_EXT2_H

#include <stdint.h>

#include "ext2_disk.h"
#include "fsread_impl.h"

/* fsread's super. */
struct ext2_super {
	uint8_t		raw[EXT2D_SB_SIZE];	/* as it is on disk */
	uint32_t	bsize;
	uint32_t	blocks, first;	/* the first group begins at first */
	uint32_t	bpg, ipg;
	uint32_t	inodes;
	uint32_t	groups;
	uint32_t	isize;		/* bytes of an inode */
	uint32_t	first_ino;
	uint32_t	compat, incompat, ro_compat;
};

/* Byte of group g's descriptor in the file system. */
uint64_t ext2_super_descriptor(const struct ext2_super *, uint32_t g);

/* Blocks of group g. */
uint32_t ext2_super_blocks(const struct ext2_super *, uint32_t g);

/* Whether group g has copies of superblock and descriptors. */
bool ext2_super_copy(const struct ext2_super *, uint32_t g);

#endif
