/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ffs_cg.c: headers and maps of the cylinder groups, and what is summed up
 * from them (NetBSD sys/ufs/ffs/fs.h, struct cg; filled as newfs's initcg
 * does and fsck_ffs's pass 5 expects).
 */
#include <stdlib.h>
#include <string.h>

#include "le.h"
#include "ffs.h"
#include "mem.h"

#define CG_MAGIC	0x090255u

enum {				/* offsets in struct cg */
	CG_MAGIC_AT = 4,
	CG_OLD_TIME = 8,
	CG_CGX = 12,
	CG_OLD_NCYL = 16,	/* 16 bits */
	CG_OLD_NIBLK = 18,	/* 16 bits */
	CG_NDBLK = 20,
	CG_CS = 24,		/* struct csum */
	CG_FRSUM = 52,		/* [n]: remnants of n fragments */
	CG_OLD_BTOTOFF = 84,
	CG_OLD_BOFF = 88,
	CG_IUSEDOFF = 92,
	CG_FREEOFF = 96,
	CG_NEXTFREEOFF = 100,
	CG_CLUSTERSUMOFF = 104,
	CG_CLUSTEROFF = 108,
	CG_NCLUSTERBLKS = 112,
	CG_NIBLK = 116,
	CG_INITEDIBLK = 120,
	CG_TIME = 136		/* 64 bits */
};

static void
put_csum(uint8_t *p, const struct ffs_csum *cs)
{
	le_put32(p, (uint32_t)cs->ndir);
	le_put32(p + 4, (uint32_t)cs->nbfree);
	le_put32(p + 8, (uint32_t)cs->nifree);
	le_put32(p + 12, (uint32_t)cs->nffree);
}

static void
increment(uint8_t *p)
{
	le_put32(p, le_get32(p) + 1);
}

static void
set_bit(uint8_t *map, uint64_t i)
{
	map[i >> 3] |= (uint8_t)(1u << (i & 7));
}

/* Inodes in use are the first of the whole file system. */
static uint32_t
inodes_used(const struct ffs *fs, uint32_t cg)
{
	uint64_t before = (uint64_t)cg * fs->l.ipg;

	if (fs->inodes <= before)
		return 0;
	before = fs->inodes - before;
	return before < fs->l.ipg ? (uint32_t)before : fs->l.ipg;
}

/*
 * v2's inode tables are made as they are needed: cg_initediblk inodes read as
 * they stand, newfs begins with two blocks.
 */
static uint32_t
inodes_made(const struct ffs *fs, uint32_t used)
{
	uint32_t n = 2 * fs->l.inopb;

	if (n < used)
		n = (used + fs->l.inopb - 1) / fs->l.inopb * fs->l.inopb;
	return n < fs->l.ipg ? n : fs->l.ipg;
}

static void
put_head(const struct ffs *fs, uint32_t cg, uint8_t *p)
{
	const struct ffs_layout *l = &fs->l;
	uint32_t ndblk = ffs_cgfrags(l, cg);

	le_put32(p + CG_MAGIC_AT, CG_MAGIC);
	le_put32(p + CG_CGX, cg);
	le_put32(p + CG_NDBLK, ndblk);
	if (l->version == 1) {
		le_put32(p + CG_OLD_TIME, (uint32_t)fs->epoch);
		le_put16(p + CG_OLD_NCYL, (uint16_t)l->old_cpg);
		le_put16(p + CG_OLD_NIBLK, (uint16_t)l->ipg);
		le_put32(p + CG_OLD_BTOTOFF, l->btotoff);
		le_put32(p + CG_OLD_BOFF, l->boff);
	} else {
		le_put64(p + CG_TIME, (uint64_t)fs->epoch);
		le_put32(p + CG_NIBLK, l->ipg);
		le_put32(p + CG_INITEDIBLK,
		    inodes_made(fs, inodes_used(fs, cg)));
	}
	le_put32(p + CG_IUSEDOFF, l->iusedoff);
	le_put32(p + CG_FREEOFF, l->freeoff);
	le_put32(p + CG_NEXTFREEOFF, l->nextfreeoff);
	if (l->contigsumsize > 0) {
		le_put32(p + CG_CLUSTERSUMOFF, l->clustersumoff);
		le_put32(p + CG_CLUSTEROFF, l->clusteroff);
		le_put32(p + CG_NCLUSTERBLKS, ndblk >> l->fragshift);
	}
}

static void
put_inode_map(const struct ffs *fs, uint32_t cg, uint8_t *p,
    struct ffs_csum *cs)
{
	uint32_t used = inodes_used(fs, cg);

	for (uint32_t i = 0; i < used; i++)
		set_bit(p + fs->l.iusedoff, i);
	cs->nifree = fs->l.ipg - used;
	cs->ndir = fs->ndir[cg];
}

/* The free fragments of a block that is neither free nor taken as a whole. */
static void
count_remnants(unsigned free, uint32_t frag, uint8_t *frsum,
    struct ffs_csum *cs)
{
	uint32_t run = 0;

	for (uint32_t i = 0; i <= frag; i++) {
		if (i < frag && (free >> i & 1)) {
			run++;
			cs->nffree++;
		} else if (run > 0) {
			increment(frsum + run * 4);
			run = 0;
		}
	}
}

/* Runs of free blocks, by length; the longest class takes all beyond. */
static void
end_cluster(const struct ffs_layout *l, uint8_t *p, uint32_t run)
{
	if (run > l->contigsumsize)
		run = l->contigsumsize;
	if (run > 0)
		increment(p + l->clustersumoff + run * 4);
}

static void
put_block_maps(const struct ffs *fs, uint32_t cg, uint8_t *p,
    struct ffs_csum *cs)
{
	const struct ffs_layout *l = &fs->l;
	const uint8_t *used = fs->space.used + ffs_cgbase(l, cg) / 8;
	uint8_t *map = p + l->freeoff;
	uint32_t frags = ffs_cgfrags(l, cg), run = 0;
	unsigned all = (1u << l->frag) - 1, free;

	for (uint32_t i = 0; i < (frags + 7) / 8; i++)
		map[i] = (uint8_t)~used[i];
	for (uint32_t at = 0; at < frags; at += l->frag) {
		free = map[at >> 3] >> (at & 7) & all;
		if (free == all) {
			cs->nbfree++;
			run++;
			if (l->contigsumsize > 0)
				set_bit(p + l->clusteroff,
				    at >> l->fragshift);
			continue;
		}
		count_remnants(free, l->frag, p + CG_FRSUM, cs);
		end_cluster(l, p, run);
		run = 0;
	}
	end_cluster(l, p, run);
	if (l->version == 1) {
		/* One cylinder with one position, as newfs sets it up. */
		le_put32(p + l->btotoff, (uint32_t)cs->nbfree);
		le_put16(p + l->boff, (uint16_t)cs->nbfree);
	}
}

static int
put_group(struct ffs *fs, uint32_t cg, uint8_t *buf, struct ffs_csum *cs,
    struct err *e)
{
	uint64_t addr = ffs_cgbase(&fs->l, cg) + fs->l.cblkno;

	memset(buf, 0, fs->l.cgsize);
	memset(cs, 0, sizeof(*cs));
	put_head(fs, cg, buf);
	put_inode_map(fs, cg, buf, cs);
	put_block_maps(fs, cg, buf, cs);
	put_csum(buf + CG_CS, cs);
	return image_write(fs->img, addr << fs->l.fshift, buf, fs->l.cgsize, e);
}

/* The first superblock, and a copy in each group. */
static int
put_superblocks(struct ffs *fs, const struct ffs_csum *total, struct err *e)
{
	uint8_t sb[FFS_SBLOCKSIZE] = { 0 };
	uint64_t addr;

	ffs_superblock(fs, total, sb);
	if (image_write(fs->img, fs->l.sblockloc, sb, sizeof(sb), e) == -1)
		return -1;
	for (uint32_t cg = 0; cg < fs->l.ncg; cg++) {
		addr = ffs_cgbase(&fs->l, cg) + fs->l.sblkno;
		if (image_write(fs->img, addr << fs->l.fshift, sb, sizeof(sb),
		    e) == -1)
			return -1;
	}
	return 0;
}

int
ffs_groups_write(struct ffs *fs, struct err *e)
{
	uint8_t *buf = mem_array(fs->l.cgsize, 1);
	uint8_t *csums = mem_array(fs->l.cssize, 1);
	struct ffs_csum total = { 0 }, cs;
	int r = -1;

	if (buf == NULL || csums == NULL) {
		err_mem(e);
		goto out;
	}
	for (uint32_t cg = 0; cg < fs->l.ncg; cg++) {
		if (put_group(fs, cg, buf, &cs, e) == -1)
			goto out;
		put_csum(csums + (size_t)cg * 16, &cs);
		total.ndir += cs.ndir;
		total.nbfree += cs.nbfree;
		total.nifree += cs.nifree;
		total.nffree += cs.nffree;
	}
	if (image_write(fs->img, (uint64_t)fs->l.csaddr << fs->l.fshift,
	    csums, fs->l.cssize, e) == -1)
		goto out;
	r = put_superblocks(fs, &total, e);
out:
	free(csums);
	free(buf);
	return r;
}
