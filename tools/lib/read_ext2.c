/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * read_ext2.c: reads ext2 file systems, and ext3 whose journal is empty.
 */
#include <inttypes.h>
#include <string.h>

#include "gpt.h"
#include "le.h"
#include "mem.h"
#include "read_ext2.h"
#include "readall.h"

#define ISIZE_V0	128u
#define FASTLINK	60u	/* a shorter target is kept in the inode */

/* Incompatible features, by their bits; those without a name are unknown.
 * (Linux Documentation/filesystems/ext4/super.rst, s_feature_incompat.) */
static const struct {
	uint32_t	 bit;
	bool		 fine;
	const char	*name;
} features[] = {
	{ EXT2D_INCOMPAT_FILETYPE, true, "filetype" },
	{ EXT2D_INCOMPAT_FLEX_BG, true, "flex_bg" },
	{ 0x0001, false, "compression" },
	{ EXT2D_INCOMPAT_RECOVER, false, "needs_recovery: its journal was not "
	    "replayed, mount it once or e2fsck it" },
	{ 0x0008, false, "journal_dev" },
	{ 0x0010, false, "meta_bg" },
	{ 0x0040, false, "extents: an ext4 file system" },
	{ 0x0080, false, "64bit: an ext4 file system" },
	{ 0x0100, false, "mmp" },
	{ 0x0400, false, "ea_inode" },
	{ 0x1000, false, "dirdata" },
	{ 0x2000, false, "metadata_csum_seed" },
	{ 0x4000, false, "large_dir" },
	{ 0x8000, false, "inline_data" },
	{ 0x10000, false, "encrypt" },
	{ 0x20000, false, "casefold" }
};

static void
parse(struct ext2_super *s)
{
	const uint8_t *p = s->raw;
	bool dynamic = le_get32(p + E2S_REVISION) != 0;

	s->bsize = le_get32(p + E2S_LOG_BSIZE) <= 2 ?
	    1024u << le_get32(p + E2S_LOG_BSIZE) : 0;
	s->blocks = le_get32(p + E2S_BLOCKS);
	s->first = le_get32(p + E2S_FIRST_BLOCK);
	s->bpg = le_get32(p + E2S_BPG);
	s->ipg = le_get32(p + E2S_IPG);
	s->inodes = le_get32(p + E2S_INODES);
	s->isize = dynamic ? le_get16(p + E2S_INODE_SIZE) : ISIZE_V0;
	s->first_ino = dynamic ? le_get32(p + E2S_FIRST_INO) :
	    EXT2D_FIRST_INO;
	s->compat = dynamic ? le_get32(p + E2S_COMPAT) : 0;
	s->incompat = dynamic ? le_get32(p + E2S_INCOMPAT) : 0;
	s->ro_compat = dynamic ? le_get32(p + E2S_RO_COMPAT) : 0;
}

/* The name of what in the superblock cannot be, or NULL. */
static const char *
impossible(struct ext2_super *s)
{
	if (le_get32(s->raw + E2S_REVISION) > 1)
		return "s_rev_level";
	if (s->bsize == 0)
		return "s_log_block_size (only blocks of 1024, 2048 and 4096 "
		    "bytes are understood)";
	if (s->first != (s->bsize == 1024 ? 1 : 0))
		return "s_first_data_block";
	if (s->blocks <= s->first)
		return "s_blocks_count";
	if (s->bpg == 0 || s->bpg > 8 * s->bsize)
		return "s_blocks_per_group";
	if (s->isize < ISIZE_V0 || s->isize > s->bsize ||
	    (s->isize & (s->isize - 1)) != 0)
		return "s_inode_size";
	if (s->ipg == 0 || s->ipg > 8 * s->bsize ||
	    s->ipg % (s->bsize / s->isize) != 0 ||
	    s->ipg / (s->bsize / s->isize) >= s->bpg)
		return "s_inodes_per_group";
	s->groups = (s->blocks - s->first - 1) / s->bpg + 1;
	if (s->groups > UINT32_MAX / s->ipg ||
	    s->inodes != s->groups * s->ipg || s->inodes <= EXT2D_ROOT)
		return "s_inodes_count";
	return NULL;
}

static int
known(int fd, uint64_t start)
{
	struct ext2_super s;
	ssize_t n;

	/* The magic number is short: what stands around it counts too. */
	memset(&s, 0, sizeof(s));
	n = read_all_at(fd, s.raw, sizeof(s.raw),
	    (off_t)(start + EXT2D_SB_AT));
	if (n == -1)
		return -1;
	if ((size_t)n < sizeof(s.raw) ||
	    le_get16(s.raw + E2S_MAGIC) != EXT2D_MAGIC)
		return 0;
	parse(&s);
	return s.bpg != 0 && s.ipg != 0 && s.bpg <= 8 * 65536 &&
	    s.ipg <= 8 * 65536 && s.blocks > s.first && s.first <= 1 &&
	    le_get32(s.raw + E2S_LOG_BSIZE) <= 6 &&
	    le_get32(s.raw + E2S_REVISION) <= 1;
}

static int
check_features(const struct fsread *fs, const struct ext2_super *s,
    struct err *e)
{
	uint32_t left = s->incompat;
	size_t i;

	for (i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if ((left & features[i].bit) != 0 && !features[i].fine)
			return err_set(e, "%s: not ext2 as it is read here: "
			    "it has the feature %s", fs->path,
			    features[i].name);
		left &= ~features[i].bit;
	}
	if (left != 0)
		return err_set(e, "%s: not ext2 as it is read here: unknown "
		    "features %#" PRIx32, fs->path, left);
	return 0;
}

uint64_t
ext2_super_descriptor(const struct ext2_super *s, uint32_t g)
{
	return (uint64_t)(s->first + 1) * s->bsize +
	    (uint64_t)g * EXT2D_GD_SIZE;
}

uint32_t
ext2_super_blocks(const struct ext2_super *s, uint32_t g)
{
	uint64_t left = s->blocks - s->first - (uint64_t)g * s->bpg;

	return left < s->bpg ? (uint32_t)left : s->bpg;
}

static bool
power_of(uint32_t n, uint32_t base)
{
	while (n % base == 0)
		n /= base;
	return n == 1;
}

bool
ext2_super_copy(const struct ext2_super *s, uint32_t g)
{
	return (s->ro_compat & EXT2D_RO_SPARSE_SUPER) == 0 || g <= 1 ||
	    power_of(g, 3) || power_of(g, 5) || power_of(g, 7);
}

static int
ext2_open(struct fsread *fs, struct err *e)
{
	struct ext2_super *s = mem_array(1, sizeof(*s));
	const char *what;

	if (s == NULL)
		return err_mem(e);
	fs->super = s;
	if (region_read(fs->region, EXT2D_SB_AT, s->raw, sizeof(s->raw),
	    e) != 0)
		return -1;
	parse(s);
	if (check_features(fs, s, e) != 0)
		return -1;
	if ((what = impossible(s)) != NULL)
		return err_set(e, "%s: damaged superblock: %s cannot be",
		    fs->path, what);
	if (s->blocks > region_size(fs->region) / s->bsize)
		return err_set(e, "%s: cut off: an ext2 of %" PRIu64
		    " KB in %" PRIu64 " KB", fs->path,
		    (uint64_t)s->blocks * s->bsize / 1024,
		    region_size(fs->region) / 1024);
	fs->name = "ext2";
	fs->bsize = fs->unit = fs->dirchunk = s->bsize;
	fs->ptrsize = 4;
	fs->units = s->blocks;
	fs->inodes = s->inodes;
	fs->root = EXT2D_ROOT;
	fs->size_max = fsread_reach(fs);
	if ((s->incompat & EXT2D_INCOMPAT_FILETYPE) != 0) {
		fs->namlen_at = 6;
		fs->type_at = 7;
	}
	return 1;
}

/* NetBSD writes its number into the first pointer; Linux numbers that do not
 * fit into 16 bits into the second, in the same order of bits. */
static void
get_device(const uint8_t *p, struct fsread_inode *in)
{
	uint32_t dev = le_get32(p) != 0 ? le_get32(p) : le_get32(p + 4);

	in->major = (dev & 0xfff00) >> 8;
	in->minor = (dev & 0xfff00000) >> 12 | (dev & 0xff);
}

static void
get_pointers(const struct fsread *fs, const uint8_t *p,
    struct fsread_inode *in)
{
	uint64_t attr = in->attr[0] != 0 ? fs->bsize / 512 : 0;
	uint32_t i;

	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFCHR:
	case FSREAD_IFBLK:
		get_device(p, in);
		return;
	case FSREAD_IFLNK:
		if (in->size >= FASTLINK || in->blocks != attr)
			break;
		in->inside = true;
		memcpy(in->text, p, (size_t)in->size);
		return;
	default:
		break;
	}
	for (i = 0; i < FSREAD_POINTERS; i++)
		in->ptr[i] = le_get32(p + 4 * i);
}

/* Large inodes have more of the time: 2 bits above the seconds' 32, which
 * count from the sign on, and 30 bits of nanoseconds. */
static void
get_time(const struct ext2_super *s, const uint8_t *p,
    struct fsread_inode *in)
{
	uint32_t extra;

	in->mtime = (int32_t)le_get32(p + E2I_MTIME);
	if (s->isize == ISIZE_V0 || le_get16(p + E2I_EXTRA_ISIZE) <
	    E2I_MTIME_EXTRA + 4 - E2I_EXTRA_ISIZE)
		return;
	extra = le_get32(p + E2I_MTIME_EXTRA);
	in->mtime += (int64_t)(extra & 3) << 32;
	in->mtime_ns = extra >> 2;
}

static int
ext2_inode(struct fsread *fs, uint32_t ino, struct fsread_inode *in,
    struct err *e)
{
	const struct ext2_super *s = fs->super;
	uint32_t g = (ino - 1) / s->ipg, i = (ino - 1) % s->ipg;
	const uint8_t *p = region_peek(fs->region,
	    ext2_super_descriptor(s, g), EXT2D_GD_SIZE, e);
	uint64_t table;

	if (p == NULL)
		return -1;
	table = le_get32(p + E2G_INODE_TABLE);
	p = region_peek(fs->region, table * s->bsize + (uint64_t)i * s->isize,
	    s->isize, e);
	if (p == NULL)
		return -1;
	memset(in, 0, sizeof(*in));
	in->ino = ino;
	in->mode = le_get16(p + E2I_MODE);
	in->nlink = le_get16(p + E2I_LINKS);
	in->uid = le_get16(p + E2I_UID) |
	    (uint32_t)le_get16(p + E2I_UID_HIGH) << 16;
	in->gid = le_get16(p + E2I_GID) |
	    (uint32_t)le_get16(p + E2I_GID_HIGH) << 16;
	in->size = le_get32(p + E2I_SIZE);
	if ((in->mode & FSREAD_IFMT) == FSREAD_IFREG)
		in->size |= (uint64_t)le_get32(p + E2I_SIZE_HIGH) << 32;
	in->blocks = le_get32(p + E2I_BLOCKS);
	in->flags = le_get32(p + E2I_FLAGS);
	if ((in->attr[0] = le_get32(p + E2I_FILE_ACL)) != 0)
		in->attr_size = fs->bsize;
	get_time(s, p, in);
	if ((in->flags & EXT2D_FLAG_EXTENTS) != 0)
		in->foreign = "extents, as ext4 has them";
	else if ((in->flags & EXT2D_FLAG_INLINE) != 0)
		in->foreign = "inline data, as ext4 has them";
	else
		get_pointers(fs, p + E2I_PTR, in);
	return 0;
}

const struct fsread_type fsread_ext2 = {
	ext2_open, ext2_inode, known, gpt_linux_data
};
