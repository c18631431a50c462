/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_layout.h: where everything of a Fast File System is, from its size.
 *
 * A file system is an array of fragments, `frag` of them to a block, and is
 * divided into cylinder groups of fpg fragments. Each group holds, from its
 * start: room (for data; in the first for the boot blocks and the superblock),
 * a copy of the superblock at sblkno, the group's own header and maps at
 * cblkno, ipg inodes at iblkno, and data from dblkno on.
 *
 * Addresses count fragments unless said otherwise. Sources: NetBSD
 * sys/ufs/ffs/fs.h and sys/ufs/ufs/dinode.h for the format, sbin/newfs for
 * the sizes that are chosen.
 */
#ifndef NB_FFS_LAYOUT_H
#define NB_FFS_LAYOUT_H

#include <stdint.h>

#include "../blkmap.h"
#include "../fs.h"

#define FFS_SECTOR	512u	/* DEV_BSIZE: what fs_fsbtodb counts in */
#define FFS_SBLOCKSIZE	8192u	/* room for a superblock */
#define FFS_MINBSIZE	4096u
#define FFS_MAXBSIZE	65536u
#define FFS_MAXFRAG	8u	/* fragments to a block */
#define FFS_MAXCONTIG	16u	/* clusters told apart in a group's summary */
#define FFS_ROOTINO	2u	/* 0 is none, 1 was for bad blocks */
#define FFS_LINK_MAX	32767u	/* di_nlink has 16 bits and a sign */

struct ffs_layout {
	int		version;	/* 1 or 2 */
	uint32_t	bsize, fsize, frag;
	uint32_t	bshift, fshift, fragshift;
	uint32_t	ptrsize;	/* bytes of a block pointer */
	uint32_t	nindir;		/* pointers in a block */
	uint32_t	inosize, inopb;	/* bytes of an inode, inodes a block */
	uint32_t	maxsymlinklen;	/* shorter targets stay in the inode */
	uint64_t	maxfilesize;	/* what the pointers reach */
	uint64_t	maxsize;	/* of a file, for NetBSD's kernel */

	uint64_t	size;		/* of the file system */
	uint64_t	dsize;		/* of it for data */
	uint32_t	ncg, fpg, ipg;
	uint32_t	sblockloc;	/* bytes */
	uint32_t	sblkno, cblkno, iblkno, dblkno;
	uint32_t	csaddr;		/* summaries of the groups: address, */
	uint32_t	cssize;		/* and bytes */
	uint32_t	sbsize;		/* bytes of it, whole fragments */

	/* In a group's header, bytes from its start. */
	uint32_t	old_cpg;	/* v1: cylinders to a group */
	uint32_t	btotoff, boff;	/* v1: tables of the older format */
	uint32_t	iusedoff;	/* inodes in use, one bit each */
	uint32_t	freeoff;	/* free fragments, one bit each */
	uint32_t	clustersumoff;	/* runs of free blocks by length */
	uint32_t	clusteroff;	/* free blocks, one bit each */
	uint32_t	nextfreeoff;
	uint32_t	cgsize;
	uint32_t	maxcontig, contigsumsize;
};

/*
 * ffs_layout: a file system of version 1 or 2 in so many bytes, by p and
 * where p is silent by newfs's rules; p then tells what was chosen. Fails
 * with ERR_FULL when it does not fit, with ERR_USAGE on impossible sizes.
 */
int ffs_layout(struct ffs_layout *, int version, uint64_t bytes,
    struct fs_params *p, struct err *);

/* Fragments that bytes take. */
static inline uint64_t
ffs_frags(const struct ffs_layout *l, uint64_t bytes)
{
	return (bytes >> l->fshift) + ((bytes & (l->fsize - 1)) != 0);
}

/* The first fragment of a group, and how many it has. */
static inline uint64_t
ffs_cgbase(const struct ffs_layout *l, uint32_t cg)
{
	return (uint64_t)l->fpg * cg;
}

static inline uint32_t
ffs_cgfrags(const struct ffs_layout *l, uint32_t cg)
{
	uint64_t left = l->size - ffs_cgbase(l, cg);

	return left < l->fpg ? (uint32_t)left : l->fpg;
}

#endif
