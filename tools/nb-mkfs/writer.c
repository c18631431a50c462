/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * writer.c: a ring of buffers between the one who fills them and a thread.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"
#include "writer.h"

#define PIECES 4u

struct piece {
	unsigned char	*buf;
	uint64_t	 off;
	size_t		 len;
};

struct writer {
	int		 fd;
	const char	*path;
	struct piece	 piece[PIECES];
	/* All below is under lock; pieces [done, put) are the thread's. */
	pthread_mutex_t	 lock;
	pthread_cond_t	 changed;
	uint64_t	 put, done;
	bool		 ending, failed;
	struct err	 err;
	bool		 threaded;
	pthread_t	 thread;
};

static int
write_piece(const struct writer *w, const struct piece *p, struct err *e)
{
	const unsigned char *at = p->buf;
	uint64_t off = p->off;
	size_t left = p->len;
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

static void *
run(void *ctx)
{
	struct writer *w = ctx;
	struct err e;
	int r;

	(void)pthread_mutex_lock(&w->lock);
	for (;;) {
		while (w->put == w->done && !w->ending)
			(void)pthread_cond_wait(&w->changed, &w->lock);
		if (w->ending)
			break;
		r = 0;
		if (!w->failed) {
			(void)pthread_mutex_unlock(&w->lock);
			r = write_piece(w, &w->piece[w->done % PIECES], &e);
			(void)pthread_mutex_lock(&w->lock);
		}
		if (r != 0) {
			w->failed = true;
			w->err = e;
		}
		w->done++;
		(void)pthread_cond_signal(&w->changed);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Signals are for the thread that knows what they mean. */
static void
start_thread(struct writer *w)
{
	sigset_t all, saved;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &saved);
	w->threaded = pthread_create(&w->thread, NULL, run, w) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &saved, NULL);
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
	for (i = 0; i < PIECES; i++) {
		if ((w->piece[i].buf = malloc(WRITER_PIECE)) == NULL) {
			(void)err_mem(e);
			writer_free(w);
			return NULL;
		}
	}
	start_thread(w);
	return w;
}

/* Wait until at most n pieces are on their way. */
static void
wait_for(struct writer *w, unsigned n)
{
	(void)pthread_mutex_lock(&w->lock);
	while (w->put - w->done > n)
		(void)pthread_cond_wait(&w->changed, &w->lock);
	(void)pthread_mutex_unlock(&w->lock);
}

unsigned char *
writer_buffer(struct writer *w)
{
	wait_for(w, PIECES - 1);
	return w->piece[w->put % PIECES].buf;
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
writer_put(struct writer *w, uint64_t off, size_t len, struct err *e)
{
	struct piece *p = &w->piece[w->put % PIECES];

	p->off = off;
	p->len = len;
	if (!w->threaded)
		return write_piece(w, p, e);
	(void)pthread_mutex_lock(&w->lock);
	w->put++;
	(void)pthread_cond_signal(&w->changed);
	(void)pthread_mutex_unlock(&w->lock);
	return failure(w, e);
}

int
writer_wait(struct writer *w, struct err *e)
{
	wait_for(w, 0);
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
	for (i = 0; i < PIECES; i++)
		free(w->piece[i].buf);
	(void)pthread_mutex_destroy(&w->lock);
	(void)pthread_cond_destroy(&w->changed);
	free(w);
}
