/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * follow.c: one thread for each file that is large enough to be worth one.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "follow.h"
#include "thread.h"

#define READ_SIZE   (128 * 1024)
#define WORTH_BYTES (1024 * 1024)	/* of a thread */

struct follow {
	struct digest	*digest;
	const char	*path;
	uint8_t		*buf;
	uint64_t	 at;		/* summed so far; of who sums */
	int		 fd;
	int		 number;	/* errno of a read that failed */
	bool		 threaded;
	pthread_t	 thread;
	/* Under the lock: */
	pthread_mutex_t	 lock;
	pthread_cond_t	 more;
	uint64_t	 size;		/* that may be read */
	bool		 last;		/* there will be no more */
	bool		 stop;		/* nor is the sum wanted */
};

struct follow *
follow_new(enum digest_kind kind, int fd, const char *path, struct err *e)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (f == NULL || (f->buf = malloc(READ_SIZE)) == NULL) {
		free(f);
		(void)err_mem(e);
		return NULL;
	}
	if ((f->digest = digest_new(kind, e)) == NULL) {
		free(f->buf);
		free(f);
		return NULL;
	}
	f->fd = fd;
	f->path = path;
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)pthread_cond_init(&f->more, NULL);
	return f;
}

/* The next piece below size. */
static void
sum_piece(struct follow *f, uint64_t size)
{
	uint64_t left = size - f->at;
	ssize_t n;

	n = pread(f->fd, f->buf, left < READ_SIZE ? (size_t)left : READ_SIZE,
	    (off_t)f->at);
	if (n == -1 && errno == EINTR)
		return;
	if (n <= 0) {
		f->number = n == 0 ? EIO : errno;
		return;
	}
	digest_update(f->digest, f->buf, (size_t)n);
	f->at += (uint64_t)n;
}

static void *
sum_all(void *arg)
{
	struct follow *f = arg;
	uint64_t size;
	bool ends;

	for (;;) {
		(void)pthread_mutex_lock(&f->lock);
		while (f->size == f->at && !f->last && !f->stop)
			(void)pthread_cond_wait(&f->more, &f->lock);
		size = f->size;
		ends = f->stop || (f->last && f->size == f->at);
		(void)pthread_mutex_unlock(&f->lock);
		if (ends || f->number != 0)
			return NULL;
		sum_piece(f, size);
	}
}

static void
tell(struct follow *f, uint64_t size, bool last, bool stop)
{
	(void)pthread_mutex_lock(&f->lock);
	f->size = size;
	f->last = last;
	f->stop = stop;
	(void)pthread_cond_signal(&f->more);
	(void)pthread_mutex_unlock(&f->lock);
}

void
follow_to(struct follow *f, uint64_t size)
{
	tell(f, size, false, false);
	/* Without a thread it is done at the end. */
	if (!f->threaded && size >= WORTH_BYTES)
		f->threaded = thread_start(&f->thread, sum_all, f);
}

static void
join(struct follow *f)
{
	if (f->threaded)
		(void)pthread_join(f->thread, NULL);
	f->threaded = false;
}

int
follow_end(struct follow *f, char hex[DIGEST_HEX_MAX], struct err *e)
{
	uint8_t raw[DIGEST_BYTES_MAX];

	tell(f, f->size, true, false);
	join(f);
	while (f->at < f->size && f->number == 0)
		sum_piece(f, f->size);
	if (f->number != 0) {
		errno = f->number;
		return err_sys(e, "%s: cannot be read again", f->path);
	}
	digest_hex(hex, raw, digest_final(f->digest, raw));
	f->digest = NULL;
	return 0;
}

void
follow_free(struct follow *f)
{
	if (f == NULL)
		return;
	tell(f, f->size, false, true);
	join(f);
	digest_free(f->digest);
	(void)pthread_mutex_destroy(&f->lock);
	(void)pthread_cond_destroy(&f->more);
	free(f->buf);
	free(f);
}
