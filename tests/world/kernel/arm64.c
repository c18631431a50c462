/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * arm64.c: an initramfs and a few instructions added to an arm64 Image, so
 * that a loader which is given one file starts all of it.
 *
 * The Image's first instruction, which does nothing, becomes a branch to the
 * ones here: they copy the device tree with two properties more, which say
 * where the initramfs is, and go on to the Image's second instruction.
 * (Linux Documentation/arm64/booting.rst; Devicetree Specification 0.4, 5.)
 */
#include <err.h>
#include <string.h>

#include "kernel.h"

#define HEAD_SIZE	16	/* image_size in the Image's header */
#define HEAD_MAGIC	56
#define ALIGN		65536

#define AT_PROPS	512	/* two properties, ten words */
#define AT_NAMES	768
#define AT_TREE		4096	/* the copy; a tree is at most 2 MB */
#define TREE_ROOM	(2 << 20)
#define AT_CONTENT	(AT_TREE + TREE_ROOM)

static const char names[36] = "linux,initrd-start\0linux,initrd-end";

/*
 * Memory is a device's as long as the MMU is off, so each access is aligned.
 * x0 is the tree, x1 to x3 are kept. In the tree's header, big-endian: 4 its
 * size, 8 where its structure is, 12 its strings, 32 how many bytes of these,
 * 36 of that.
 */
static const uint32_t code[] = {
	0xaa0003f4,	/*  0 mov x20, x0 */
	0x10007fe4,	/*  1 adr x4, TREE */
	/* where its strings are, and how many bytes */
	0xb9400805,	/*  2 ldr w5, [x0, #8] */
	0x5ac008a5,	/*  3 rev w5, w5 */
	0xb9400c06,	/*  4 ldr w6, [x0, #12] */
	0x5ac008c6,	/*  5 rev w6, w6 */
	0xb9402007,	/*  6 ldr w7, [x0, #32] */
	0x5ac008e7,	/*  7 rev w7, w7 */
	/* from and to of the content, each as two words */
	0x10000f0d,	/*  8 adr x13, PROPS */
	0xb000100a,	/*  9 adrp x10, CONTENT */
	0xd280000b,	/* 10 mov x11, #length */
	0xf2a0000b,	/* 11 movk x11, #length, lsl #16 */
	0x8b0a016b,	/* 12 add x11, x11, x10 */
	0xdac00d4a,	/* 13 rev x10, x10 */
	0xb9000daa,	/* 14 str w10, [x13, #12] */
	0xd360fd4a,	/* 15 lsr x10, x10, #32 */
	0xb90011aa,	/* 16 str w10, [x13, #16] */
	0xdac00d6b,	/* 17 rev x11, x11 */
	0xb90021ab,	/* 18 str w11, [x13, #32] */
	0xd360fd6b,	/* 19 lsr x11, x11, #32 */
	0xb90025ab,	/* 20 str w11, [x13, #36] */
	/* names come behind the other strings */
	0x5ac008ec,	/* 21 rev w12, w7 */
	0xb90009ac,	/* 22 str w12, [x13, #8] */
	0x11004cec,	/* 23 add w12, w7, #19 */
	0x5ac0098c,	/* 24 rev w12, w12 */
	0xb9001dac,	/* 25 str w12, [x13, #28] */
	/* the node: FDT_BEGIN_NODE, "chos", "en" */
	0x52a02009,	/* 26 mov w9, #0x1000000 */
	0x528d0c6a,	/* 27 mov w10, #0x6863 */
	0x72ae6dea,	/* 28 movk w10, #0x736f, lsl #16 */
	0x528dccab,	/* 29 mov w11, #0x6e65 */
	0x8b050008,	/* 30 add x8, x0, x5 */
	0xb840450c,	/* 31 ldr w12, [x8], #4 */
	0x6b09019f,	/* 32 cmp w12, w9 */
	0x54ffffc1,	/* 33 b.ne 31 */
	0xb940010c,	/* 34 ldr w12, [x8] */
	0x6b0a019f,	/* 35 cmp w12, w10 */
	0x54ffff61,	/* 36 b.ne 31 */
	0xb940050c,	/* 37 ldr w12, [x8, #4] */
	0x6b0b019f,	/* 38 cmp w12, w11 */
	0x54ffff01,	/* 39 b.ne 31 */
	0x91002108,	/* 40 add x8, x8, #8 */
	/* all before the node's properties */
	0xb840440c,	/* 41 ldr w12, [x0], #4 */
	0xb800448c,	/* 42 str w12, [x4], #4 */
	0xeb08001f,	/* 43 cmp x0, x8 */
	0x54ffffa1,	/* 44 b.ne 41 */
	/* our properties */
	0x9100a1af,	/* 45 add x15, x13, #40 */
	0xb84045ac,	/* 46 ldr w12, [x13], #4 */
	0xb800448c,	/* 47 str w12, [x4], #4 */
	0xeb0f01bf,	/* 48 cmp x13, x15 */
	0x54ffffa1,	/* 49 b.ne 46 */
	/* the rest, to the end of the strings */
	0x8b06028f,	/* 50 add x15, x20, x6 */
	0x8b0701ef,	/* 51 add x15, x15, x7 */
	0x3840140c,	/* 52 ldrb w12, [x0], #1 */
	0x3800148c,	/* 53 strb w12, [x4], #1 */
	0xeb0f001f,	/* 54 cmp x0, x15 */
	0x54ffffa1,	/* 55 b.ne 52 */
	/* our names */
	0x1000110d,	/* 56 adr x13, NAMES */
	0x910091af,	/* 57 add x15, x13, #36 */
	0x384015ac,	/* 58 ldrb w12, [x13], #1 */
	0x3800148c,	/* 59 strb w12, [x4], #1 */
	0xeb0f01bf,	/* 60 cmp x13, x15 */
	0x54ffffa1,	/* 61 b.ne 58 */
	/* the copy's header */
	0x10007840,	/* 62 adr x0, TREE */
	0xcb000084,	/* 63 sub x4, x4, x0 */
	0x5ac00884,	/* 64 rev w4, w4 */
	0xb9000404,	/* 65 str w4, [x0, #4] */
	0x1100a0c6,	/* 66 add w6, w6, #40 */
	0x5ac008c6,	/* 67 rev w6, w6 */
	0xb9000c06,	/* 68 str w6, [x0, #12] */
	0x110090e7,	/* 69 add w7, w7, #36 */
	0x5ac008e7,	/* 70 rev w7, w7 */
	0xb9002007,	/* 71 str w7, [x0, #32] */
	0xb9402405,	/* 72 ldr w5, [x0, #36] */
	0x5ac008a5,	/* 73 rev w5, w5 */
	0x1100a0a5,	/* 74 add w5, w5, #40 */
	0x5ac008a5,	/* 75 rev w5, w5 */
	0xb9002405,	/* 76 str w5, [x0, #36] */
};
#define CODE_WORDS	(sizeof(code) / sizeof(code[0]))
#define LENGTH_LOW	10
#define LENGTH_HIGH	11

static void
segment_write(unsigned char *p, struct bytes ramfs)
{
	uint32_t len = (uint32_t)ramfs.len;
	size_t i;

	for (i = 0; i < CODE_WORDS; i++)
		put32(p + 4 * i, code[i]);
	put32(p + 4 * LENGTH_LOW, code[LENGTH_LOW] | (len & 0xffff) << 5);
	put32(p + 4 * LENGTH_HIGH, code[LENGTH_HIGH] | (len >> 16) << 5);
	/* FDT_PROP, length of the value, both big-endian */
	p[AT_PROPS + 3] = p[AT_PROPS + 23] = 3;
	p[AT_PROPS + 7] = p[AT_PROPS + 27] = 8;
	memcpy(p + AT_NAMES, names, sizeof(names));
	memcpy(p + AT_CONTENT, ramfs.p, ramfs.len);
}

/* An unconditional branch over so many bytes. */
static uint32_t
branch(int64_t bytes)
{
	return 0x14000000 | ((uint32_t)(bytes / 4) & 0x03ffffff);
}

struct bytes
arm64_kernel(struct bytes in, struct bytes ramfs)
{
	struct bytes out = in;
	size_t seg;

	if (in.len < 64 || memcmp(in.p + HEAD_MAGIC, "ARM\x64", 4) != 0)
		errx(1, "Image: not an arm64 Image");
	seg = get64(in.p + HEAD_SIZE);
	if (seg < in.len)
		seg = in.len;
	seg = (seg + ALIGN - 1) / ALIGN * ALIGN;
	bytes_grow(&out, seg + AT_CONTENT + ramfs.len);
	segment_write(out.p + seg, ramfs);
	put32(out.p, branch((int64_t)seg));
	put32(out.p + seg + sizeof(code),
	    branch(4 - (int64_t)(seg + sizeof(code))));
	put64(out.p + HEAD_SIZE, out.len);
	return out;
}
