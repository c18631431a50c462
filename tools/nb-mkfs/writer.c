/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * writer.c: buffers that go around between the one who fills them and a
 * thread.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "thread.h"
#include "writer.h"

#define GAP_GRAINS (8192 / WRITER_GRAIN)	/* what is a short gap */

struct writer {
	int		 fd;
	const char	*path;
	struct writer_piece piece[WRITER_PIECES];
	/* All below is under lock. */
	pthread_mutex_t	 lock;
	pthread_cond_t	 changed;
	struct writer_piece *idle[WRITER_PIECES];
	size_t		 nidle;
	/* A ring: those of [done, put) are to be written. */
	struct writer_piece *queue[WRITER_PIECES];
	uint64_t	 put, done;
	bool		 ending, failed;
	struct err	 err;
	bool		 threaded;
	pthread_t	 thread;
};

static int
write_run(const struct writer *w, const unsigned char *at, uint64_t off,
    size_t left, struct err *e)
{
	ssize_t n;

	while (left != 0) {
		n = pwrite(w->fd, at, left, (off_t)off);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = EIO;
			return err_sys(e, "%s", w->path);
		}
		at += n;
		off += (uint64_t)n;
		left -= (size_t)n;
	}
	return 0;
}

/* The first grain from i on that the piece has, or (when `lacks`) has not. */
static unsigned
next_grain(const struct writer_piece *p, unsigned i, bool lacks)
{
	uint64_t flip = lacks ? UINT64_MAX : 0, word;

	for (; i < WRITER_GRAINS; i = (i / 64 + 1) * 64) {
		for (word = (p->have[i / 64] ^ flip) >> i % 64; word != 0;
		    word >>= 1, i++) {
			if ((word & 1) != 0)
				return i;
		}
	}
	return WRITER_GRAINS;
}

/*
 * The end of the run that begins at grain i. A short gap is written as zeros:
 * at most a page or two of the host's file would be a hole for it, and it costs
 * a system call, and both its pages being touched twice.
 */
static unsigned
run_end(const struct writer_piece *p, unsigned i)
{
	unsigned end = next_grain(p, i, true), next;

	while (p->fresh && end < WRITER_GRAINS) {
		next = next_grain(p, end, false);
		if (next == WRITER_GRAINS || next - end > GAP_GRAINS)
			break;
		memset(p->buf + (size_t)end * WRITER_GRAIN, 0,
		    (size_t)(next - end) * WRITER_GRAIN);
		end = next_grain(p, next, true);
	}
	return end;
}

static int
write_piece(const struct writer *w, const struct writer_piece *p,
    struct err *e)
{
	unsigned i, end;

	for (i = next_grain(p, 0, false); i < WRITER_GRAINS;
	    i = next_grain(p, end, false)) {
		end = run_end(p, i);
		if (write_run(w, p->buf + (size_t)i * WRITER_GRAIN,
		    p->off + (uint64_t)i * WRITER_GRAIN,
		    (size_t)(end - i) * WRITER_GRAIN, e) != 0)
			return -1;
	}
	return 0;
}

static void *
run(void *ctx)
{
	struct writer *w = ctx;
	struct writer_piece *p;
	struct err e;
	int r;

	(void)pthread_mutex_lock(&w->lock);
	for (;;) {
		while (w->put == w->done && !w->ending)
			(void)pthread_cond_wait(&w->changed, &w->lock);
		if (w->ending)
			break;
		p = w->queue[w->done % WRITER_PIECES];
		r = 0;
		if (!w->failed) {
			(void)pthread_mutex_unlock(&w->lock);
			r = write_piece(w, p, &e);
			(void)pthread_mutex_lock(&w->lock);
		}
		if (r != 0) {
			w->failed = true;
			w->err = e;
		}
		w->idle[w->nidle++] = p;
		w->done++;
		(void)pthread_cond_signal(&w->changed);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct writer *
writer_new(int fd, const char *path, struct err *e)
{
	struct writer *w = mem_array(1, sizeof(*w));
	unsigned i;

	if (w == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	w->fd = fd;
	w->path = path;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->changed, NULL);
	for (i = 0; i < WRITER_PIECES; i++) {
		w->idle[w->nidle++] = &w->piece[i];
		if ((w->piece[i].buf = malloc(WRITER_PIECE)) == NULL) {
			(void)err_mem(e);
			writer_free(w);
			return NULL;
		}
	}
	w->threaded = thread_start(&w->thread, run, w);
	return w;
}

struct writer_piece *
writer_take(struct writer *w)
{
	struct writer_piece *p;

	(void)pthread_mutex_lock(&w->lock);
	while (w->nidle == 0)
		(void)pthread_cond_wait(&w->changed, &w->lock);
	p = w->idle[--w->nidle];
	(void)pthread_mutex_unlock(&w->lock);
	memset(p->have, 0, sizeof(p->have));
	return p;
}

static int
failure(struct writer *w, struct err *e)
{
	bool failed;

	(void)pthread_mutex_lock(&w->lock);
	if ((failed = w->failed))
		*e = w->err;
	(void)pthread_mutex_unlock(&w->lock);
	return failed ? -1 : 0;
}

int
writer_put(struct writer *w, struct writer_piece *p, struct err *e)
{
	if (!w->threaded) {
		w->idle[w->nidle++] = p;
		return write_piece(w, p, e);
	}
	(void)pthread_mutex_lock(&w->lock);
	w->queue[w->put++ % WRITER_PIECES] = p;
	(void)pthread_cond_signal(&w->changed);
	(void)pthread_mutex_unlock(&w->lock);
	return failure(w, e);
}

int
writer_wait(struct writer *w, struct err *e)
{
	(void)pthread_mutex_lock(&w->lock);
	while (w->put != w->done)
		(void)pthread_cond_wait(&w->changed, &w->lock);
	(void)pthread_mutex_unlock(&w->lock);
	return failure(w, e);
}

void
writer_free(struct writer *w)
{
	unsigned i;

	if (w == NULL)
		return;
	if (w->threaded) {
		(void)pthread_mutex_lock(&w->lock);
		w->ending = true;
		(void)pthread_cond_signal(&w->changed);
		(void)pthread_mutex_unlock(&w->lock);
		(void)pthread_join(w->thread, NULL);
	}
	for (i = 0; i < WRITER_PIECES; i++)
		free(w->piece[i].buf);
	(void)pthread_mutex_destroy(&w->lock);
	(void)pthread_cond_destroy(&w->changed);
	free(w);
}
