/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * content.c: files of the host as content of layers, and their hard links.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "layer_impl.h"
#include "mem.h"

#define PIECE (256u * 1024)

void
content_set(struct content *c, int dir, const char *name, const char *path,
    const struct stat *st)
{
	content_close(c);
	c->dir = dir;
	c->name = name;
	c->path = path;
	c->size = (uint64_t)st->st_size;
	c->off = 0;
	/* Where all of it takes room there is no hole to look for. */
	c->data_end = (uint64_t)st->st_blocks * 512 >= c->size ? c->size : 0;
	c->ended = false;
}

/* What takes the place of a file meanwhile may be a FIFO: do not wait. */
static int
open_now(struct content *c, struct err *e)
{
	if (c->buf == NULL && (c->buf = malloc(PIECE)) == NULL)
		return err_mem(e);
	c->fd = openat(c->dir, c->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return c->fd < 0 ? err_sys(e, "%s", c->path) : 0;
}

/* Find the next run of data at or behind c->off: 1, or 0 when only a hole is
 * left. Where the host cannot tell, all is data. */
static int
next_run(struct content *c)
{
#if defined(SEEK_DATA) && defined(SEEK_HOLE)
	off_t data, hole;

	data = lseek(c->fd, (off_t)c->off, SEEK_DATA);
	if (data < 0 && errno == ENXIO)
		return 0;
	if (data >= 0 && (hole = lseek(c->fd, data, SEEK_HOLE)) > data) {
		c->off = (uint64_t)data;
		c->data_end = (uint64_t)hole < c->size ? (uint64_t)hole :
		    c->size;
		return c->off < c->size;
	}
#endif
	c->data_end = c->size;
	return 1;
}

static int
changed(const struct content *c, struct err *e)
{
	return err_set(e, "%s: changed while it was read", c->path);
}

/* The end was come to: does the file end there, too? */
static int
check_end(const struct content *c, struct err *e)
{
	struct stat st;

	if (c->ended)
		return 0;
	if (fstat(c->fd, &st) != 0)
		return err_sys(e, "%s", c->path);
	return (uint64_t)st.st_size == c->size ? 0 : changed(c, e);
}

/* The next piece of the present run, into c->buf. */
static ssize_t
read_piece(struct content *c, struct err *e)
{
	uint64_t left = c->data_end - c->off;
	size_t want = left < PIECE ? (size_t)left : PIECE;
	bool last = c->data_end == c->size && left < PIECE;
	ssize_t n;

	do {
		/* One byte more tells whether the file has grown. */
		n = pread(c->fd, c->buf, want + last, (off_t)c->off);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, "%s", c->path);
	if (n == 0)
		return err_set(e, "%s: shrank while it was read", c->path);
	if ((size_t)n > want)
		return changed(c, e);
	c->ended = last && (size_t)n == want;
	return n;
}

int
content_data(struct content *c, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	ssize_t n;

	if (c->name == NULL || (c->fd < 0 && open_now(c, e) != 0))
		return c->name == NULL ? 0 : -1;
	if (c->off < c->size && c->off >= c->data_end && next_run(c) == 0)
		c->off = c->size;
	if (c->off >= c->size) {
		n = check_end(c, e);
		content_close(c);
		return (int)n;
	}
	if ((n = read_piece(c, e)) < 0)
		return -1;
	*buf = c->buf;
	*len = (size_t)n;
	*off = c->off;
	c->off += (uint64_t)n;
	return 1;
}

int
content_range(struct content *c, uint64_t *off, uint64_t *len, struct err *e)
{
	if (c->name == NULL || c->off >= c->size)
		return 0;
	if (c->off >= c->data_end) {
		if (c->fd < 0 && open_now(c, e) != 0)
			return -1;
		if (next_run(c) == 0)
			return 0;
	}
	*off = c->off;
	*len = c->data_end - c->off;
	c->off = c->data_end;
	return 1;
}

void
content_close(struct content *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
	c->name = NULL;
}

void
content_free(struct content *c)
{
	content_close(c);
	free(c->buf);
	c->buf = NULL;
}

struct seen {
	struct seen	*next;
	uint64_t	 dev, ino;
	char		 name[];
};

struct links {
	struct seen	**bucket;
	size_t		  nbuckets, n;	/* a power of 2; files */
};

static struct seen **
bucket_of(const struct links *l, uint64_t dev, uint64_t ino)
{
	return &l->bucket[(ino ^ dev) & (l->nbuckets - 1)];
}

/* Twice the buckets, or no memory for them: it can do without. */
static void
links_grow(struct links *l)
{
	struct seen **old = l->bucket, *s, **head;
	size_t i, n = l->nbuckets;

	if ((l->bucket = mem_array(2 * n, sizeof(*old))) == NULL) {
		l->bucket = old;
		return;
	}
	l->nbuckets = 2 * n;
	for (i = 0; i < n; i++) {
		while ((s = old[i]) != NULL) {
			old[i] = s->next;
			head = bucket_of(l, s->dev, s->ino);
			s->next = *head;
			*head = s;
		}
	}
	free(old);
}

struct links *
links_new(void)
{
	struct links *l = mem_array(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->nbuckets = 4096;
	l->bucket = mem_array(l->nbuckets, sizeof(*l->bucket));
	if (l->bucket == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

const char *
links_seen(struct links *l, uint64_t dev, uint64_t ino, const char *name,
    struct err *e, bool *failed)
{
	struct seen *s, **head;
	size_t len = strlen(name);

	*failed = false;
	if (l->n >= l->nbuckets)
		links_grow(l);
	head = bucket_of(l, dev, ino);
	for (s = *head; s != NULL; s = s->next) {
		if (s->dev == dev && s->ino == ino)
			return s->name;
	}
	if ((s = malloc(sizeof(*s) + len + 1)) == NULL) {
		(void)err_mem(e);
		*failed = true;
		return NULL;
	}
	s->dev = dev;
	s->ino = ino;
	memcpy(s->name, name, len + 1);
	s->next = *head;
	*head = s;
	l->n++;
	return NULL;
}

void
links_free(struct links *l)
{
	struct seen *s;
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->nbuckets; i++) {
		while ((s = l->bucket[i]) != NULL) {
			l->bucket[i] = s->next;
			free(s);
		}
	}
	free(l->bucket);
	free(l);
}
