/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_ffs.c: the superblock of a Fast File System, its copies, and what its
 * inodes may be. The rules are those of NetBSD's sbin/fsck_ffs; the groups are
 * check_ffs_cg.c's.
 */
#include <inttypes.h>
#include <string.h>

#include "check_ffs.h"
#include "le.h"

static uint32_t
shift_of(uint32_t n)
{
	uint32_t i = 0;

	while (n >>= 1)
		i++;
	return i;
}

static void
want(struct check *c, const char *name, uint64_t have, uint64_t expected)
{
	if (have != expected)
		check_found(c, "superblock", "%s is %" PRIu64 ", it should be %"
		    PRIu64, name, have, expected);
}

static int
able(struct check *c, struct err *e)
{
	const struct ffs_super *s = c->fs->super;

	if (le_get32(s->raw + FSB_SNAPINUM) != 0)
		return err_set(e, "%s: has snapshots, which are not checked",
		    c->fs->path);
	if (s->cgsize > s->bsize || s->cgsize < FFSD_CG_SPACE)
		return err_set(e, "%s: damaged superblock: fs_cgsize cannot "
		    "be", c->fs->path);
	if (s->cssize / FFSD_CSUM < s->ncg || s->csaddr > s->size ||
	    s->cssize > (s->size - s->csaddr) * s->fsize)
		return err_set(e, "%s: damaged superblock: fs_cssize or "
		    "fs_csaddr cannot be", c->fs->path);
	c->groups = s->ncg;
	c->ipg = s->ipg;
	c->isize = s->inosize;
	return 0;
}

/* What follows from the sizes of block and fragment. */
static void
check_sizes(struct check *c, const struct ffs_super *s)
{
	const uint8_t *p = s->raw;
	uint32_t ptr = s->version == 1 ? 4 : 8;

	want(c, "fs_frag", le_get32(p + FSB_FRAG), s->frag);
	want(c, "fs_bmask", le_get32(p + FSB_BMASK), ~(s->bsize - 1));
	want(c, "fs_fmask", le_get32(p + FSB_FMASK), ~(s->fsize - 1));
	want(c, "fs_bshift", le_get32(p + FSB_BSHIFT), shift_of(s->bsize));
	want(c, "fs_fshift", le_get32(p + FSB_FSHIFT), shift_of(s->fsize));
	want(c, "fs_fragshift", le_get32(p + FSB_FRAGSHIFT),
	    shift_of(s->frag));
	want(c, "fs_fsbtodb", le_get32(p + FSB_FSBTODB),
	    shift_of(s->fsize / FFSD_SECTOR));
	want(c, "fs_nindir", le_get32(p + FSB_NINDIR), s->bsize / ptr);
	want(c, "fs_inopb", le_get32(p + FSB_INOPB), s->inopb);
	want(c, "fs_maxfilesize", le_get64(p + FSB_MAXFILESIZE),
	    fsread_reach(c->fs) - 1);
	want(c, "fs_maxsymlinklen", s->maxsymlinklen,
	    ptr * FSREAD_POINTERS);
	want(c, "fs_qbmask", le_get64(p + FSB_QBMASK), s->bsize - 1);
	want(c, "fs_qfmask", le_get64(p + FSB_QFMASK), s->fsize - 1);
}

/* What follows from the number of groups and the size. */
static void
check_division(struct check *c, const struct ffs_super *s)
{
	const uint8_t *p = s->raw;
	uint64_t csfrags = ((uint64_t)s->ncg * FFSD_CSUM + s->fsize - 1) /
	    s->fsize, dsize = s->size - s->sblkno - csfrags -
	    (uint64_t)s->ncg * (s->dblkno - s->sblkno);

	want(c, "fs_cssize", s->cssize, csfrags * s->fsize);
	want(c, "fs_dblkno", s->dblkno, s->iblkno +
	    ((uint64_t)s->ipg + s->inopb - 1) / s->inopb * s->frag);
	if (ffs_super_updated(s))
		want(c, "fs_dsize", le_get64(p + FSB_DSIZE), dsize);
	else
		want(c, "fs_old_dsize", le_get32(p + FSB_OLD_DSIZE), dsize);
}

static void
check_rest(struct check *c, const struct ffs_super *s)
{
	const uint8_t *p = s->raw;
	uint32_t sbsize = le_get32(p + FSB_SBSIZE);
	uint32_t nsect = le_get32(p + FSB_OLD_NSECT);

	if (sbsize < FFSD_SB_STRUCT || sbsize > FFSD_SBSIZE)
		check_found(c, "superblock", "fs_sbsize is %" PRIu32 ", it "
		    "should be from %u to %u", sbsize, FFSD_SB_STRUCT,
		    FFSD_SBSIZE);
	if (le_get32(p + FSB_MINFREE) > 99)
		check_found(c, "superblock", "fs_minfree is %" PRIu32
		    " percent", le_get32(p + FSB_MINFREE));
	if (le_get32(p + FSB_OPTIM) > 1)
		check_found(c, "superblock", "fs_optim is %" PRIu32 ", it "
		    "should be 0 or 1", le_get32(p + FSB_OPTIM));
	if (le_get32(p + FSB_CONTIGSUMSIZE) > FFSD_CONTIG_MAX)
		check_found(c, "superblock", "fs_contigsumsize is %" PRIu32
		    ", it should be at most %u",
		    le_get32(p + FSB_CONTIGSUMSIZE), FFSD_CONTIG_MAX);
	if (s->version == 1 && (le_get32(p + FSB_OLD_INTERLEAVE) < 1 ||
	    le_get32(p + FSB_OLD_INTERLEAVE) > nsect))
		check_found(c, "superblock", "fs_old_interleave is %" PRIu32
		    " of %" PRIu32, le_get32(p + FSB_OLD_INTERLEAVE), nsect);
	if (s->version == 1 && (le_get32(p + FSB_OLD_NPSECT) < nsect ||
	    le_get32(p + FSB_OLD_NPSECT) / 2 > nsect))
		check_found(c, "superblock", "fs_old_npsect is %" PRIu32
		    " of %" PRIu32, le_get32(p + FSB_OLD_NPSECT), nsect);
	if (p[FSB_CLEAN] != FFSD_CLEAN)
		check_found(c, "superblock", "was not unmounted cleanly "
		    "(fs_clean is %u)", p[FSB_CLEAN]);
}

/* What a copy has as well: fields that do not change while it is in use
 * (fsck_ffs's cmpsblks). */
static const struct {
	const char	*name;
	unsigned	 at, len;
} copied[] = {
	{ "fs_magic", FSB_MAGIC, 4 }, { "fs_sblkno", FSB_SBLKNO, 4 },
	{ "fs_cblkno", FSB_CBLKNO, 4 }, { "fs_iblkno", FSB_IBLKNO, 4 },
	{ "fs_dblkno", FSB_DBLKNO, 4 }, { "fs_ncg", FSB_NCG, 4 },
	{ "fs_bsize", FSB_BSIZE, 4 }, { "fs_fsize", FSB_FSIZE, 4 },
	{ "fs_frag", FSB_FRAG, 4 }, { "fs_bmask", FSB_BMASK, 4 },
	{ "fs_fmask", FSB_FMASK, 4 }, { "fs_bshift", FSB_BSHIFT, 4 },
	{ "fs_fshift", FSB_FSHIFT, 4 }, { "fs_fragshift", FSB_FRAGSHIFT, 4 },
	{ "fs_fsbtodb", FSB_FSBTODB, 4 }, { "fs_sbsize", FSB_SBSIZE, 4 },
	{ "fs_nindir", FSB_NINDIR, 4 }, { "fs_inopb", FSB_INOPB, 4 },
	{ "fs_cssize", FSB_CSSIZE, 4 }, { "fs_cgsize", FSB_CGSIZE, 4 },
	{ "fs_ipg", FSB_IPG, 4 }, { "fs_fpg", FSB_FPG, 4 },
	{ "fs_sblockloc", FSB_SBLOCKLOC, 8 }, { "fs_size", FSB_SIZE, 8 },
	{ "fs_csaddr", FSB_CSADDR, 8 },
	{ "fs_maxfilesize", FSB_MAXFILESIZE, 8 },
	{ "fs_maxsymlinklen", FSB_MAXSYMLINKLEN, 4 }
};

/* The first field in which the copy of group cg differs, into *name; NULL when
 * none does. */
static int
compare_copy(struct check *c, const struct ffs_super *s, uint32_t cg,
    const char **name, struct err *e)
{
	uint64_t addr = ffs_super_cgstart(s, cg) + s->sblkno;
	uint8_t raw[FFSD_SB_STRUCT];
	size_t i;

	*name = NULL;
	if (region_read(c->fs->region, addr * s->fsize, raw, sizeof(raw),
	    e) != 0)
		return -1;
	for (i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
		if (memcmp(raw + copied[i].at, s->raw + copied[i].at,
		    copied[i].len) != 0) {
			*name = copied[i].name;
			break;
		}
	}
	return 0;
}

/* When all differ it is the first superblock that is wrong: one line will
 * do. */
static int
check_copies(struct check *c, const struct ffs_super *s, struct err *e)
{
	const char *name, *field = NULL;
	uint32_t cg, first = 0, n = 0;

	for (cg = 0; cg < s->ncg; cg++) {
		if (compare_copy(c, s, cg, &name, e) != 0)
			return -1;
		if (name != NULL && n++ == 0) {
			first = cg;
			field = name;
		}
	}
	if (n == 1)
		check_group_found(c, first, "the copy of the superblock "
		    "differs in %s", field);
	else if (n > 1)
		check_group_found(c, first, "the copy of the superblock "
		    "differs in %s, so do %" PRIu32 " of %" PRIu32 " others",
		    field, n - 1, s->ncg - 1);
	return 0;
}

static int
super(struct check *c, struct err *e)
{
	const struct ffs_super *s = c->fs->super;

	check_sizes(c, s);
	check_division(c, s);
	check_rest(c, s);
	return check_copies(c, s, e);
}

static int
tables(struct check *c, struct err *e)
{
	const struct ffs_super *s = c->fs->super;
	uint32_t cg;

	(void)e;
	/* Boot blocks and the first superblock are there too. */
	check_table(c, 0, "what comes before its tables", 0, s->sblkno);
	for (cg = 0; cg < s->ncg; cg++)
		check_table(c, cg, "tables",
		    ffs_super_cgstart(s, cg) + s->sblkno,
		    s->dblkno - s->sblkno);
	check_table(c, 0, "summaries", s->csaddr,
	    (s->cssize + s->fsize - 1) / s->fsize);
	return 0;
}

/* v2 writes inodes only as they are needed. */
static int
inodes(struct check *c, uint32_t g, uint32_t *first, uint32_t *n,
    uint64_t *off, struct err *e)
{
	const struct ffs_super *s = c->fs->super;
	const uint8_t *cg;
	uint32_t made;

	*first = g * s->ipg;
	*n = s->ipg;
	*off = ffs_super_inode(s, *first);
	if (s->version == 1)
		return 0;
	cg = region_peek(c->fs->region, (ffs_super_cgstart(s, g) + s->cblkno) *
	    s->fsize, FFSD_CG_SPACE, e);
	if (cg == NULL)
		return -1;
	made = le_get32(cg + CGB_INITEDIBLK);
	if (le_get32(cg + CGB_MAGIC) == FFSD_CG_MAGIC && made < s->ipg)
		*n = made;
	return 0;
}

static bool
in_use(struct check *c, const struct fsread_inode *in)
{
	unsigned i;
	bool left = in->size != 0;

	if (in->ino < FFSD_ROOT)
		return false;
	if (in->mode != 0)
		return true;
	for (i = 0; i < FSREAD_POINTERS; i++)
		left = left || in->ptr[i] != 0;
	if (left)
		check_inode_found(c, in->ino, "not in use (no type), but it "
		    "has a size or blocks");
	return false;
}

/* The journal, and the files of quotas. */
static bool
nameless(struct check *c, const struct fsread_inode *in)
{
	const struct ffs_super *s = c->fs->super;

	if ((in->flags & FFSD_SF_LOG) != 0)
		return true;
	return (le_get32(s->raw + FSB_FLAGS) & FFSD_DOQUOTA2) != 0 &&
	    (le_get64(s->raw + FSB_QUOTAFILE) == in->ino ||
	    le_get64(s->raw + FSB_QUOTAFILE + 8) == in->ino);
}

const struct check_type check_ffs = {
	able, super, tables, inodes, in_use, nameless, check_ffs_groups,
	/* The same numbers (dir.h, DT_*). */
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }
};
