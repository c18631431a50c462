/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_inode.c: all inodes, and the blocks that they say are theirs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check_impl.h"
#include "le.h"
#include "mem.h"
#include "path.h"

#define BAD_MAX 4		/* blocks of one inode that are told of */
#define DUP_MAX 65536u		/* units kept that are used twice */
#define TWO_GB	(UINT64_C(1) << 31)

/* One inode, while its blocks are gone through. */
struct visit {
	struct check	*c;
	const struct fsread_inode *in;
	uint8_t		*seen;		/* where blocks are marked */
	bool		 again;		/* the second time: look for dups */
	uint64_t	 blocks;	/* of content, by its size */
	uint64_t	 units;		/* that it has */
	unsigned	 bad;
	bool		 behind;
	uint64_t	 twice, first;	/* again: units, and the first */
};

static void
bad_block(struct visit *v, uint64_t addr, const char *why)
{
	v->c->ino[v->in->ino].flags |= INO_UNREADABLE;
	if (v->again)
		return;
	if (v->bad++ < BAD_MAX)
		check_inode_found(v->c, v->in->ino, "its block %" PRIu64 " %s",
		    addr, why);
}

static void
add_dup(struct check *c, uint64_t addr)
{
	uint64_t *p;

	if (c->ndup == DUP_MAX)
		return;
	p = mem_grow(c->dup, &c->dupcap, c->ndup + 1, sizeof(*p));
	if (p == NULL) {
		c->nomem = true;
		return;
	}
	c->dup = p;
	p[c->ndup++] = addr;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
note_dup(struct visit *v, uint64_t addr)
{
	const struct check *c = v->c;

	if (bsearch(&addr, c->dup, c->ndup, sizeof(addr), by_number) == NULL)
		return;
	if (v->twice++ == 0)
		v->first = addr;
}

/* n units from addr on are the inode's. Whether it makes sense to look into
 * them. */
static bool
take(struct visit *v, uint64_t addr, uint64_t n)
{
	struct check *c = v->c;
	bool fresh = true;
	uint64_t i;

	v->units += n;
	if (addr >= c->fs->units || n > c->fs->units - addr) {
		bad_block(v, addr, "is outside the file system");
		return false;
	}
	for (i = addr; i < addr + n; i++) {
		if (check_bit(c->tables, i)) {
			bad_block(v, i, "is part of the file system's tables");
			return false;
		}
		if (v->again)
			note_dup(v, i);
		if (check_bit(v->seen, i)) {
			fresh = false;
			if (!v->again)
				add_dup(c, i);
		}
		check_set(v->seen, i);
	}
	return fresh;
}

/* Units of the content's block lbn: FFS ends short files in fragments. */
static uint64_t
units_of(const struct visit *v, uint64_t lbn)
{
	const struct fsread *fs = v->c->fs;
	uint64_t bytes;

	if (lbn + 1 != v->blocks || lbn >= FSREAD_DIRECT)
		return fs->bsize / fs->unit;
	bytes = v->in->size - lbn * fs->bsize;
	return bytes / fs->unit + (bytes % fs->unit != 0);
}

static void
visit_data(struct visit *v, uint64_t lbn, uint64_t addr)
{
	if (lbn >= v->blocks)
		v->behind = true;
	(void)take(v, addr, units_of(v, lbn));
}

/* A block of pointers, which begins with the one to block lbn. One that was
 * seen before is not gone into again: pointers may form loops. */
static int
visit_pointers(struct visit *v, unsigned level, uint64_t lbn, uint64_t addr,
    struct err *e)
{
	struct fsread *fs = v->c->fs;
	uint8_t *buf = v->c->level[level - 1];
	uint64_t per = fs->bsize / fs->ptrsize, i, a;
	uint64_t span = fsread_span(fs, level - 1);

	if (!take(v, addr, fs->bsize / fs->unit))
		return 0;
	if (lbn >= v->blocks)
		v->behind = true;
	if (region_read(fs->region, addr * fs->unit, buf, fs->bsize, e) != 0)
		return -1;
	for (i = 0; i < per; i++) {
		if ((a = fsread_pointer(fs, buf, i)) == 0)
			continue;
		if (level == 1)
			visit_data(v, lbn + i, a);
		else if (visit_pointers(v, level - 1, lbn + i * span, a,
		    e) != 0)
			return -1;
	}
	return 0;
}

static int
visit_content(struct visit *v, struct err *e)
{
	uint64_t lbn = FSREAD_DIRECT;
	unsigned i, level;

	for (i = 0; i < FSREAD_DIRECT; i++) {
		if (v->in->ptr[i] != 0)
			visit_data(v, i, v->in->ptr[i]);
	}
	for (level = 1; level <= FSREAD_LEVELS; level++, i++) {
		if (v->in->ptr[i] != 0 && visit_pointers(v, level, lbn,
		    v->in->ptr[i], e) != 0)
			return -1;
		lbn += fsread_span(v->c->fs, level);
	}
	return 0;
}

/* Blocks of extended attributes; those of ext2 may be several files'. */
static void
visit_attributes(struct visit *v)
{
	struct check *c = v->c;
	const struct fsread *fs = c->fs;
	uint64_t left = v->in->attr_size, bytes, addr, n;
	unsigned i;

	for (i = 0; i < 2 && left > 0; i++, left -= bytes) {
		bytes = left < fs->bsize ? left : fs->bsize;
		if ((addr = v->in->attr[i]) == 0)
			continue;
		n = bytes / fs->unit + (bytes % fs->unit != 0);
		if (addr < fs->units && check_bit(c->shared, addr))
			v->units += n;
		else if (take(v, addr, n))
			check_set(c->shared, addr);
	}
}

static void
check_kind(struct check *c, const struct fsread_inode *in)
{
	const struct fsread *fs = c->fs;

	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFREG:
		if (in->size >= TWO_GB)
			c->large = true;
		break;
	case FSREAD_IFDIR:
		if (in->size == 0 || in->size % fs->dirchunk != 0)
			check_inode_found(c, in->ino, "a directory of %" PRIu64
			    " bytes: not a number of %" PRIu32 "-byte blocks",
			    in->size, fs->dirchunk);
		break;
	case FSREAD_IFLNK:
		if (in->size >= PATH_LEN_MAX)
			check_inode_found(c, in->ino, "a symbolic link with a "
			    "text of %" PRIu64 " bytes", in->size);
		else if (in->size == 0 || (in->inside &&
		    memchr(in->text, '\0', (size_t)in->size) != NULL))
			check_inode_found(c, in->ino, "a symbolic link with "
			    "an empty or cut text");
		break;
	case FSREAD_IFIFO:
	case FSREAD_IFCHR:
	case FSREAD_IFBLK:
	case FSREAD_IFSOCK:
		break;
	default:
		check_inode_found(c, in->ino, "of no known type: mode %#"
		    PRIo32, in->mode);
	}
}

/* Whether the inode's pointers are pointers, and its size one of content. */
static bool
has_content(const struct check *c, const struct fsread_inode *in)
{
	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFREG:
	case FSREAD_IFDIR:
	case FSREAD_IFLNK:
		return !in->inside;
	default:
		return (c->ino[in->ino].flags & INO_BLOCKS) != 0;
	}
}

static int
check_blocks(struct check *c, const struct fsread_inode *in, struct err *e)
{
	struct visit v = { .c = c, .in = in, .seen = c->used };
	uint64_t have;

	if (in->foreign != NULL)
		check_inode_found(c, in->ino, "it has %s", in->foreign);
	else if (in->size > c->fs->size_max)
		check_inode_found(c, in->ino, "%" PRIu64 " bytes: more than a "
		    "file can have", in->size);
	if (in->foreign != NULL || in->size > c->fs->size_max) {
		c->ino[in->ino].flags |= INO_UNREADABLE;
		return 0;
	}
	v.blocks = in->size / c->fs->bsize + (in->size % c->fs->bsize != 0);
	if ((c->ino[in->ino].flags & INO_BLOCKS) != 0)
		v.blocks = UINT64_MAX;
	if (has_content(c, in) && visit_content(&v, e) != 0)
		return -1;
	visit_attributes(&v);
	if (v.bad > BAD_MAX)
		check_inode_found(c, in->ino, "and %u more of its blocks are "
		    "where none can be", v.bad - BAD_MAX);
	if (v.behind)
		check_inode_found(c, in->ino, "it has blocks behind its end "
		    "at %" PRIu64, in->size);
	have = v.units * c->fs->unit / 512;
	if (have != in->blocks && v.bad == 0)
		check_inode_found(c, in->ino, "it has %" PRIu64
		    " blocks of 512 bytes and says %" PRIu64, have,
		    in->blocks);
	return 0;
}

static int
check_inode(struct check *c, uint32_t ino, struct err *e)
{
	struct fsread_inode in;
	struct check_ino *i = &c->ino[ino];

	if (c->fs->type->inode(c->fs, ino, &in, e) != 0)
		return -1;
	if (!c->type->in_use(c, &in))
		return 0;
	c->in_use++;
	i->type = (uint8_t)(in.mode >> 12);
	i->nlink = (uint16_t)in.nlink;
	if ((i->flags & INO_BLOCKS) == 0)
		check_kind(c, &in);
	return check_blocks(c, &in, e);
}

/* The second time, now that it is known which blocks are used twice. */
static int
find_owners(struct check *c, struct err *e)
{
	struct fsread_inode in;
	struct visit v;
	uint8_t *seen;
	uint32_t ino;
	int r = 0;

	qsort(c->dup, c->ndup, sizeof(*c->dup), by_number);
	if ((seen = mem_array((size_t)(c->fs->units / 8 + 1), 1)) == NULL)
		return err_mem(e);
	for (ino = 1; ino <= c->fs->inodes && r == 0; ino++) {
		if (c->ino[ino].type == 0 &&
		    (c->ino[ino].flags & INO_BLOCKS) == 0)
			continue;
		if ((r = c->fs->type->inode(c->fs, ino, &in, e)) != 0)
			break;
		if (in.foreign != NULL || in.size > c->fs->size_max ||
		    !has_content(c, &in))
			continue;
		v = (struct visit){ .c = c, .in = &in, .seen = seen,
		    .again = true, .blocks = UINT64_MAX };
		if ((c->ino[ino].flags & INO_BLOCKS) == 0)
			v.blocks = in.size / c->fs->bsize +
			    (in.size % c->fs->bsize != 0);
		r = visit_content(&v, e);
		if (v.twice != 0)
			check_inode_found(c, ino, "%" PRIu64 " of its blocks "
			    "are used twice, the first is %" PRIu64, v.twice,
			    v.first);
	}
	free(seen);
	return r;
}

/* Inodes in holes of the image are all zeros: so many of n, from off on. */
static uint32_t
in_hole(const struct check *c, uint64_t off, uint32_t n)
{
	uint64_t skip;

	if (off % REGION_PAGE >= c->isize)
		return 0;
	skip = (region_data(c->fs->region, off) - off) / c->isize;
	return skip < n ? (uint32_t)skip : n;
}

int
check_inodes(struct check *c, struct err *e)
{
	uint32_t g, first, n, i, skip;
	uint64_t off;

	for (g = 0; g < c->groups; g++) {
		if (c->type->inodes(c, g, &first, &n, &off, e) != 0)
			return -1;
		for (i = 0; i < n; i++) {
			skip = in_hole(c, off + (uint64_t)i * c->isize, n - i);
			if ((i += skip) >= n)
				break;
			if (first + i != 0 && check_inode(c, first + i,
			    e) != 0)
				return -1;
		}
	}
	return c->ndup != 0 ? find_owners(c, e) : 0;
}
