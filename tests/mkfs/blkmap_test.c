/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * blkmap_test.c: indirect blocks, looked up the way a kernel does.
 *
 * Blocks are so small (four or two pointers) that less than a hundred of them
 * need all three levels.
 */
#include "../lib/fixture.h"
#include "le.h"
/* Not in the library: the module itself, on an image of this test's own. */
#include "../../tools/nb-mkfs/blkmap.c"

#define BSIZE	16u	/* four pointers of 4 bytes, or two of 8 */
#define UNIT	4u
#define STEP	(BSIZE / UNIT)
#define IMAGE	(1024u * 1024)

/* What image.h promises, in memory. */
struct image {
	uint8_t	bytes[IMAGE];
};

static struct image disk;
static uint64_t allocated, first_alloc;

int
image_write(struct image *im, uint64_t off, const void *buf, size_t len,
    struct err *e)
{
	if (off > IMAGE || len > IMAGE - off)
		return err_set(e, "past the end");
	memcpy(im->bytes + off, buf, len);
	return 0;
}

static int
alloc(void *ctx, uint64_t *addr, struct err *e)
{
	uint64_t *room = ctx;

	if (room != NULL && (*room)-- == 0)
		return err_code(e, ERR_FULL, "no room");
	*addr = first_alloc + allocated++ * STEP;
	return 0;
}

static struct blkmap *
begin(unsigned ptrsize, uint64_t *room)
{
	struct err e;
	struct blkmap *m;

	memset(&disk, 0xee, sizeof(disk));
	allocated = 0;
	first_alloc = IMAGE / 2 / UNIT;
	m = blkmap_new(&disk, BSIZE, UNIT, ptrsize, alloc, room, &e);
	ATF_REQUIRE(m != NULL);
	blkmap_begin(m);
	return m;
}

/* The pointers of one indirect block. */
static uint64_t
pointer(unsigned ptrsize, uint64_t addr, uint64_t i)
{
	const uint8_t *p = disk.bytes + addr * UNIT + i * ptrsize;

	return ptrsize == 4 ? le_get32(p) : le_get64(p);
}

/* File block lbn's address, as ufs_bmap would find it. */
static uint64_t
look_up(const uint64_t ptr[BLKMAP_POINTERS], unsigned ptrsize, uint64_t lbn)
{
	uint64_t per = BSIZE / ptrsize, reach = 1, addr;
	unsigned level = 0;

	if (lbn < BLKMAP_DIRECT)
		return ptr[lbn];
	lbn -= BLKMAP_DIRECT;
	while (lbn >= (reach *= per)) {
		lbn -= reach;
		level++;
	}
	ATF_REQUIRE(level < 3);
	addr = ptr[BLKMAP_DIRECT + level];
	while (addr != 0 && reach > 1) {
		reach /= per;
		addr = pointer(ptrsize, addr, lbn / reach % per);
	}
	return addr;
}

static uint64_t
most_blocks(unsigned ptrsize)
{
	uint64_t per = BSIZE / ptrsize;

	return BLKMAP_DIRECT + per + per * per + per * per * per;
}

/* A file of n blocks, block i at address 1 + i * STEP, i being kept by keep. */
static void
round_trip(unsigned ptrsize, uint64_t n, bool (*keep)(uint64_t))
{
	uint64_t ptr[BLKMAP_POINTERS], indirect;
	struct blkmap *m = begin(ptrsize, NULL);
	struct err e;

	for (uint64_t i = 0; i < n; i++) {
		if (keep(i))
			ATF_REQUIRE_EQ(0,
			    blkmap_add(m, i, 1 + i * STEP, 1, &e));
	}
	ATF_REQUIRE_EQ(0, blkmap_end(m, ptr, &indirect, &e));
	ATF_CHECK_EQ(allocated, indirect);
	for (uint64_t i = 0; i < most_blocks(ptrsize); i++)
		ATF_CHECK_EQ(i < n && keep(i) ? 1 + i * STEP : 0,
		    look_up(ptr, ptrsize, i));
	blkmap_free(m);
}

static bool
all(uint64_t i)
{
	(void)i;
	return true;
}

static bool
odd(uint64_t i)
{
	return i % 2 == 1;
}

static bool
few(uint64_t i)
{
	return i % 23 == 5;
}

static bool
late(uint64_t i)
{
	return i >= 30;
}

/* Files of every size are found again, and count their indirect blocks. */
TEST(every_size)
{
	(void)tc;
	for (unsigned ptrsize = 4; ptrsize <= 8; ptrsize += 4) {
		for (uint64_t n = 0; n <= most_blocks(ptrsize); n++) {
			round_trip(ptrsize, n, all);
			ATF_CHECK_EQ(allocated,
			    blkmap_indirect(BSIZE, ptrsize, n));
		}
	}
}

/* What is passed over is a hole, with no block of pointers only to holes. */
TEST(holes)
{
	(void)tc;
	for (unsigned ptrsize = 4; ptrsize <= 8; ptrsize += 4) {
		uint64_t most = most_blocks(ptrsize);

		round_trip(ptrsize, most, odd);
		round_trip(ptrsize, most, few);
		round_trip(ptrsize, most, late);
	}
	/* Nor is a whole tree there that has none. */
	round_trip(4, most_blocks(4), late);
	ATF_CHECK(allocated < blkmap_indirect(BSIZE, 4, most_blocks(4)));
}

/* A lone block far out costs one block of pointers a level. */
TEST(path_only)
{
	uint64_t ptr[BLKMAP_POINTERS], indirect, last = most_blocks(4) - 1;
	struct blkmap *m = begin(4, NULL);
	struct err e;

	(void)tc;
	ATF_REQUIRE_EQ(0, blkmap_add(m, last, 77, 1, &e));
	ATF_REQUIRE_EQ(0, blkmap_end(m, ptr, &indirect, &e));
	ATF_CHECK_EQ(3, indirect);
	ATF_CHECK_EQ(77, look_up(ptr, 4, last));
	for (unsigned i = 0; i < BLKMAP_POINTERS - 1; i++)
		ATF_CHECK_EQ(0, ptr[i]);
	blkmap_free(m);
}

/* A run of blocks is as its blocks one by one. */
TEST(runs)
{
	uint64_t one[BLKMAP_POINTERS], run[BLKMAP_POINTERS], n1, n2;
	struct blkmap *m = begin(8, NULL);
	struct err e;

	(void)tc;
	for (uint64_t i = 3; i < 26; i++)
		ATF_REQUIRE_EQ(0,
		    blkmap_add(m, i, 100 + (i - 3) * STEP, 1, &e));
	ATF_REQUIRE_EQ(0, blkmap_end(m, one, &n1, &e));
	blkmap_free(m);

	m = begin(8, NULL);
	ATF_REQUIRE_EQ(0, blkmap_add(m, 3, 100, 10, &e));
	ATF_REQUIRE_EQ(0, blkmap_add(m, 13, 100 + 10 * STEP, 13, &e));
	ATF_REQUIRE_EQ(0, blkmap_end(m, run, &n2, &e));
	blkmap_free(m);
	ATF_CHECK_EQ(n1, n2);
	ATF_CHECK_EQ(0, memcmp(one, run, sizeof(one)));
}

/* Nothing of one file is in the next, not even of one given up. */
TEST(next_file)
{
	uint64_t ptr[BLKMAP_POINTERS], indirect;
	struct blkmap *m = begin(4, NULL);
	struct err e;

	(void)tc;
	ATF_REQUIRE_EQ(0, blkmap_add(m, 0, 1, 50, &e));
	blkmap_begin(m);
	ATF_REQUIRE_EQ(0, blkmap_add(m, 13, 4242, 1, &e));
	ATF_REQUIRE_EQ(0, blkmap_end(m, ptr, &indirect, &e));
	for (uint64_t i = 0; i < most_blocks(4); i++)
		ATF_CHECK_EQ(i == 13 ? 4242 : 0, look_up(ptr, 4, i));
	blkmap_begin(m);
	ATF_REQUIRE_EQ(0, blkmap_end(m, ptr, &indirect, &e));
	ATF_CHECK_EQ(0, indirect);
	for (unsigned i = 0; i < BLKMAP_POINTERS; i++)
		ATF_CHECK_EQ(0, ptr[i]);
	blkmap_free(m);
}

/* Beyond the third level, and beyond 32 bits, is refused. */
TEST(limits)
{
	struct blkmap *m = begin(4, NULL);
	struct err e = { .text = "" };

	(void)tc;
	ATF_CHECK_EQ(0, blkmap_add(m, most_blocks(4) - 1, 5, 1, &e));
	ATF_CHECK_EQ(-1, blkmap_add(m, most_blocks(4), 5, 1, &e));
	ATF_CHECK(strstr(e.text, "too large") != NULL);
	blkmap_begin(m);
	ATF_CHECK_EQ(0, blkmap_add(m, 0, UINT32_MAX, 1, &e));
	ATF_CHECK_EQ(-1, blkmap_add(m, 1, UINT64_C(1) << 32, 1, &e));
	ATF_CHECK_EQ(-1, blkmap_add(m, 1, UINT32_MAX, 2, &e));
	ATF_CHECK(strstr(e.text, "32 bits") != NULL);
	blkmap_free(m);

	/* No count of a file that is too large; no overflow on the way. */
	ATF_CHECK_EQ(UINT64_MAX,
	    blkmap_indirect(BSIZE, 4, most_blocks(4) + 1));
	ATF_CHECK_EQ(UINT64_MAX, blkmap_indirect(BSIZE, 4, UINT64_MAX));
	ATF_CHECK_EQ(0, blkmap_indirect(65536, 4, BLKMAP_DIRECT));
	ATF_CHECK_EQ(1 + 1 + 2,
	    blkmap_indirect(65536, 4, BLKMAP_DIRECT + 16384 + 16385));
}

/* No room for a block of pointers is told as such. */
TEST(full)
{
	struct err e = { .code = ERR_ANY };
	uint64_t ptr[BLKMAP_POINTERS], indirect, room = 1;
	struct blkmap *m = begin(4, &room);

	(void)tc;
	ATF_REQUIRE_EQ(0, blkmap_add(m, 0, 1, BLKMAP_DIRECT + 4, &e));
	ATF_CHECK_EQ(0, blkmap_add(m, BLKMAP_DIRECT + 4, 99, 1, &e));
	ATF_CHECK_EQ(-1, blkmap_end(m, ptr, &indirect, &e));
	ATF_CHECK_EQ(ERR_FULL, e.code);
	blkmap_free(m);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, every_size);
	ATF_TP_ADD_TC(tp, holes);
	ATF_TP_ADD_TC(tp, path_only);
	ATF_TP_ADD_TC(tp, runs);
	ATF_TP_ADD_TC(tp, next_file);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
