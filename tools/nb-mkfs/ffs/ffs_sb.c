/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_sb.c: the superblock (NetBSD sys/ufs/ffs/fs.h, struct fs; values as
 * newfs sets them).
 */
#include <string.h>

#include "le.h"
#include "ffs.h"

#define FS_UFS1_MAGIC		0x00011954u
#define FS_UFS2_MAGIC		0x19540119u
#define FS_ISCLEAN		1
#define FS_FLAGS_UPDATED	0x80	/* fields are where v2 has them */
#define FS_44INODEFMT		2
#define FS_DYNAMICPOSTBLFMT	1
#define FS_OPTTIME		0
#define FS_OPTSPACE		1
#define MINFREE			5	/* below it, allocate for space */
#define AVFILESIZ		16384	/* what the kernel reckons a file has */
#define AFPDIR			64	/* and a directory */

enum {				/* offsets in struct fs */
	FS_SBLKNO = 8,
	FS_CBLKNO = 12,
	FS_IBLKNO = 16,
	FS_DBLKNO = 20,
	FS_OLD_CGMASK = 28,
	FS_OLD_TIME = 32,
	FS_OLD_SIZE = 36,
	FS_OLD_DSIZE = 40,
	FS_NCG = 44,
	FS_BSIZE = 48,
	FS_FSIZE = 52,
	FS_FRAG = 56,
	FS_MINFREE = 60,
	FS_OLD_RPS = 68,
	FS_BMASK = 72,
	FS_FMASK = 76,
	FS_BSHIFT = 80,
	FS_FSHIFT = 84,
	FS_MAXCONTIG = 88,
	FS_MAXBPG = 92,
	FS_FRAGSHIFT = 96,
	FS_FSBTODB = 100,
	FS_SBSIZE = 104,
	FS_NINDIR = 116,
	FS_INOPB = 120,
	FS_OLD_NSPF = 124,
	FS_OPTIM = 128,
	FS_OLD_NPSECT = 132,
	FS_OLD_INTERLEAVE = 136,
	FS_ID = 144,		/* two words */
	FS_OLD_CSADDR = 152,
	FS_CSSIZE = 156,
	FS_CGSIZE = 160,
	FS_OLD_NSECT = 168,
	FS_OLD_SPC = 172,
	FS_OLD_NCYL = 176,
	FS_OLD_CPG = 180,
	FS_IPG = 184,
	FS_FPG = 188,
	FS_OLD_CSTOTAL = 192,	/* struct csum */
	FS_CLEAN = 209,		/* 8 bits */
	FS_OLD_FLAGS = 211,	/* 8 bits */
	FS_FSMNT = 212,
	FS_VOLNAME = 680,
	FS_MAXBSIZE = 860,
	FS_SBLOCKLOC = 1000,	/* from here 64 bits, where not said */
	FS_CSTOTAL = 1008,	/* struct csum_total */
	FS_TIME = 1072,
	FS_SIZE = 1080,
	FS_DSIZE = 1088,
	FS_CSADDR = 1096,
	FS_AVGFILESIZE = 1196,	/* 32 bits */
	FS_AVGFPDIR = 1200,	/* 32 bits */
	FS_CONTIGSUMSIZE = 1316,	/* 32 bits */
	FS_MAXSYMLINKLEN = 1320,	/* 32 bits */
	FS_OLD_INODEFMT = 1324,	/* 32 bits */
	FS_MAXFILESIZE = 1328,
	FS_QBMASK = 1336,
	FS_QFMASK = 1344,
	FS_OLD_POSTBLFORMAT = 1356,	/* 32 bits */
	FS_OLD_NRPOS = 1360,	/* 32 bits */
	FS_MAGIC = 1372		/* 32 bits */
};

static void
put_sizes(const struct ffs_layout *l, uint8_t *p)
{
	le_put32(p + FS_BSIZE, l->bsize);
	le_put32(p + FS_FSIZE, l->fsize);
	le_put32(p + FS_FRAG, l->frag);
	le_put32(p + FS_BMASK, ~(l->bsize - 1));
	le_put32(p + FS_FMASK, ~(l->fsize - 1));
	le_put32(p + FS_BSHIFT, l->bshift);
	le_put32(p + FS_FSHIFT, l->fshift);
	le_put32(p + FS_FRAGSHIFT, l->fragshift);
	le_put32(p + FS_FSBTODB, l->fshift - 9);
	le_put32(p + FS_SBSIZE, l->sbsize);
	le_put32(p + FS_NINDIR, l->nindir);
	le_put32(p + FS_INOPB, l->inopb);
	le_put32(p + FS_MAXBSIZE, l->bsize);
	le_put64(p + FS_MAXFILESIZE, l->maxfilesize);
	le_put64(p + FS_QBMASK, l->bsize - 1);
	le_put64(p + FS_QFMASK, l->fsize - 1);
	le_put32(p + FS_MAXSYMLINKLEN, l->maxsymlinklen);
}

static void
put_groups(const struct ffs_layout *l, uint8_t *p)
{
	le_put32(p + FS_SBLKNO, l->sblkno);
	le_put32(p + FS_CBLKNO, l->cblkno);
	le_put32(p + FS_IBLKNO, l->iblkno);
	le_put32(p + FS_DBLKNO, l->dblkno);
	le_put32(p + FS_NCG, l->ncg);
	le_put32(p + FS_IPG, l->ipg);
	le_put32(p + FS_FPG, l->fpg);
	le_put32(p + FS_CSSIZE, l->cssize);
	le_put32(p + FS_CGSIZE, l->cgsize);
	le_put32(p + FS_CONTIGSUMSIZE, l->contigsumsize);
	le_put64(p + FS_SBLOCKLOC, l->sblockloc);
	le_put64(p + FS_SIZE, l->size);
	le_put64(p + FS_DSIZE, l->dsize);
	le_put64(p + FS_CSADDR, l->csaddr);
}

/* How the kernel is to allocate. */
static void
put_policy(const struct ffs *fs, uint8_t *p)
{
	const struct ffs_layout *l = &fs->l;

	le_put32(p + FS_MINFREE, fs->minfree);
	le_put32(p + FS_OPTIM, fs->minfree < MINFREE ? FS_OPTSPACE :
	    FS_OPTTIME);
	le_put32(p + FS_MAXCONTIG, l->maxcontig);
	le_put32(p + FS_MAXBPG, l->nindir);
	le_put32(p + FS_AVGFILESIZE, AVFILESIZ);
	le_put32(p + FS_AVGFPDIR, AFPDIR);
}

/* v1 has these twice, or at their older places only. */
static void
put_old(const struct ffs *fs, const struct ffs_csum *total, uint8_t *p)
{
	const struct ffs_layout *l = &fs->l;
	uint32_t nspf = l->fsize / FFS_SECTOR, spc = l->fpg * nspf;

	le_put32(p + FS_OLD_CGMASK, UINT32_MAX);
	le_put32(p + FS_OLD_TIME, (uint32_t)fs->epoch);
	le_put32(p + FS_OLD_SIZE, (uint32_t)l->size);
	le_put32(p + FS_OLD_DSIZE, (uint32_t)l->dsize);
	le_put32(p + FS_OLD_RPS, 60);
	le_put32(p + FS_OLD_NSPF, nspf);
	le_put32(p + FS_OLD_NPSECT, spc);
	le_put32(p + FS_OLD_INTERLEAVE, 1);
	le_put32(p + FS_OLD_CSADDR, l->csaddr);
	le_put32(p + FS_OLD_NSECT, spc);
	le_put32(p + FS_OLD_SPC, spc);
	le_put32(p + FS_OLD_NCYL, l->ncg);
	le_put32(p + FS_OLD_CPG, l->old_cpg);
	le_put32(p + FS_OLD_CSTOTAL, (uint32_t)total->ndir);
	le_put32(p + FS_OLD_CSTOTAL + 4, (uint32_t)total->nbfree);
	le_put32(p + FS_OLD_CSTOTAL + 8, (uint32_t)total->nifree);
	le_put32(p + FS_OLD_CSTOTAL + 12, (uint32_t)total->nffree);
	le_put32(p + FS_OLD_POSTBLFORMAT, FS_DYNAMICPOSTBLFMT);
	le_put32(p + FS_OLD_NRPOS, 1);
}

void
ffs_superblock(const struct ffs *fs, const struct ffs_csum *total, uint8_t *p)
{
	put_sizes(&fs->l, p);
	put_groups(&fs->l, p);
	put_policy(fs, p);
	le_put64(p + FS_CSTOTAL, total->ndir);
	le_put64(p + FS_CSTOTAL + 8, total->nbfree);
	le_put64(p + FS_CSTOTAL + 16, total->nifree);
	le_put64(p + FS_CSTOTAL + 24, total->nffree);
	le_put64(p + FS_TIME, (uint64_t)fs->epoch);
	memcpy(p + FS_ID, fs->guid, 8);
	p[FS_CLEAN] = FS_ISCLEAN;
	p[FS_OLD_FLAGS] = FS_FLAGS_UPDATED;
	p[FS_FSMNT] = '/';
	le_put32(p + FS_OLD_INODEFMT, FS_44INODEFMT);
	if (fs->l.version == 1) {
		put_old(fs, total, p);
		le_put32(p + FS_MAGIC, FS_UFS1_MAGIC);
	} else {
		memcpy(p + FS_VOLNAME, fs->volname, sizeof(fs->volname));
		le_put32(p + FS_MAGIC, FS_UFS2_MAGIC);
	}
}
