/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * image.c: gathers a file system's writes into large ones.
 */
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "mem.h"
#include "writer.h"

/*
 * So many pieces of the file are gathered at once: the content of a file goes
 * to one place, its tail and its pointers to others nearby. Pieces begin at
 * multiples of their size in the file, as page caches like it best.
 */
#define OPEN_PIECES 4

struct image {
	const char	*path;
	uint64_t	 start, size;
	uint64_t	 top;		/* behind all pieces so far */
	struct writer	*writer;	/* NULL: a rehearsal */
	struct writer_piece *open[OPEN_PIECES];	/* last used first */
	size_t		 nopen;
};

struct image *
image_new(int fd, const char *path, uint64_t start, uint64_t size,
    struct err *e)
{
	struct image *im = mem_array(1, sizeof(*im));

	if (im == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	im->path = path;
	im->start = start;
	im->size = size;
	if (fd >= 0 && (im->writer = writer_new(fd, path, e)) == NULL) {
		image_free(im);
		return NULL;
	}
	return im;
}

uint64_t
image_size(const struct image *im)
{
	return im->size;
}

int
image_rehearsal(const struct image *im)
{
	return im->writer == NULL;
}

/* Give the last of the open pieces to the writer. */
static int
hand_over(struct image *im, struct err *e)
{
	return writer_put(im->writer, im->open[--im->nopen], e);
}

int
image_flush(struct image *im, struct err *e)
{
	if (im->writer == NULL)
		return 0;
	while (im->nopen != 0) {
		if (hand_over(im, e) != 0)
			return -1;
	}
	return writer_wait(im->writer, e);
}

/* The open piece that begins at byte off of the file, moved to the front. */
static struct writer_piece *
piece_at(struct image *im, uint64_t off, struct err *e)
{
	struct writer_piece *p;
	size_t i;

	for (i = 0; i < im->nopen && im->open[i]->off != off; i++)
		;
	if (i == im->nopen) {
		if (im->nopen == OPEN_PIECES && hand_over(im, e) != 0)
			return NULL;
		i = im->nopen++;
		im->open[i] = writer_take(im->writer);
		im->open[i]->off = off;
		if ((im->open[i]->fresh = off >= im->top))
			im->top = off + WRITER_PIECE;
	}
	p = im->open[i];
	memmove(im->open + 1, im->open, i * sizeof(im->open[0]));
	im->open[0] = p;
	return p;
}

/* The grains of bytes [at, at + len) of the piece are to be written. */
static void
mark(struct writer_piece *p, size_t at, size_t len)
{
	size_t i = at / WRITER_GRAIN, n;
	size_t end = (at + len + WRITER_GRAIN - 1) / WRITER_GRAIN;
	uint64_t ones;

	for (; i < end; i += n) {
		n = 64 - i % 64 < end - i ? 64 - i % 64 : end - i;
		ones = n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
		p->have[i / 64] |= ones << i % 64;
	}
}

/* len bytes at byte off of the file; from NULL they are zeros. */
static int
gather(struct image *im, uint64_t off, const unsigned char *from, size_t len,
    struct err *e)
{
	struct writer_piece *p;
	size_t at, n;

	for (; len != 0; off += n, len -= n) {
		at = (size_t)(off % WRITER_PIECE);
		n = WRITER_PIECE - at < len ? WRITER_PIECE - at : len;
		if ((im->nopen == 0 || im->open[0]->off != off - at) &&
		    piece_at(im, off - at, e) == NULL)
			return -1;
		p = im->open[0];
		if (from != NULL) {
			memcpy(p->buf + at, from, n);
			from += n;
		} else
			memset(p->buf + at, 0, n);
		mark(p, at, n);
	}
	return 0;
}

int
image_write_padded(struct image *im, uint64_t off, const void *buf,
    size_t len, size_t room, struct err *e)
{
	if (off > im->size || room > im->size - off || len > room ||
	    (off | room) % WRITER_GRAIN != 0)
		return err_set(e, "%s: write of %zu bytes at %llu: not in the "
		    "file system's sectors", im->path, room,
		    (unsigned long long)off);
	if (im->writer == NULL)
		return 0;
	off += im->start;
	return gather(im, off, buf, len, e) == 0 &&
	    gather(im, off + len, NULL, room - len, e) == 0 ? 0 : -1;
}

int
image_write(struct image *im, uint64_t off, const void *buf, size_t len,
    struct err *e)
{
	return image_write_padded(im, off, buf, len, len, e);
}

void
image_free(struct image *im)
{
	if (im == NULL)
		return;
	writer_free(im->writer);
	free(im);
}
