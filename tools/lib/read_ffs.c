/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * read_ffs.c: reads Fast File Systems, version 1 and 2.
 */
#include <inttypes.h>
#include <string.h>

#include "gpt.h"
#include "le.h"
#include "mem.h"
#include "read_ffs.h"
#include "readall.h"

#define ROOM_V1	60u	/* bytes of the 15 pointers in an inode */
#define ROOM_V2	120u

/* Where a superblock may be, in the order in which NetBSD looks (fs.h,
 * SBLOCKSEARCH). */
static const uint32_t places[] = { 65536, 8192, 0, 262144 };
#define NPLACES	(sizeof(places) / sizeof(places[0]))

/* struct ufs1_dinode, struct ufs2_dinode. */
static const struct dinode {
	unsigned	size, blocks, ptr, uid, gid, flags;
} dinode[3] = {
	[1] = { 8, 104, 40, 112, 116, 100 },
	[2] = { 16, 24, 112, 4, 8, 88 }
};

enum { DI_MODE = 0, DI_NLINK = 2 };	/* of 16 bits, in both */
enum { DI1_MTIME = 24, DI1_MTIME_NS = 28 };
enum { DI2_MTIME = 40, DI2_MTIME_NS = 64, DI2_EXTSIZE = 92, DI2_EXTB = 96 };

static uint32_t
be_get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static bool
power_of_two(uint32_t n, uint32_t least, uint32_t most)
{
	return n >= least && n <= most && (n & (n - 1)) == 0;
}

static int
version_of(uint32_t magic)
{
	switch (magic) {
	case FFSD_UFS1_MAGIC: return 1;
	case FFSD_UFS2_MAGIC:
	case FFSD_UFS2EA_MAGIC: return 2;
	default: return 0;
	}
}

/* Whether raw, found at `place`, is a superblock: 1; 0; -1: a big-endian one.
 * A copy of another place's does not count. */
static int
sniff(const uint8_t *raw, uint32_t place)
{
	int version = version_of(le_get32(raw + FSB_MAGIC));

	if (version_of(be_get32(raw + FSB_MAGIC)) != 0 &&
	    power_of_two(be_get32(raw + FSB_BSIZE), FFSD_BSIZE_MIN,
	    FFSD_BSIZE_MAX))
		return -1;
	if (version == 0 || !power_of_two(le_get32(raw + FSB_BSIZE),
	    FFSD_BSIZE_MIN, FFSD_BSIZE_MAX))
		return 0;
	if (version == 1 && (raw[FSB_OLD_FLAGS] & FFSD_UPDATED) == 0)
		return place == 8192;
	if (version == 1 && place == 65536)
		return 0;
	return le_get64(raw + FSB_SBLOCKLOC) == place;
}

static int
known(int fd, uint64_t start)
{
	uint8_t raw[FFSD_SB_STRUCT];
	ssize_t n;
	size_t i;

	for (i = 0; i < NPLACES; i++) {
		n = read_all_at(fd, raw, sizeof(raw),
		    (off_t)(start + places[i]));
		if (n == -1)
			return -1;
		if ((size_t)n == sizeof(raw) && sniff(raw, places[i]) != 0)
			return 1;
	}
	return 0;
}

uint64_t
ffs_super_cgbase(const struct ffs_super *s, uint32_t cg)
{
	return (uint64_t)s->fpg * cg;
}

uint64_t
ffs_super_cgstart(const struct ffs_super *s, uint32_t cg)
{
	return ffs_super_cgbase(s, cg) +
	    (uint64_t)s->cgoffset * (cg & ~s->cgmask);
}

uint32_t
ffs_super_cgfrags(const struct ffs_super *s, uint32_t cg)
{
	uint64_t left = s->size - ffs_super_cgbase(s, cg);

	return left < s->fpg ? (uint32_t)left : s->fpg;
}

uint64_t
ffs_super_inode(const struct ffs_super *s, uint32_t ino)
{
	uint64_t addr = ffs_super_cgstart(s, ino / s->ipg) + s->iblkno;
	uint32_t i = ino % s->ipg;

	addr += (uint64_t)(i / s->inopb) * s->frag;
	return addr * s->fsize + i % s->inopb * s->inosize;
}

/* Read the first superblock that counts into s->raw: 1, 0: none, -1. */
static int
find_super(struct fsread *fs, struct ffs_super *s, struct err *e)
{
	uint64_t end = region_size(fs->region);
	size_t i, len;
	int r;

	for (i = 0; i < NPLACES; i++) {
		if (end < places[i] + FFSD_SB_STRUCT)
			continue;
		len = end - places[i] < FFSD_SBSIZE ?
		    (size_t)(end - places[i]) : FFSD_SBSIZE;
		if (region_read(fs->region, places[i], s->raw, len, e) != 0)
			return -1;
		if ((r = sniff(s->raw, places[i])) < 0)
			return err_set(e, "%s: a big-endian FFS: only "
			    "little-endian ones are understood", fs->path);
		if (r > 0) {
			s->place = places[i];
			return 1;
		}
	}
	return 0;
}

bool
ffs_super_updated(const struct ffs_super *s)
{
	return s->version == 2 || (s->raw[FSB_OLD_FLAGS] & FFSD_UPDATED) != 0;
}

static void
parse(struct ffs_super *s)
{
	const uint8_t *p = s->raw;
	bool updated;

	s->version = version_of(le_get32(p + FSB_MAGIC));
	updated = ffs_super_updated(s);
	s->bsize = le_get32(p + FSB_BSIZE);
	s->fsize = le_get32(p + FSB_FSIZE);
	s->size = updated ? le_get64(p + FSB_SIZE) :
	    le_get32(p + FSB_OLD_SIZE);
	s->csaddr = updated ? le_get64(p + FSB_CSADDR) :
	    le_get32(p + FSB_OLD_CSADDR);
	s->ncg = le_get32(p + FSB_NCG);
	s->fpg = le_get32(p + FSB_FPG);
	s->ipg = le_get32(p + FSB_IPG);
	s->sblkno = le_get32(p + FSB_SBLKNO);
	s->cblkno = le_get32(p + FSB_CBLKNO);
	s->iblkno = le_get32(p + FSB_IBLKNO);
	s->dblkno = le_get32(p + FSB_DBLKNO);
	s->cssize = le_get32(p + FSB_CSSIZE);
	s->cgsize = le_get32(p + FSB_CGSIZE);
	s->maxsymlinklen = le_get32(p + FSB_MAXSYMLINKLEN);
	s->cgmask = UINT32_MAX;
	if (s->version == 1) {
		s->cgoffset = le_get32(p + FSB_OLD_CGOFFSET);
		s->cgmask = le_get32(p + FSB_OLD_CGMASK);
	}
	s->inosize = s->version == 1 ? 128 : 256;
}

/* The name of what in the superblock cannot be, or NULL. */
static const char *
impossible(struct ffs_super *s)
{
	if (!power_of_two(s->fsize, FFSD_SECTOR, s->bsize) ||
	    s->bsize / s->fsize > FFSD_FRAG_MAX)
		return "fs_fsize";
	s->frag = s->bsize / s->fsize;
	s->inopb = s->bsize / s->inosize;
	if (s->size == 0 || s->size > INT64_MAX / s->fsize)
		return "fs_size";
	if (s->fpg == 0 || s->fpg % s->frag != 0)
		return "fs_fpg";
	if (s->ncg == 0 || (uint64_t)s->ncg * s->fpg < s->size ||
	    (uint64_t)(s->ncg - 1) * s->fpg >= s->size)
		return "fs_ncg";
	if (s->sblkno >= s->cblkno || s->cblkno >= s->iblkno ||
	    s->iblkno >= s->dblkno || s->dblkno > s->fpg ||
	    s->dblkno > s->size)
		return "the places of the tables in a group";
	if (s->ipg == 0 || s->ipg > UINT32_MAX / s->ncg ||
	    s->ncg * s->ipg <= FFSD_ROOT ||
	    (uint64_t)s->ipg * s->inosize >
	    (uint64_t)(s->dblkno - s->iblkno) * s->fsize)
		return "fs_ipg";
	if (s->maxsymlinklen > (s->version == 1 ? ROOM_V1 : ROOM_V2))
		return "fs_maxsymlinklen";
	return NULL;
}

/* What an honest superblock may say and is not understood. */
static int
refuse(const struct fsread *fs, const struct ffs_super *s, struct err *e)
{
	const uint8_t *p = s->raw;

	if (s->version == 1 && (le_get32(p + FSB_OLD_INODEFMT) !=
	    FFSD_INODEFMT || s->maxsymlinklen == 0))
		return err_set(e, "%s: FFS in the format of 4.3BSD: convert "
		    "it with fsck_ffs -c 4", fs->path);
	if ((le_get32(p + FSB_FLAGS) & FFSD_DOWAPBL) != 0 &&
	    p[FSB_JOURNAL_VERSION] != 0)
		return err_set(e, "%s: its journal was not replayed: mount it "
		    "once with NetBSD, or fsck_ffs it", fs->path);
	return 0;
}

static int
ffs_open(struct fsread *fs, struct err *e)
{
	struct ffs_super *s = mem_array(1, sizeof(*s));
	const char *what;
	int r;

	if (s == NULL)
		return err_mem(e);
	fs->super = s;
	if ((r = find_super(fs, s, e)) <= 0)
		return r;
	parse(s);
	if ((what = impossible(s)) != NULL)
		return err_set(e, "%s: damaged superblock: %s cannot be",
		    fs->path, what);
	if (s->size > region_size(fs->region) / s->fsize)
		return err_set(e, "%s: cut off: an FFS of %" PRIu64 " KB in %"
		    PRIu64 " KB", fs->path, s->size * s->fsize / 1024,
		    region_size(fs->region) / 1024);
	if (refuse(fs, s, e) != 0)
		return -1;
	fs->name = s->version == 1 ? "ffs" : "ffs2";
	fs->bsize = s->bsize;
	fs->unit = s->fsize;
	fs->ptrsize = s->version == 1 ? 4 : 8;
	fs->units = s->size;
	fs->inodes = s->ncg * s->ipg - 1;
	fs->root = FFSD_ROOT;
	fs->size_max = fsread_reach(fs) - 1;
	fs->dirchunk = FFSD_SECTOR;
	fs->type_at = 6;
	fs->namlen_at = 7;
	return 1;
}

/* What stands in the place of the pointers. */
static void
get_pointers(const struct fsread *fs, const uint8_t *p,
    struct fsread_inode *in)
{
	const struct ffs_super *s = fs->super;
	uint32_t i, dev;

	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFCHR:
	case FSREAD_IFBLK:
		dev = le_get32(p);
		in->major = (dev & 0xfff00) >> 8;
		in->minor = (dev & 0xfff00000) >> 12 | (dev & 0xff);
		return;
	case FSREAD_IFLNK:
		if (in->size >= s->maxsymlinklen)
			break;
		in->inside = true;
		memcpy(in->text, p, (size_t)in->size);
		return;
	default:
		break;
	}
	for (i = 0; i < FSREAD_POINTERS; i++)
		in->ptr[i] = fsread_pointer(fs, p, i);
}

static void
get_attributes(const struct ffs_super *s, const uint8_t *p,
    struct fsread_inode *in)
{
	if (le_get32(s->raw + FSB_MAGIC) != FFSD_UFS2EA_MAGIC)
		return;
	in->attr_size = le_get32(p + DI2_EXTSIZE);
	in->attr[0] = le_get64(p + DI2_EXTB);
	in->attr[1] = le_get64(p + DI2_EXTB + 8);
}

static int
ffs_inode(struct fsread *fs, uint32_t ino, struct fsread_inode *in,
    struct err *e)
{
	const struct ffs_super *s = fs->super;
	const struct dinode *d = &dinode[s->version];
	const uint8_t *p = region_peek(fs->region, ffs_super_inode(s, ino),
	    s->inosize, e);

	if (p == NULL)
		return -1;
	memset(in, 0, sizeof(*in));
	in->ino = ino;
	in->mode = le_get16(p + DI_MODE);
	in->nlink = le_get16(p + DI_NLINK);
	in->uid = le_get32(p + d->uid);
	in->gid = le_get32(p + d->gid);
	in->size = le_get64(p + d->size);
	in->flags = le_get32(p + d->flags);
	if (s->version == 1) {
		in->mtime = (int32_t)le_get32(p + DI1_MTIME);
		in->mtime_ns = le_get32(p + DI1_MTIME_NS);
		in->blocks = le_get32(p + d->blocks);
	} else {
		in->mtime = (int64_t)le_get64(p + DI2_MTIME);
		in->mtime_ns = le_get32(p + DI2_MTIME_NS);
		in->blocks = le_get64(p + d->blocks);
		get_attributes(s, p, in);
	}
	get_pointers(fs, p + d->ptr, in);
	return 0;
}

const struct fsread_type fsread_ffs = {
	ffs_open, ffs_inode, known, gpt_netbsd_ffs
};
