/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * place.c: a queue, a thread, and what is done.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "place.h"
#include "thread.h"

#define GROUP 64	/* files, each with a descriptor */

struct list {
	struct place	 *first, **end;
};

struct placer {
	void		(*wake)(void *);
	void		 *ctx;
	struct place	 *group[GROUP];	/* written; of who places them */
	size_t		  n;
	struct folders	  folders;	/* of who places them */
	bool		  threaded;
	pthread_t	  thread;
	pthread_mutex_t	  lock;
	pthread_cond_t	  more;
	/* Under the lock: */
	struct list	  todo, done;
	bool		  tell;		/* somebody wants to be woken */
	bool		  last;		/* there will be no more */
};

static void
list_clear(struct list *l)
{
	l->first = NULL;
	l->end = &l->first;
}

static void
list_add(struct list *l, struct place *p)
{
	p->next = NULL;
	*l->end = p;
	l->end = &p->next;
}

static struct place *
list_take(struct list *l)
{
	struct place *first = l->first;

	list_clear(l);
	return first;
}

struct placer *
placer_new(void (*wake)(void *), void *ctx, struct err *e)
{
	struct placer *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	p->wake = wake;
	p->ctx = ctx;
	list_clear(&p->todo);
	list_clear(&p->done);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->more, NULL);
	return p;
}

static void
tell(struct placer *p)
{
	bool wake;

	(void)pthread_mutex_lock(&p->lock);
	wake = p->threaded && p->tell;
	p->tell = false;
	(void)pthread_mutex_unlock(&p->lock);
	if (wake)
		p->wake(p->ctx);
}

static void
done(struct placer *p, struct place *f)
{
	(void)pthread_mutex_lock(&p->lock);
	list_add(&p->done, f);
	/* There may be another place to have it from. */
	p->tell = p->tell || f->result != 0;
	(void)pthread_mutex_unlock(&p->lock);
}

/* Before it waits for the first of them, the disk knows of all. */
static void
group_end(struct placer *p)
{
	struct place *f;
	size_t i;

	for (i = 0; i < 2 * p->n && p->n > 1; i++) {
		f = p->group[i % p->n];
		f->ops->hurry(f->ctx, i >= p->n);
	}
	for (i = 0; i < p->n; i++) {
		f = p->group[i];
		f->result = f->ops->settle(f->ctx, f->err);
	}
	for (i = 0; i < p->n; i++) {
		f = p->group[i];
		if (f->result == 0)
			f->result = f->ops->publish(f->ctx, &p->folders,
			    f->err);
		done(p, f);
	}
	p->n = 0;
	tell(p);
}

static void
group_add(struct placer *p, struct place *f)
{
	if ((f->result = f->ops->write(f->ctx, f->err)) == 0)
		p->group[p->n++] = f;
	else {
		done(p, f);
		tell(p);
	}
	if (p->n == GROUP)
		group_end(p);
}

/* What waits to be written; NULL: nothing. With wait, only if there will never
 * be more. */
static struct place *
next(struct placer *p, bool wait)
{
	struct place *first;

	(void)pthread_mutex_lock(&p->lock);
	while (wait && p->todo.first == NULL && !p->last)
		(void)pthread_cond_wait(&p->more, &p->lock);
	first = list_take(&p->todo);
	(void)pthread_mutex_unlock(&p->lock);
	return first;
}

static void *
place_all(void *arg)
{
	struct placer *p = arg;
	struct place *f, *after;

	while ((f = next(p, p->n == 0)) != NULL || p->n > 0) {
		if (f == NULL)
			group_end(p);
		for (; f != NULL; f = after) {
			after = f->next;
			group_add(p, f);
		}
	}
	return NULL;
}

void
placer_add(struct placer *p, struct place *f)
{
	if (!p->threaded)
		p->threaded = thread_start(&p->thread, place_all, p);
	if (!p->threaded) {
		group_add(p, f);
		group_end(p);
		return;
	}
	(void)pthread_mutex_lock(&p->lock);
	list_add(&p->todo, f);
	(void)pthread_cond_signal(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
}

struct place *
placer_take(struct placer *p)
{
	struct place *first;

	(void)pthread_mutex_lock(&p->lock);
	first = list_take(&p->done);
	(void)pthread_mutex_unlock(&p->lock);
	return first;
}

bool
placer_tell(struct placer *p)
{
	bool none;

	(void)pthread_mutex_lock(&p->lock);
	none = p->done.first == NULL;
	p->tell = none;
	(void)pthread_mutex_unlock(&p->lock);
	return none;
}

int
placer_finish(struct placer *p, struct err *e)
{
	(void)pthread_mutex_lock(&p->lock);
	p->last = true;
	(void)pthread_cond_signal(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->threaded)
		(void)pthread_join(p->thread, NULL);
	p->threaded = false;
	return folders_sync(&p->folders, e);
}

void
placer_free(struct placer *p)
{
	if (p == NULL)
		return;
	folders_free(&p->folders);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->more);
	free(p);
}
