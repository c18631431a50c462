/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pieces: an image into pieces, for a corpus; -x: pieces into an image, to
 * look at what a fuzzer found.
 *
 * usage: pieces [-x] <in >out
 */
#include <stdio.h>
#include <stdlib.h>

#include "pieces.h"

#define WORDS_MAX 256u

static uint8_t img[PIECES_MAX], in[2 * PIECES_MAX];

static int
is_zero(size_t off)
{
	return img[off] == 0 && img[off + 1] == 0 && img[off + 2] == 0 &&
	    img[off + 3] == 0;
}

/* The length of a piece that begins at off; it goes on over one zero word,
 * which is no longer than a head. */
static size_t
run(size_t off, size_t size)
{
	size_t end = off;

	while (end < size && end - off < WORDS_MAX * 4 && (!is_zero(end) ||
	    (end + 4 < size && !is_zero(end + 4))))
		end += 4;
	return end - off;
}

static void
put_pieces(size_t size)
{
	size_t off, n;

	putchar((int)(size / 1024 & 255));
	putchar((int)(size / 1024 >> 8));
	for (off = 0; off < size; off += n) {
		n = 4;
		if (is_zero(off))
			continue;
		n = run(off, size);
		putchar((int)(off / 4 & 255));
		putchar((int)(off / 4 >> 8 & 255));
		putchar((int)(off / 4 >> 16));
		putchar((int)(n / 4 - 1));
		fwrite(img + off, 1, n, stdout);
	}
}

int
main(int argc, char **argv)
{
	size_t n;

	if (argc > 1 && strcmp(argv[1], "-x") == 0) {
		n = fread(in, 1, sizeof(in), stdin);
		pieces_image(img, in, n);
		fwrite(img, 1, pieces_size(in, n), stdout);
	} else {
		n = fread(img, 1, sizeof(img), stdin);
		if (n == 0 || getchar() != EOF) {
			fprintf(stderr, "pieces: no image of up to 1 MB\n");
			return EXIT_FAILURE;
		}
		put_pieces((n + 1023) / 1024 * 1024);
	}
	return ferror(stdin) || fflush(stdout) != 0 ? EXIT_FAILURE :
	    EXIT_SUCCESS;
}
