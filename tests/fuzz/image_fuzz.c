/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * image_fuzz.c: a target of libFuzzer for all that reads images: the readers
 * of file systems, an image as a layer, lists, and nb-mkfs -c. What must not
 * happen is what sanitizers see, and that it does not end.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <zlib.h>

#include "../../tools/nb-mkfs/check.h"
#include "../../tools/nb-mkfs/list.h"
#include "fsread.h"
#include "le.h"
#include "path.h"
#include "pieces.h"
#include "scratch.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char path[SCRATCH_PATH];
static FILE *null;
static uint8_t img[PIECES_MAX];

/* Once: the file that images are put into, and where lists go. */
static int
set_up(void)
{
	int fd = scratch_file(path, "img");

	null = fopen("/dev/null", "w");
	if (null == NULL)
		abort();
	return fd;
}

/* Checksums would keep all but a few tables from being looked at. */
static void
mend_gpt(size_t size)
{
	uint8_t *hdr = img + 512;
	uint64_t at;
	uint32_t n;

	if (size < 1024 || memcmp(hdr, "EFI PART", 8) != 0)
		return;
	at = le_get64(hdr + 72);
	n = le_get32(hdr + 80);
	if (at < size / 512 && n <= 512 && n * 128 <= size - at * 512)
		le_put32(hdr + 88, (uint32_t)crc32(0, img + at * 512,
		    n * 128));
	n = le_get32(hdr + 12);
	le_put32(hdr + 16, 0);
	if (n <= 512)
		le_put32(hdr + 16, (uint32_t)crc32(0, hdr, n));
}

/* Pieces come in order and lie inside the file. */
static void
read_content(struct fsread_walk *w, uint64_t size)
{
	struct err e;
	const void *buf;
	uint64_t off, at = 0;
	volatile uint8_t sum = 0;
	size_t len, i;

	while (fsread_walk_data(w, &buf, &len, &off, &e) > 0) {
		if (len == 0 || off < at || off > size || len > size - off)
			abort();
		at = off + len;
		for (i = 0; i < len; i += 512)
			sum = (uint8_t)(sum + ((const uint8_t *)buf)[i]);
	}
}

static void
read_walk(struct fsread *fs)
{
	char canonical[PATH_LEN_MAX];
	struct err e;
	struct fsread_walk *w = fsread_walk_new(fs, NULL, &e);
	const struct fsread_entry *x;
	struct fsread_inode in;
	unsigned looked = 0;
	size_t i;

	while (w != NULL && fsread_walk_next(w, &x, &e) > 0) {
		if (path_canonical(canonical, x->ent.name, "", &e) != 0 ||
		    strcmp(canonical, x->ent.name) != 0)
			abort();
		if (looked++ < 20)
			(void)fsread_lookup(fs, x->ent.name, &in, &e);
		for (i = 0; list_forms[i] != NULL; i++)
			list_forms[i]->entry(null, x);
		read_content(w, x->ent.size);
	}
	fsread_walk_free(w);
}

static void
read_system(void)
{
	struct err e;
	struct fsread *fs = fsread_open(path, &e);

	if (fs != NULL)
		read_walk(fs);
	fsread_close(fs);
}

static void
read_layer(void)
{
	char *words[] = { path };
	struct err e;
	struct tree *t = tree_new(&e);

	if (t != NULL)
		(void)tree_merge(t, words, 1, NULL, NULL, &e);
	tree_free(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static int fd = -1;
	struct check_result result;
	struct err e;
	size_t size = pieces_size(in, len);

	if (fd == -1)
		fd = set_up();
	if (size == 0)
		return 0;
	pieces_image(img, in, len);
	mend_gpt(size);
	scratch_put(fd, img, size);
	read_system();
	read_layer();
	(void)check_image(path, null, &result, &e);
	return 0;
}

#ifndef STANDALONE
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t);
size_t LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t, unsigned);

static unsigned
below(unsigned *seed, size_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (unsigned)((*seed >> 8) % n);
}

/* A number of 16 or 32 bits becomes another: near, or at an edge, or one that
 * stands elsewhere. */
static void
change_word(uint8_t *in, size_t len, size_t at, unsigned *seed)
{
	static const uint32_t edges[] = {
		0, 1, 2, 7, 8, 11, 12, 0xff, 0x100, 0x7fff, 0x8000, 0xffff,
		0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff
	};
	size_t bytes = below(seed, 2) != 0 ? 4 : 2, other;

	if (at + 4 > len)
		return;
	other = below(seed, len - 3);
	switch (below(seed, 4)) {
	case 0:
		le_put32(in + at, edges[below(seed,
		    sizeof(edges) / sizeof(edges[0]))]);
		break;
	case 1:
		le_put16(in + at, (uint16_t)(le_get16(in + at) + 1 +
		    below(seed, 64) - 32));
		break;
	case 2:
		memmove(in + at, in + other, bytes);
		break;
	default:
		in[at] ^= (uint8_t)(1u << below(seed, 8));
	}
}

/* Mostly words within pieces; now and then anything. */
size_t
LLVMFuzzerCustomMutator(uint8_t *in, size_t len, size_t max, unsigned seed)
{
	unsigned n = 1 + below(&seed, 4);
	size_t at;

	if (len < PIECES_HEAD + PIECE_HEAD + 4 || below(&seed, 8) == 0)
		return LLVMFuzzerMutate(in, len, max);
	while (n-- > 0) {
		at = PIECES_HEAD + below(&seed, len - PIECES_HEAD);
		change_word(in, len, at - at % 2, &seed);
	}
	return len;
}
#endif
