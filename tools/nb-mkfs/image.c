/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * image.c: gathers a file system's writes into large ones.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "mem.h"

#define GATHER (1024u * 1024)

struct image {
	int		 fd;
	const char	*path;
	uint64_t	 start, size;
	uint64_t	 at;		/* where buf belongs */
	size_t		 used;
	unsigned char	*buf;
};

struct image *
image_new(int fd, const char *path, uint64_t start, uint64_t size,
    struct err *e)
{
	struct image *im = mem_array(1, sizeof(*im));

	if (im == NULL || (fd >= 0 && (im->buf = malloc(GATHER)) == NULL)) {
		free(im);
		(void)err_mem(e);
		return NULL;
	}
	im->fd = fd;
	im->path = path;
	im->start = start;
	im->size = size;
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
	return im->fd < 0;
}

static int
write_out(struct image *im, uint64_t off, const unsigned char *p, size_t len,
    struct err *e)
{
	ssize_t n;

	while (len != 0) {
		n = pwrite(im->fd, p, len, (off_t)(im->start + off));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = EIO;
			return err_sys(e, "%s", im->path);
		}
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int
image_flush(struct image *im, struct err *e)
{
	size_t used = im->used;

	im->used = 0;
	return used != 0 ? write_out(im, im->at, im->buf, used, e) : 0;
}

int
image_write(struct image *im, uint64_t off, const void *buf, size_t len,
    struct err *e)
{
	if (off > im->size || len > im->size - off)
		return err_set(e, "%s: write of %zu bytes at %llu, past the "
		    "end of the file system", im->path, len,
		    (unsigned long long)off);
	if (im->fd < 0)
		return 0;
	if (im->used != 0 &&
	    (off != im->at + im->used || len > GATHER - im->used) &&
	    image_flush(im, e) != 0)
		return -1;
	if (len >= GATHER)
		return write_out(im, off, buf, len, e);
	if (im->used == 0)
		im->at = off;
	memcpy(im->buf + im->used, buf, len);
	im->used += len;
	return 0;
}

void
image_free(struct image *im)
{
	if (im == NULL)
		return;
	free(im->buf);
	free(im);
}
