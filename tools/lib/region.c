/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * region.c: bounds, and a cache of pages.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "compat.h"
#include "mem.h"
#include "readall.h"
#include "region.h"

#define PAGES 64u	/* a page has one place, by its number */

struct page {
	uint64_t	 number;	/* of the page, plus 1; 0: none */
	size_t		 len;		/* less at the region's end */
};

struct region {
	int		 fd;
	const char	*path;
	uint64_t	 start, size;
	uint8_t		*buf;		/* of PAGES pages */
	struct page	 page[PAGES];
};

struct region *
region_new(int fd, const char *path, uint64_t start, uint64_t size,
    struct err *e)
{
	struct region *r;

	if (start > INT64_MAX || size > INT64_MAX - start) {
		(void)err_set(e, "%s: a file system of %" PRIu64
		    " bytes from %" PRIu64 " on: no file is so large", path,
		    size, start);
		return NULL;
	}
	r = mem_array(1, sizeof(*r));
	if (r == NULL || (r->buf = mem_array(PAGES, REGION_PAGE)) == NULL) {
		free(r);
		(void)err_mem(e);
		return NULL;
	}
	r->fd = fd;
	r->path = path;
	r->start = start;
	r->size = size;
	return r;
}

uint64_t
region_size(const struct region *r)
{
	return r->size;
}

int
region_read(struct region *r, uint64_t off, void *buf, size_t len,
    struct err *e)
{
	ssize_t n;

	if (off > r->size || len > r->size - off)
		return err_set(e, "%s: %zu bytes at %" PRIu64 ": outside the "
		    "file system's %" PRIu64, r->path, len, off, r->size);
	n = read_all_at(r->fd, buf, len, (off_t)(r->start + off));
	if (n == -1)
		return err_sys(e, "%s", r->path);
	if ((size_t)n < len)
		return err_set(e, "%s: cut off: %zu bytes at %" PRIu64
		    " of its file system are not there", r->path,
		    len - (size_t)n, off + (uint64_t)n);
	return 0;
}

const uint8_t *
region_peek(struct region *r, uint64_t off, size_t len, struct err *e)
{
	uint64_t number = off / REGION_PAGE, at = number * REGION_PAGE;
	struct page *p = &r->page[number % PAGES];
	uint8_t *buf = r->buf + number % PAGES * REGION_PAGE;

	if (p->number != number + 1) {
		p->number = 0;
		p->len = at < r->size && r->size - at < REGION_PAGE ?
		    (size_t)(r->size - at) : REGION_PAGE;
		if (region_read(r, at, buf, p->len, e) == -1)
			return NULL;
		p->number = number + 1;
	}
	if (off - at > p->len || len > p->len - (off - at)) {
		(void)err_set(e, "%s: %zu bytes at %" PRIu64 ": outside the "
		    "file system's %" PRIu64, r->path, len, off, r->size);
		return NULL;
	}
	return buf + (off - at);
}

uint64_t
region_data(const struct region *r, uint64_t off)
{
#ifdef SEEK_DATA
	off_t data;

	if (off >= r->size)
		return off;
	data = lseek(r->fd, (off_t)(r->start + off), SEEK_DATA);
	if (data == -1 && errno == ENXIO)
		return r->size;
	if (data != -1 && (uint64_t)data > r->start + off)
		return (uint64_t)data - r->start < r->size ?
		    (uint64_t)data - r->start : r->size;
#else
	(void)r;
#endif
	return off;
}

void
region_free(struct region *r)
{
	if (r == NULL)
		return;
	free(r->buf);
	free(r);
}
