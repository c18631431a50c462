/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_ffs_cg.c: cylinder groups: maps and counts against what the inodes say
 * (NetBSD sbin/fsck_ffs, pass 5).
 *
 * A count is right when it agrees with the map on disk or with the inodes: so
 * one wrong bit is one fault, and not one of every count too.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check_ffs.h"
#include "le.h"
#include "mem.h"

/* What is counted in a group. */
struct tally {
	uint32_t	ndir, nbfree, nifree, nffree;
	uint32_t	frsum[FFSD_FRAG_MAX];
	uint32_t	runs[FFSD_CONTIG_MAX + 1];
};

/* One group: its header as it is, and as it should be. */
struct group {
	struct check	*c;
	const struct ffs_super *s;
	uint32_t	 cg, frags;
	const uint8_t	*p;		/* cgsize bytes */
	uint8_t		*free_map;	/* by the inodes: a bit set is free */
	uint32_t	 iused, free, clustersum, cluster, end;
	uint32_t	 contig;	/* lengths of runs told apart */
	struct tally	 map, truth;
};

static uint64_t
round_up(uint64_t n, uint32_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* Where the maps are to be; false when a header has no room for them. */
static bool
place_maps(struct group *g)
{
	const struct ffs_super *s = g->s;
	uint64_t cpg = le_get32(s->raw + FSB_OLD_CPG);
	uint64_t nrpos = le_get32(s->raw + FSB_OLD_NRPOS);
	uint64_t iused = FFSD_CG_SPACE, end;

	g->contig = le_get32(s->raw + FSB_CONTIGSUMSIZE);
	if (g->contig > FFSD_CONTIG_MAX)
		return false;
	if (s->version == 1) {
		if (cpg > s->cgsize || nrpos > s->cgsize)
			return false;
		iused += cpg * 4 + cpg * nrpos * 2;
	}
	end = iused + round_up(s->ipg, 8) / 8 + round_up(s->fpg, 8) / 8;
	if (g->contig > 0) {
		end = round_up(end - 4, 4);
		g->clustersum = (uint32_t)end;
		end += (g->contig + 1) * 4;
		g->cluster = (uint32_t)end;
		end += round_up(s->fpg / s->frag, 8) / 8;
	}
	g->iused = (uint32_t)iused;
	g->free = (uint32_t)(iused + round_up(s->ipg, 8) / 8);
	g->end = (uint32_t)end;
	return end <= s->cgsize;
}

static void
want(struct group *g, const char *name, unsigned at, uint64_t expected)
{
	uint32_t have = le_get32(g->p + at);

	if (have != expected)
		check_group_found(g->c, g->cg, "%s is %" PRIu32
		    ", it should be %" PRIu64, name, have, expected);
}

static void
below(struct group *g, const char *name, unsigned at, uint32_t end)
{
	uint32_t have = le_get32(g->p + at);

	if (have >= end)
		check_group_found(g->c, g->cg, "%s is %" PRIu32
		    ", it should be below %" PRIu32, name, have, end);
}

/* Whether the maps are where they should be. */
static bool
check_head(struct group *g)
{
	const struct ffs_super *s = g->s;

	if (le_get32(g->p + CGB_MAGIC) != FFSD_CG_MAGIC) {
		check_group_found(g->c, g->cg, "no header: its magic number is "
		    "%#" PRIx32, le_get32(g->p + CGB_MAGIC));
		return false;
	}
	want(g, "cg_cgx", CGB_CGX, g->cg);
	want(g, "cg_ndblk", CGB_NDBLK, g->frags);
	below(g, "cg_rotor", CGB_ROTOR, g->frags);
	below(g, "cg_frotor", CGB_FROTOR, g->frags);
	below(g, "cg_irotor", CGB_IROTOR, s->ipg);
	if (s->version == 2) {
		want(g, "cg_niblk", CGB_NIBLK, s->ipg);
		below(g, "cg_initediblk", CGB_INITEDIBLK, s->ipg + 1);
	} else if (le_get16(g->p + CGB_OLD_NIBLK) != (s->ipg & 0xffff))
		check_group_found(g->c, g->cg, "cg_old_niblk is %u, it should "
		    "be %" PRIu32, le_get16(g->p + CGB_OLD_NIBLK), s->ipg);
	want(g, "cg_iusedoff", CGB_IUSEDOFF, g->iused);
	want(g, "cg_freeoff", CGB_FREEOFF, g->free);
	want(g, "cg_nextfreeoff", CGB_NEXTFREEOFF, g->end);
	if (g->contig > 0) {
		want(g, "cg_clustersumoff", CGB_CLUSTERSUMOFF, g->clustersum);
		want(g, "cg_clusteroff", CGB_CLUSTEROFF, g->cluster);
		want(g, "cg_nclusterblks", CGB_NCLUSTERBLKS,
		    g->frags / s->frag);
	}
	return true;
}

static void
check_inode_map(struct group *g)
{
	struct check *c = g->c;
	uint32_t i, ino, freed = 0, first = 0;
	bool used, marked;

	g->map.nifree = g->truth.nifree = g->s->ipg;
	for (i = 0; i < g->s->ipg; i++) {
		ino = g->cg * g->s->ipg + i;
		used = ino < FFSD_ROOT || c->ino[ino].type != 0;
		marked = check_bit(g->p + g->iused, i);
		g->map.nifree -= marked;
		g->truth.nifree -= used;
		if (ino >= FFSD_ROOT && c->ino[ino].type == FSREAD_IFDIR >> 12)
			g->truth.ndir++;
		if (used && !marked && ino < FFSD_ROOT)
			check_group_found(c, g->cg, "inode %" PRIu32 ", which "
			    "is kept, is marked free", ino);
		else if (used && !marked)
			check_inode_found(c, ino, "in use, but marked free");
		else if (marked && !used && freed++ == 0)
			first = ino;
	}
	g->map.ndir = g->truth.ndir;
	if (freed != 0)
		check_group_found(c, g->cg, "%" PRIu32 " inodes are marked as "
		    "in use and are not, the first is %" PRIu32, freed, first);
}

/* Fragments of the group by the map of the group, and by the inodes. */
static void
check_block_map(struct group *g)
{
	uint64_t base = ffs_super_cgbase(g->s, g->cg), lost0 = 0, free0 = 0;
	uint32_t i, lost = 0, freed = 0;
	bool used, marked;

	for (i = 0; i < g->s->fpg; i++) {
		used = i >= g->frags || check_bit(g->c->used, base + i);
		marked = !check_bit(g->p + g->free, i);
		if (!used)
			check_set(g->free_map, i);
		if (used && !marked && freed++ == 0)
			free0 = base + i;
		if (marked && !used && lost++ == 0)
			lost0 = base + i;
	}
	if (freed != 0)
		check_group_found(g->c, g->cg, "%" PRIu32 " fragments in use "
		    "are marked free, the first is %" PRIu64, freed, free0);
	if (lost != 0)
		check_group_found(g->c, g->cg, "%" PRIu32 " fragments are "
		    "marked as in use and are lost, the first is %" PRIu64,
		    lost, lost0);
}

/* The free fragments of a broken block. */
static void
count_remnants(const struct group *g, const uint8_t *map, uint32_t at,
    struct tally *t)
{
	uint32_t i, run = 0;

	for (i = 0; i <= g->s->frag; i++) {
		if (i < g->s->frag && check_bit(map, at + i)) {
			run++;
			t->nffree++;
		} else if (run > 0) {
			t->frsum[run]++;
			run = 0;
		}
	}
}

static void
end_run(const struct group *g, uint32_t *run, struct tally *t)
{
	if (*run > 0 && g->contig > 0)
		t->runs[*run < g->contig ? *run : g->contig]++;
	*run = 0;
}

static bool
is_free_block(const struct group *g, const uint8_t *map, uint32_t at)
{
	uint32_t i;

	for (i = 0; i < g->s->frag; i++) {
		if (!check_bit(map, at + i))
			return false;
	}
	return true;
}

/* Count what is free by one of the two maps. */
static void
count_free(const struct group *g, const uint8_t *map, struct tally *t)
{
	uint32_t at, run = 0;

	for (at = 0; at < g->frags; at += g->s->frag) {
		if (is_free_block(g, map, at)) {
			t->nbfree++;
			run++;
		} else {
			count_remnants(g, map, at, t);
			end_run(g, &run, t);
		}
	}
	end_run(g, &run, t);
}

static void
check_clusters(struct group *g)
{
	uint32_t block, bad = 0;
	bool marked;

	if (g->contig == 0)
		return;
	for (block = 0; block < g->frags / g->s->frag; block++) {
		marked = check_bit(g->p + g->cluster, block);
		if (marked != is_free_block(g, g->p + g->free,
		    block * g->s->frag) && marked !=
		    is_free_block(g, g->free_map, block * g->s->frag))
			bad++;
	}
	if (bad != 0)
		check_group_found(g->c, g->cg, "%" PRIu32 " blocks in the map "
		    "of clusters are not as in that of fragments", bad);
}

static void
want_count(struct group *g, const char *name, unsigned at, uint32_t map,
    uint32_t truth)
{
	if (le_get32(g->p + at) != map)
		want(g, name, at, truth);
}

static void
check_counts(struct group *g)
{
	char name[32];
	uint32_t i;

	want_count(g, "cs_ndir", CGB_CS, g->map.ndir, g->truth.ndir);
	want_count(g, "cs_nbfree", CGB_CS + 4, g->map.nbfree,
	    g->truth.nbfree);
	want_count(g, "cs_nifree", CGB_CS + 8, g->map.nifree,
	    g->truth.nifree);
	want_count(g, "cs_nffree", CGB_CS + 12, g->map.nffree,
	    g->truth.nffree);
	for (i = 1; i < g->s->frag; i++) {
		(void)snprintf(name, sizeof(name), "cg_frsum[%" PRIu32 "]", i);
		want_count(g, name, CGB_FRSUM + i * 4, g->map.frsum[i],
		    g->truth.frsum[i]);
	}
	for (i = 1; i <= g->contig; i++) {
		(void)snprintf(name, sizeof(name), "cluster sum %" PRIu32, i);
		want_count(g, name, g->clustersum + i * 4, g->map.runs[i],
		    g->truth.runs[i]);
	}
}

/* The group's own counts stand in the summaries too. */
static int
check_summary(struct group *g, uint64_t total[4], struct err *e)
{
	static const char *const names[] = {
		"cs_ndir", "cs_nbfree", "cs_nifree", "cs_nffree"
	};
	uint8_t cs[FFSD_CSUM];
	uint32_t i, have;

	if (region_read(g->c->fs->region, g->s->csaddr * g->s->fsize +
	    (uint64_t)g->cg * FFSD_CSUM, cs, sizeof(cs), e) != 0)
		return -1;
	for (i = 0; i < 4; i++) {
		have = le_get32(g->p + CGB_CS + 4 * i);
		total[i] += have;
		if (le_get32(cs + 4 * i) != have)
			check_group_found(g->c, g->cg, "%s is %" PRIu32
			    " in the summaries, %" PRIu32 " in its header",
			    names[i], le_get32(cs + 4 * i), have);
	}
	return 0;
}

/* 1: it has no header to go by. */
static int
check_group(struct group *g, uint64_t total[4], struct err *e)
{
	if (!check_head(g))
		return 1;
	check_inode_map(g);
	check_block_map(g);
	count_free(g, g->p + g->free, &g->map);
	count_free(g, g->free_map, &g->truth);
	check_clusters(g);
	check_counts(g);
	return check_summary(g, total, e);
}

static void
check_totals(struct check *c, const struct ffs_super *s,
    const uint64_t total[4])
{
	static const char *const names[] = {
		"directories", "free blocks", "free inodes", "free fragments"
	};
	uint64_t have;
	unsigned i;

	/* Only the one place is kept up to date. */
	for (i = 0; i < 4; i++) {
		have = ffs_super_updated(s) ?
		    le_get64(s->raw + FSB_CSTOTAL + 8 * i) :
		    le_get32(s->raw + FSB_OLD_CSTOTAL + 4 * i);
		if (have != total[i])
			check_found(c, "superblock", "it counts %" PRIu64 " %s,"
			    " its groups %" PRIu64, have, names[i], total[i]);
	}
}

int
check_ffs_groups(struct check *c, struct err *e)
{
	const struct ffs_super *s = c->fs->super;
	struct group g;
	uint64_t total[4] = { 0 };
	/* A map is part of a header: place_maps sees to that. */
	uint8_t *buf = mem_array(s->cgsize, 1), *map = mem_array(s->cgsize, 1);
	bool whole = true;
	uint32_t cg;
	int r = 0;

	if (buf == NULL || map == NULL) {
		free(buf);
		free(map);
		return err_mem(e);
	}
	for (cg = 0; cg < s->ncg && r == 0; cg++) {
		memset(&g, 0, sizeof(g));
		memset(map, 0, s->cgsize);
		g.free_map = map;
		g.c = c;
		g.s = s;
		g.cg = cg;
		g.frags = ffs_super_cgfrags(s, cg);
		g.p = buf;
		if (!place_maps(&g)) {
			check_found(c, "superblock", "fs_cgsize is %" PRIu32
			    ": too little for the maps of a group", s->cgsize);
			whole = false;
			break;
		}
		r = region_read(c->fs->region,
		    (ffs_super_cgstart(s, cg) + s->cblkno) * s->fsize, buf,
		    s->cgsize, e);
		if (r == 0 && (r = check_group(&g, total, e)) > 0) {
			whole = false;
			r = 0;
		}
	}
	if (r == 0 && whole)
		check_totals(c, s, total);
	free(map);
	free(buf);
	return r;
}
