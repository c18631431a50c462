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

struct image {
	const char	*path;
	uint64_t	 start, size;
	struct writer	*writer;	/* NULL: a rehearsal */
	unsigned char	*buf;		/* the writer's; NULL: none at hand */
	uint64_t	 at;		/* where it belongs */
	size_t		 used;
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

/* Give what was gathered to the writer. */
static int
hand_over(struct image *im, struct err *e)
{
	size_t used = im->used;

	im->used = 0;
	im->buf = NULL;
	return used == 0 ? 0 :
	    writer_put(im->writer, im->start + im->at, used, e);
}

int
image_flush(struct image *im, struct err *e)
{
	if (im->writer == NULL)
		return 0;
	return hand_over(im, e) == 0 && writer_wait(im->writer, e) == 0 ? 0 :
	    -1;
}

int
image_write(struct image *im, uint64_t off, const void *buf, size_t len,
    struct err *e)
{
	const unsigned char *p = buf;
	size_t n;

	if (off > im->size || len > im->size - off)
		return err_set(e, "%s: write of %zu bytes at %llu, past the "
		    "end of the file system", im->path, len,
		    (unsigned long long)off);
	if (im->writer == NULL)
		return 0;
	if (im->used != 0 && off != im->at + im->used && hand_over(im, e) != 0)
		return -1;
	while (len != 0) {
		if (im->buf == NULL)
			im->buf = writer_buffer(im->writer);
		if (im->used == 0)
			im->at = off;
		n = WRITER_PIECE - im->used < len ? WRITER_PIECE - im->used :
		    len;
		memcpy(im->buf + im->used, p, n);
		im->used += n;
		p += n;
		off += n;
		len -= n;
		if (im->used == WRITER_PIECE && hand_over(im, e) != 0)
			return -1;
	}
	return 0;
}

void
image_free(struct image *im)
{
	if (im == NULL)
		return;
	writer_free(im->writer);
	free(im);
}
