/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_layout.c: the arithmetic of newfs: from the size of a file system to
 * the place of everything in it.
 */
#include <stdbool.h>
#include <string.h>

#include "ffs_layout.h"

/* Default fragments, and below how many bytes each is taken (newfs.c). */
static const struct {
	uint64_t	below;
	uint32_t	fsize;
} defaults[] = {
	{ UINT64_C(20) << 20, 512 },
	{ UINT64_C(1000) << 20, 1024 },
	{ UINT64_C(128) << 30, 2048 },
	{ UINT64_MAX, 4096 }
};

#define FRAGS_PER_INODE	4	/* newfs.c, NFPI */
#define MINCYLGRPS	4	/* fs.h: groups to have when there is room */
#define CG_HEADER	168	/* fs.h: offset of cg_space, */
#define CG_STRUCT	176	/* and sizeof(struct cg) */
#define SB_STRUCT	1376	/* sizeof(struct fs) */
#define CSUM_STRUCT	16	/* sizeof(struct csum) */
#define SBLOCK_UFS1	8192
#define SBLOCK_UFS2	65536
#define MAXPHYS		65536	/* bytes of one transfer: maxcontig */

/* No unit is 0: count_groups has one group or more, and the rest are sizes of
 * what a superblock has, or of a block without a group's header. */
static uint64_t
howmany(uint64_t n, uint64_t unit)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
	return n / unit + (n % unit != 0);
}

static uint64_t
roundup(uint64_t n, uint64_t unit)
{
	return howmany(n, unit) * unit;
}

static uint32_t
ilog2(uint32_t n)
{
	uint32_t i = 0;

	while (n >>= 1)
		i++;
	return i;
}

static bool
is_size(uint32_t n, uint32_t least, uint32_t most)
{
	return n >= least && n <= most && (n & (n - 1)) == 0;
}

static int
choose_sizes(struct ffs_layout *l, uint64_t bytes, const struct fs_params *p,
    struct err *e)
{
	uint32_t bsize = p->bsize, fsize = p->fsize;
	size_t i = 0;

	while (bytes >= defaults[i].below)
		i++;
	if (fsize == 0)
		fsize = bsize != 0 ? bsize / FFS_MAXFRAG : defaults[i].fsize;
	if (bsize == 0)
		bsize = fsize < FFS_MAXBSIZE / FFS_MAXFRAG ?
		    fsize * FFS_MAXFRAG : FFS_MAXBSIZE;
	if (!is_size(bsize, FFS_MINBSIZE, FFS_MAXBSIZE))
		return err_code(e, ERR_USAGE, "block size %u: must be a power "
		    "of two from %u to %u", bsize, FFS_MINBSIZE, FFS_MAXBSIZE);
	if (!is_size(fsize, FFS_SECTOR, bsize) || bsize / fsize > FFS_MAXFRAG)
		return err_code(e, ERR_USAGE, "fragment size %u: must be a "
		    "power of two from %u to %u with blocks of %u", fsize,
		    bsize / FFS_MAXFRAG, bsize, bsize);
	l->bsize = bsize;
	l->fsize = fsize;
	l->frag = bsize / fsize;
	l->bshift = ilog2(bsize);
	l->fshift = ilog2(fsize);
	l->fragshift = ilog2(l->frag);
	l->size = bytes >> l->fshift;
	return 0;
}

/* What follows from version and block size alone. */
static void
place_fixed(struct ffs_layout *l)
{
	uint64_t reach = l->bsize;

	l->sblockloc = l->version == 1 ? SBLOCK_UFS1 : SBLOCK_UFS2;
	l->ptrsize = l->version == 1 ? 4 : 8;
	l->inosize = l->version == 1 ? 128 : 256;
	l->old_cpg = l->version == 1 ? 1 : 0;
	l->maxsymlinklen = BLKMAP_POINTERS * l->ptrsize;
	l->nindir = l->bsize / l->ptrsize;
	l->inopb = l->bsize / l->inosize;

	l->sblkno = (uint32_t)roundup(ffs_frags(l,
	    l->sblockloc + FFS_SBLOCKSIZE), l->frag);
	l->cblkno = l->sblkno +
	    (uint32_t)roundup(ffs_frags(l, FFS_SBLOCKSIZE), l->frag);
	l->iblkno = l->cblkno + l->frag;

	l->maxfilesize = (uint64_t)l->bsize * BLKMAP_DIRECT - 1;
	for (int i = 0; i < BLKMAP_POINTERS - BLKMAP_DIRECT; i++) {
		reach *= l->nindir;
		l->maxfilesize += reach;
	}
	/* NetBSD's kernel and fsck_ffs keep v1's block numbers to 31 bits. */
	l->maxsize = l->maxfilesize;
	reach = (UINT64_C(1) << 31) * l->bsize - 1;
	if (l->version == 1 && l->maxsize > reach)
		l->maxsize = reach;

	l->maxcontig = MAXPHYS / l->bsize;
	if (l->maxcontig > 1)
		l->contigsumsize = l->maxcontig < FFS_MAXCONTIG ?
		    l->maxcontig : FFS_MAXCONTIG;
	l->sbsize = (uint32_t)(ffs_frags(l, SB_STRUCT) << l->fshift);
	if (l->sbsize > FFS_SBLOCKSIZE)
		l->sbsize = FFS_SBLOCKSIZE;
}

static int
too_small(const struct ffs_layout *l, uint64_t frags, struct err *e)
{
	return err_code(e, ERR_FULL, "FFSv%d with blocks of %u bytes needs at "
	    "least %llu KB, there are %llu", l->version, l->bsize,
	    (unsigned long long)howmany(frags << l->fshift, 1024),
	    (unsigned long long)(l->size << l->fshift) / 1024);
}

static int
check_size(const struct ffs_layout *l, struct err *e)
{
	/* An inode block and two for data must fit beside what is fixed. */
	uint32_t least = l->iblkno + 3 * l->frag;

	if (l->size < least)
		return too_small(l, least, e);
	if (l->version == 1 && l->size > INT32_MAX)
		return err_set(e, "FFSv1 cannot address %llu fragments of %u "
		    "bytes; take larger ones, or FFSv2",
		    (unsigned long long)l->size, l->fsize);
	return 0;
}

/* Blocks of inodes wanted in all. */
static uint64_t
inode_blocks(const struct ffs_layout *l, const struct fs_params *p)
{
	uint64_t room = (l->size - l->iblkno) / l->frag - 2;
	uint64_t most = INT32_MAX / l->inopb;	/* fs_ipg and inode numbers */
	uint64_t asked = howmany(p->inodes, l->inopb) + 1;
	uint64_t each, n;

	each = ((uint64_t)p->density * l->inopb) >> l->fshift;
	n = (l->size - l->iblkno) / (l->frag + (each > 0 ? each : 1));
	if (p->inodes != 0 && n < asked)
		n = asked;
	if (n > room)
		n = room;
	if (n > most)
		n = most;
	return n > 0 ? n : 1;
}

/* Bytes of the header of a group of ipg inodes and fpg fragments. */
static uint64_t
cg_bytes(const struct ffs_layout *l, uint64_t ipg, uint64_t fpg)
{
	uint64_t n;

	n = CG_STRUCT + 4 + l->old_cpg * (4 + 2);
	n += howmany(ipg, 8) + howmany(fpg, 8);
	if (l->contigsumsize > 0)
		n += l->contigsumsize * 4 + howmany(fpg >> l->fragshift, 8);
	return n;
}

/*
 * How many groups: as few as keep a group's header within a block, but
 * MINCYLGRPS when that does not give half of the space away.
 */
static uint64_t
count_groups(const struct ffs_layout *l, uint64_t inodeblks)
{
	uint64_t none = cg_bytes(l, 0, 0);
	uint64_t all = cg_bytes(l, inodeblks * l->inopb, l->size);
	uint64_t ncg = howmany(all - none, l->bsize - none);
	uint64_t fit;

	if (ncg >= MINCYLGRPS)
		return ncg;
	fit = l->size / 2 / (l->iblkno + inodeblks * l->frag);
	if (fit > ncg)
		ncg = fit;
	if (ncg > MINCYLGRPS)
		ncg = MINCYLGRPS;
	return ncg < inodeblks ? ncg : inodeblks;
}

/* Divide into groups of one size; the last is what remains. */
static int
divide(struct ffs_layout *l, uint64_t inodeblks, struct err *e)
{
	uint64_t ncg = count_groups(l, inodeblks);
	uint64_t fpg, ipg, need, last;

	/* Whole blocks, and whole bytes of map. */
	fpg = roundup(roundup(howmany(l->size, ncg), l->frag), 8);
	for (;;) {
		ncg = howmany(l->size, fpg);
		ipg = howmany(inodeblks, ncg) * l->inopb;
		need = cg_bytes(l, ipg, fpg);
		if (need <= l->bsize)
			break;
		need = (need - l->bsize) * 8;
		if (fpg <= need + l->iblkno)
			return err_code(e, ERR_FULL, "so many inodes need "
			    "blocks larger than %u bytes", l->bsize);
		fpg -= need;
	}
	l->dblkno = l->iblkno + (uint32_t)(ipg / l->inopb) * l->frag;

	/* A last group without room for its own tables is left away. */
	last = l->size - fpg * (ncg - 1);
	if (last < l->dblkno) {
		if (--ncg == 0)
			return too_small(l, l->dblkno + l->frag, e);
		l->size -= last;
	}
	l->ncg = (uint32_t)ncg;
	l->fpg = (uint32_t)fpg;
	l->ipg = (uint32_t)ipg;
	return 0;
}

/* Inodes that files can have. */
static uint64_t
inodes(const struct ffs_layout *l)
{
	return (uint64_t)l->ncg * l->ipg - FFS_ROOTINO;
}

/* The maps in a group's header (newfs's initcg). */
static void
place_maps(struct ffs_layout *l)
{
	uint32_t at = CG_HEADER;

	if (l->version == 1) {
		l->btotoff = at;
		l->boff = l->btotoff + l->old_cpg * 4;
		at = l->boff + l->old_cpg * 2;
	}
	l->iusedoff = at;
	l->freeoff = l->iusedoff + (uint32_t)howmany(l->ipg, 8);
	at = l->freeoff + (uint32_t)howmany(l->fpg, 8);
	if (l->contigsumsize > 0) {
		/* Sums are counted from 1: their first word is the map's. */
		l->clustersumoff = (uint32_t)roundup(at - 4, 4);
		l->clusteroff = l->clustersumoff + (l->contigsumsize + 1) * 4;
		at = l->clusteroff +
		    (uint32_t)howmany(l->fpg >> l->fragshift, 8);
	}
	l->nextfreeoff = at;
	l->cgsize = (uint32_t)ffs_frags(l,
	    cg_bytes(l, l->ipg, l->fpg)) << l->fshift;
}

/* The summaries of all groups stand at the start of the first one's data. */
static int
place_summaries(struct ffs_layout *l, struct err *e)
{
	uint64_t frags = ffs_frags(l, (uint64_t)l->ncg * CSUM_STRUCT);

	if (l->dblkno + frags >= ffs_cgfrags(l, 0))
		return too_small(l, l->dblkno + frags + l->frag, e);
	l->csaddr = l->dblkno;
	l->cssize = (uint32_t)(frags << l->fshift);
	l->dsize = l->size - l->sblkno -
	    (uint64_t)l->ncg * (l->dblkno - l->sblkno) - frags;
	return 0;
}

int
ffs_layout(struct ffs_layout *l, int version, uint64_t bytes,
    struct fs_params *p, struct err *e)
{
	uint64_t asked = p->inodes, blocks, size;

	memset(l, 0, sizeof(*l));
	l->version = version;
	if (choose_sizes(l, bytes, p, e) == -1)
		return -1;
	if (p->minfree > 99)
		return err_code(e, ERR_USAGE, "minfree %u: must be from 0 to "
		    "99 percent", p->minfree);
	p->bsize = l->bsize;
	p->fsize = l->fsize;
	if (p->density == 0)
		p->density = FRAGS_PER_INODE * l->fsize;

	place_fixed(l);
	if (check_size(l, e) == -1)
		return -1;
	blocks = inode_blocks(l, p);
	size = l->size;
	if (divide(l, blocks, e) == -1)
		return -1;
	if (inodes(l) < asked) {
		/* A last group was left away: let the others have its share. */
		l->size = size;
		blocks += howmany(asked - inodes(l), l->inopb);
		if (divide(l, blocks, e) == -1)
			return -1;
	}
	place_maps(l);
	if (place_summaries(l, e) == -1)
		return -1;
	p->inodes = inodes(l);
	if (p->inodes < asked)
		return err_code(e, ERR_FULL, "%llu inodes are wanted, there "
		    "is room for %llu", (unsigned long long)asked,
		    (unsigned long long)p->inodes);
	return 0;
}
