/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * read_ffs.h: a Fast File System's superblock, understood.
 */
#ifndef NB_READ_FFS_H
#define NB_READ_FFS_H

#include <stdint.h>

#include "ffs_disk.h"
#include "fsread_impl.h"

/* fsread's super. Addresses and sizes count fragments where not said. */
struct ffs_super {
	uint8_t		raw[FFSD_SBSIZE];	/* as it is on disk */
	int		version;
	uint32_t	place;		/* of the superblock, in bytes */
	uint32_t	bsize, fsize, frag;
	uint32_t	inosize, inopb;	/* bytes of an inode; to a block */
	uint64_t	size;
	uint32_t	ncg, fpg, ipg;
	uint32_t	sblkno, cblkno, iblkno, dblkno;
	uint64_t	csaddr;
	uint32_t	cssize, cgsize;	/* bytes */
	uint32_t	maxsymlinklen;
	uint32_t	cgoffset, cgmask;	/* v1, of old disks */
};

/* Whether the fields are where v2 has them; else v1's older places count. */
bool ffs_super_updated(const struct ffs_super *);

/* Where group cg's tables are counted from, and where it begins itself. */
uint64_t ffs_super_cgstart(const struct ffs_super *, uint32_t cg);
uint64_t ffs_super_cgbase(const struct ffs_super *, uint32_t cg);

/* Fragments of group cg. */
uint32_t ffs_super_cgfrags(const struct ffs_super *, uint32_t cg);

/* Byte of inode ino in the file system. */
uint64_t ffs_super_inode(const struct ffs_super *, uint32_t ino);

#endif
