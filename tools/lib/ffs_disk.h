/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_disk.h: where things stand in a Fast File System on disk, for what reads
 * it. Numbers are little-endian and of 32 bits where not said otherwise.
 * Sources: NetBSD sys/ufs/ffs/fs.h, sys/ufs/ufs/dinode.h and quota2.h.
 */
#ifndef NB_FFS_DISK_H
#define NB_FFS_DISK_H

#define FFSD_SECTOR	512u	/* DEV_BSIZE, DIRBLKSIZ */
#define FFSD_SBSIZE	8192u	/* what is read to find a superblock */
#define FFSD_SB_STRUCT	1376u	/* sizeof(struct fs) */
#define FFSD_BSIZE_MIN	4096u
#define FFSD_BSIZE_MAX	65536u
#define FFSD_FRAG_MAX	8u
#define FFSD_ROOT	2u

#define FFSD_UFS1_MAGIC	0x00011954u
#define FFSD_UFS2_MAGIC	0x19540119u
#define FFSD_UFS2EA_MAGIC 0x19012038u	/* NetBSD's, with attributes */

#define FFSD_CLEAN	1u	/* fs_clean: FS_ISCLEAN */
#define FFSD_UPDATED	0x80u	/* fs_old_flags: FS_FLAGS_UPDATED */
#define FFSD_DOWAPBL	0x100u	/* fs_flags: its journal is in use */
#define FFSD_DOQUOTA2	0x200u	/* fs_flags: quotas in unnamed inodes */
#define FFSD_INODEFMT	2u	/* fs_old_inodefmt: FS_44INODEFMT */
#define FFSD_SNAPS	20u	/* FSMAXSNAP */

/* struct fs */
enum {
	FSB_SBLKNO = 8, FSB_CBLKNO = 12, FSB_IBLKNO = 16, FSB_DBLKNO = 20,
	FSB_OLD_CGOFFSET = 24, FSB_OLD_CGMASK = 28, FSB_OLD_SIZE = 36,
	FSB_OLD_DSIZE = 40, FSB_NCG = 44, FSB_BSIZE = 48, FSB_FSIZE = 52,
	FSB_FRAG = 56, FSB_MINFREE = 60, FSB_BMASK = 72, FSB_FMASK = 76,
	FSB_BSHIFT = 80, FSB_FSHIFT = 84, FSB_FRAGSHIFT = 96,
	FSB_FSBTODB = 100, FSB_SBSIZE = 104, FSB_NINDIR = 116,
	FSB_INOPB = 120, FSB_OLD_NSPF = 124, FSB_OPTIM = 128,
	FSB_OLD_NPSECT = 132, FSB_OLD_INTERLEAVE = 136, FSB_ID = 144,
	FSB_OLD_CSADDR = 152, FSB_CSSIZE = 156, FSB_CGSIZE = 160,
	FSB_OLD_NSECT = 168, FSB_OLD_SPC = 172, FSB_OLD_NCYL = 176,
	FSB_OLD_CPG = 180, FSB_IPG = 184, FSB_FPG = 188,
	FSB_OLD_CSTOTAL = 192,	/* struct csum */
	FSB_CLEAN = 209,	/* 8 bits */
	FSB_OLD_FLAGS = 211,	/* 8 bits */
	FSB_JOURNAL_VERSION = 864,	/* 8 bits */
	FSB_QUOTAFILE = 912,	/* 64 bits, two of them */
	FSB_SBLOCKLOC = 1000,	/* 64 bits */
	FSB_CSTOTAL = 1008,	/* 64 bits, in the order of struct csum */
	FSB_SIZE = 1080,	/* 64 bits */
	FSB_DSIZE = 1088,	/* 64 bits */
	FSB_CSADDR = 1096,	/* 64 bits */
	FSB_SNAPINUM = 1116,	/* FFSD_SNAPS of them */
	FSB_FLAGS = 1312, FSB_CONTIGSUMSIZE = 1316, FSB_MAXSYMLINKLEN = 1320,
	FSB_OLD_INODEFMT = 1324,
	FSB_MAXFILESIZE = 1328,	/* 64 bits */
	FSB_QBMASK = 1336,	/* 64 bits */
	FSB_QFMASK = 1344,	/* 64 bits */
	FSB_OLD_POSTBLFORMAT = 1356, FSB_OLD_NRPOS = 1360, FSB_MAGIC = 1372
};

/* struct csum: directories, free blocks, free inodes, free fragments */
#define FFSD_CSUM	16u

#define FFSD_CG_MAGIC	0x00090255u
#define FFSD_CG_SPACE	168u	/* offset of cg_space */

/* struct cg */
enum {
	CGB_MAGIC = 4, CGB_CGX = 12,
	CGB_OLD_NCYL = 16,	/* 16 bits */
	CGB_OLD_NIBLK = 18,	/* 16 bits */
	CGB_NDBLK = 20,
	CGB_CS = 24,		/* struct csum */
	CGB_ROTOR = 40, CGB_FROTOR = 44, CGB_IROTOR = 48,
	CGB_FRSUM = 52,		/* FFSD_FRAG_MAX of them */
	CGB_IUSEDOFF = 92, CGB_FREEOFF = 96, CGB_NEXTFREEOFF = 100,
	CGB_CLUSTERSUMOFF = 104, CGB_CLUSTEROFF = 108, CGB_NCLUSTERBLKS = 112,
	CGB_NIBLK = 116, CGB_INITEDIBLK = 120
};

/* di_flags that the kernel keeps for itself (sys/stat.h). */
#define FFSD_SF_SNAPSHOT 0x00200000u
#define FFSD_SF_LOG	 0x00400000u

#endif
