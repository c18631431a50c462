/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pieces.h: images as they are kept in a corpus: what is not zero, in pieces.
 *
 * Two bytes are the image's size in KB; then come pieces: three bytes for the
 * offset in words of four bytes, one for the length in words less one, and so
 * many words. All numbers are little-endian. Any input is an image: what does
 * not fit is cut.
 */
#ifndef PIECES_H
#define PIECES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PIECES_MAX	(1024u * 1024)	/* bytes of an image */
#define PIECES_HEAD	2u
#define PIECE_HEAD	4u

static inline size_t
pieces_size(const uint8_t *in, size_t len)
{
	size_t size;

	if (len < PIECES_HEAD)
		return 0;
	size = ((size_t)in[0] | (size_t)in[1] << 8) * 1024;
	return size < PIECES_MAX ? size : PIECES_MAX;
}

static inline size_t
piece_offset(const uint8_t *p)
{
	return ((size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16) * 4;
}

static inline size_t
piece_length(const uint8_t *p)
{
	return ((size_t)p[3] + 1) * 4;
}

/* Put an image of pieces_size() bytes together in img. */
static inline void
pieces_image(uint8_t *img, const uint8_t *in, size_t len)
{
	size_t size = pieces_size(in, len), at = PIECES_HEAD, off, n;

	memset(img, 0, size);
	for (; at + PIECE_HEAD <= len; at += n) {
		off = piece_offset(in + at);
		n = piece_length(in + at);
		at += PIECE_HEAD;
		if (n > len - at)
			n = len - at;
		if (off < size)
			memcpy(img + off, in + at, n < size - off ? n :
			    size - off);
	}
}

#endif
