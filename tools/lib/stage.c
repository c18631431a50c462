/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stage.c: streams contents into a stage while layers are merged, then walks
 * the tree for all that has none, and for METALOG.
 */
#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "compat.h"
#include "confine.h"
#include "death.h"
#include "extract.h"
#include "layer.h"
#include "mem.h"
#include "metalog.h"
#include "path.h"
#include "progress.h"
#include "stage.h"
#include "stagedir.h"
#include "tree.h"

/* node->ino of what the stage has already. */
enum { MADE = 1 };

struct stage {
	struct stagedir	*dir;
	struct extract	*x;
	const char	*shown;
	struct progress	*progress;
	int		 fd;		/* of the file being written */
	uint64_t	 bytes;
	mode_t		 mask;		/* the caller's umask */
	struct node	**made;		/* to be undone, the last first */
	size_t		 nmade, cap;
	char		 name[PATH_LEN_MAX];
};

/* --- Signals: held back while the list of what was made changes. */

static struct stage *volatile current;

/* Remove all that was made, and nothing else. Only calls that a signal
 * handler may make (POSIX 2.4.3). */
static void
undo(struct stage *s)
{
	while (s->nmade > 0)
		extract_remove(s->x,
		    tree_path(s->made[--s->nmade], s->name));
	stagedir_undo(s->dir);
}

/* The signal raised here kills when this returns (death_last). */
static void
on_death(int sig)
{
	int saved_errno = errno;
	struct stage *s = current;

	current = NULL;
	if (s != NULL)
		undo(s);
	(void)raise(sig);
	errno = saved_errno;
}

/* --- One file after the other. */

/* Room on the list first: what was made has to be on it. */
static int
reserve(struct stage *s, struct err *e)
{
	void *p = mem_grow(s->made, &s->cap, s->nmade + 1, sizeof(*s->made));

	if (p == NULL)
		return err_mem(e);
	s->made = p;
	return 0;
}

static void
made(struct stage *s, struct node *n)
{
	s->made[s->nmade++] = n;
	n->ino = MADE;
}

static int
make_folder(struct stage *s, struct node *n, struct err *e)
{
	int r;

	if (reserve(s, e) != 0)
		return -1;
	(void)tree_path(n, s->name);
	if ((r = extract_mkdir(s->x, s->name, 0700, e)) < 0)
		return -1;
	if (r == 1)
		return err_set(e, "%s/%.999s: this file system takes it for the "
		    "same as another name of the image: use one that tells "
		    "upper from lower case", s->shown, s->name);
	made(s, n);
	return 0;
}

/* The folders that n is in, from the top. */
static int
make_parents(struct stage *s, struct node *n, struct err *e)
{
	struct node *top;

	if (n->parent->parent == n->parent &&
	    strcmp(n->name, STAGE_METALOG) == 0)
		return err_set(e, "%s: a stage needs the name " STAGE_METALOG
		    " for itself", n->name);
	while (n->parent->ino != MADE) {
		for (top = n->parent; top->parent->ino != MADE;)
			top = top->parent;
		if (make_parents(s, top, e) != 0 || make_folder(s, top, e) != 0)
			return -1;
	}
	return 0;
}

/* No more open than the entry is, but the owner's to read and write. */
static int
make_file(struct stage *s, struct node *n, struct err *e)
{
	int fd;

	if (make_parents(s, n, e) != 0 || reserve(s, e) != 0)
		return -1;
	(void)tree_path(n, s->name);
	fd = extract_file(s->x, s->name, (n->mode & 0777u) | 0600, e);
	if (fd >= 0)
		made(s, n);
	return fd;
}

/* --- The sink. */

static int
begin(void *ctx, struct node *n, struct err *e)
{
	struct stage *s = ctx;
	sigset_t saved;

	death_hold(&saved);
	s->fd = make_file(s, n, e);
	death_release(&saved);
	return s->fd >= 0 ? 0 : -1;
}

static int
file_error(const struct stage *s, const struct node *n, struct err *e)
{
	char name[PATH_LEN_MAX];

	return err_sys(e, "%s/%.999s", s->shown, tree_path(n, name));
}

static int
data(void *ctx, struct node *n, uint64_t off, const void *buf, size_t len,
    struct err *e)
{
	struct stage *s = ctx;
	const char *p = buf;
	ssize_t done;

	while (len > 0) {
		done = pwrite(s->fd, p, len, (off_t)off);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return file_error(s, n, e);
		p += done;
		off += (uint64_t)done;
		len -= (size_t)done;
		s->bytes += (uint64_t)done;
	}
	progress_at(s->progress, s->bytes);
	return 0;
}

static int
end(void *ctx, struct node *n, struct err *e)
{
	struct stage *s = ctx;
	int r = ftruncate(s->fd, (off_t)n->size);	/* a hole at the end */

	if (r != 0)
		(void)file_error(s, n, e);
	if (close(s->fd) != 0 && r == 0 && errno != EINTR)
		r = file_error(s, n, e);
	s->fd = -1;
	return r;
}

static void
discard(void *ctx, struct node *n)
{
	struct stage *s = ctx;
	sigset_t saved;

	death_hold(&saved);
	extract_remove(s->x, tree_path(n, s->name));
	n->ino = 0;
	death_release(&saved);
}

static const struct sink stage_sink = {
	.begin = begin, .data = data, .end = end, .discard = discard
};

/* --- The walk. */

/* METALOG cannot tell that two symbolic links are one file; so none are. */
static int
make_symlink(struct stage *s, struct node *n, struct err *e)
{
	const char *text = n->link != NULL ? n->link->target : n->target;

	if (make_parents(s, n, e) != 0 || reserve(s, e) != 0)
		return -1;
	(void)tree_path(n, s->name);
	if (extract_symlink(s->x, s->name, text, e) != 0)
		return -1;
	made(s, n);
	return 0;
}

static int
make_empty(struct stage *s, struct node *n, struct err *e)
{
	int fd = n->ino != MADE ? make_file(s, n, e) : -2;

	if (fd >= 0)
		(void)close(fd);
	return fd == -1 ? -1 : 0;
}

static int
make_link(struct stage *s, struct node *n, struct err *e)
{
	char target[PATH_LEN_MAX];

	if (make_empty(s, n->link, e) != 0 || make_parents(s, n, e) != 0 ||
	    reserve(s, e) != 0)
		return -1;
	if (extract_link(s->x, tree_path(n, s->name),
	    tree_path(n->link, target), e) != 0)
		return -1;
	made(s, n);
	return 0;
}

static int
make_node(struct stage *s, struct node *n, struct err *e)
{
	if (n->ino == MADE)
		return 0;
	switch (n->kind) {
	case ENTRY_DIR:
		return make_parents(s, n, e) == 0 ? make_folder(s, n, e) : -1;
	case ENTRY_FILE:
		return n->link != NULL ? make_link(s, n, e) :
		    make_empty(s, n, e);
	case ENTRY_SYMLINK:
		return make_symlink(s, n, e);
	default:
		return make_parents(s, n, e);	/* in METALOG only */
	}
}

static void
log_node(struct stage *s, const struct node *n)
{
	const struct node *f = n->link != NULL ? n->link : n;
	struct entry ent = {
		.name = tree_path(n, s->name), .target = f->target,
		.size = f->size, .mtime = f->mtime, .mtime_ns = f->mtime_ns,
		.mode = f->mode, .uid = f->uid, .gid = f->gid,
		.major = f->major, .minor = f->minor,
		.kind = (enum entry_kind)f->kind
	};

	metalog_write(stagedir_metalog(s->dir), &ent);
}

static int
make_rest(struct stage *s, struct tree *t, struct err *e)
{
	struct node *n;
	sigset_t saved;
	int r = 0;

	for (n = tree_next(t->root); n != NULL && r == 0; n = tree_next(n)) {
		death_hold(&saved);
		r = make_node(s, n, e);
		death_release(&saved);
	}
	return r;
}

static int
dress_node(struct stage *s, const struct node *n, struct err *e)
{
	struct timespec time;
	mode_t mode = (n->mode & 0777u & ~s->mask) | 0700;
	int fd;

	(void)tree_path(n, s->name);
	if (n->kind == ENTRY_DIR) {
		if ((fd = extract_folder(s->x, s->name, e)) < 0)
			return -1;
		if (fchmod(fd, mode) != 0)
			return file_error(s, n, e);
	}
	if (!compat_time_fits(n->mtime))
		return err_set(e, "%s: of a time that this system has no "
		    "number for", s->name);
	time.tv_sec = (time_t)n->mtime;
	time.tv_nsec = (long)n->mtime_ns;
	return extract_time(s->x, s->name, &time, e);
}

/* Times last, since making files changes those of folders. */
static int
dress(struct stage *s, const struct tree *t, struct err *e)
{
	const struct node *n;
	sigset_t saved;
	int r = 0;

	for (n = t->root; n != NULL && r == 0; n = tree_next(n)) {
		if (n->ino != MADE || (n->link != NULL &&
		    n->kind == ENTRY_FILE))
			continue;
		death_hold(&saved);
		r = dress_node(s, n, e);
		death_release(&saved);
	}
	return r;
}

static int
fill(struct stage *s, struct stage_job *job, struct tree *t, struct err *e)
{
	const struct node *n;

	t->root->ino = MADE;
	limit_room(&t->limit, stagedir_fd(s->dir));
	if (tree_merge(t, job->layers, job->nlayers, &stage_sink, s, e) != 0 ||
	    make_rest(s, t, e) != 0)
		return -1;
	for (n = t->root; n != NULL; n = tree_next(n))
		log_node(s, n);
	if (fflush(stagedir_metalog(s->dir)) != 0)
		return err_sys(e, "%s/" STAGE_METALOG, s->shown);
	job->files = t->nodes;
	job->bytes = s->bytes;
	(void)tree_hidden(t, &job->hidden);
	return dress(s, t, e);
}

static void
confine(const struct stage *s, struct stage_job *job)
{
	struct confine c;
	size_t i;

	confine_begin(&c, CONFINE_LINKS);
	stagedir_confine(s->dir, &c);
	cache_confine(&c);
	for (i = 0; i < job->nlayers; i++)
		layer_confine(&c, job->layers[i]);
	job->unconfined = confine_end(&c);
}

static int
open_stage(struct stage *s, const struct stage_job *job, struct err *e)
{
	s->mask = umask(077) & 077;
	(void)umask(s->mask);	/* what is ours has to stay ours */
	if ((s->dir = stagedir_open(job->path, e)) == NULL)
		return -1;
	s->shown = job->path;
	s->fd = -1;
	if ((s->x = extract_open(stagedir_fd(s->dir), s->shown, 0, e)) == NULL)
		stagedir_undo(s->dir);
	return s->x != NULL ? 0 : -1;
}

/* With signals held from here on: a rename is done or not. */
static int
finish(struct stage *s, int r, struct err *e)
{
	sigset_t saved;
	int placed = 0;

	death_hold(&saved);
	if (r == 0)
		r = stagedir_commit(s->dir, &placed, e);
	if (!placed)
		undo(s);
	current = NULL;
	death_release(&saved);
	return r;
}

int
stage_make(struct stage_job *job, struct err *e)
{
	struct stage s = { .fd = -1 };
	struct tree *t = tree_new(e);
	sigset_t saved;
	int r;

	if (t == NULL)
		return -1;
	death_last(on_death);
	death_hold(&saved);
	if ((r = open_stage(&s, job, e)) == 0)
		current = &s;
	death_release(&saved);
	if (r == 0) {
		if (job->confine)
			confine(&s, job);
		s.progress = progress_start(job->path, 0);
		r = fill(&s, job, t, e);
		progress_end(s.progress);
		if (s.fd >= 0)
			(void)close(s.fd);
		r = finish(&s, r, e);
	}
	extract_close(s.x);
	stagedir_free(s.dir);
	free(s.made);
	tree_free(t);
	return r;
}
