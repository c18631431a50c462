/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer.c: from a word to a layer of the right kind.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "confine.h"
#include "fsread.h"
#include "layer_impl.h"
#include "mem.h"

struct layer {
	const struct layer_ops	*ops;
	void			*ctx;
	char			*word;	/* as given */
	char			*path;	/* its first part */
	const char		*arg;	/* behind the colon, or NULL */
};

/* Whether it is one: 1; 0; -1. */
static int
is_image(const char *path, const struct stat *st, struct err *e)
{
	int fd, r;

	if (!S_ISREG(st->st_mode) && !S_ISBLK(st->st_mode))
		return 0;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return err_sys(e, "%s", path);
	if ((r = fsread_known(fd)) == -1)
		(void)err_sys(e, "%s", path);
	(void)close(fd);
	return r;
}

/* Whether it is an mtree file, by its name. */
static bool
is_mtree(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len = strlen(path);

	base = base != NULL ? base + 1 : path;
	return strcmp(base, "METALOG") == 0 ||
	    strncmp(base, "METALOG.", 8) == 0 ||
	    (len > 6 && strcmp(path + len - 6, ".mtree") == 0);
}

static const struct layer_ops *
kind_of(const char *path, const struct stat *st, struct err *e)
{
	int r;

	if (S_ISDIR(st->st_mode))
		return &layer_folder;
	if (is_mtree(path))
		return &layer_mtree;
	if ((r = is_image(path, st, e)) == -1)
		return NULL;
	return r == 1 ? &layer_image : &layer_archive;
}

/* Split l->path at its last colon unless the whole word names a file. */
static int
divide(struct layer *l, struct stat *st, struct err *e)
{
	char *colon;

	if (stat(l->path, st) == 0)
		return 0;
	colon = strrchr(l->path, ':');
	if (errno != ENOENT || colon == NULL)
		return err_sys(e, "%s", l->word);
	*colon = '\0';
	if (stat(l->path, st) != 0)
		return err_sys(e, "%s", l->path);
	l->arg = colon + 1;
	return 0;
}

void
layer_announce(const char *word)
{
	struct layer l = { .path = mem_printf("%s", word) };
	struct stat st;
	struct err e;

	l.word = l.path;
	/* What is wrong with it is told when it is opened; what is no archive
	 * is none to the cache either. */
	if (l.path != NULL && divide(&l, &st, &e) == 0)
		cache_begin(l.path);
	free(l.path);
}

/* What is wrong with the word is told when it is opened. */
void
layer_confine(struct confine *c, const char *word)
{
	struct layer l = { .path = mem_printf("%s", word) };
	struct stat st;
	struct err e;

	l.word = l.path;
	if (l.path != NULL && divide(&l, &st, &e) == 0) {
		confine_path(c, l.path, CONFINE_READ);
		if (!S_ISDIR(st.st_mode) && is_mtree(l.path))
			confine_folder(c, l.path, CONFINE_READ);
	}
	free(l.path);
}

struct layer *
layer_open(const char *word, struct err *e)
{
	struct layer *l = mem_array(1, sizeof(*l));
	struct stat st;

	if (l == NULL || (l->word = mem_printf("%s", word)) == NULL ||
	    (l->path = mem_printf("%s", word)) == NULL) {
		(void)err_mem(e);
		goto fail;
	}
	if (divide(l, &st, e) != 0)
		goto fail;
	if ((l->ops = kind_of(l->path, &st, e)) == NULL)
		goto fail;
	if ((l->ctx = l->ops->open(l->path, l->arg, e)) == NULL)
		goto fail;
	return l;
fail:
	layer_close(l);
	return NULL;
}

const char *
layer_name(const struct layer *l)
{
	return l->word;
}

int
layer_next(struct layer *l, const struct entry **ep, struct err *e)
{
	return l->ops->next(l->ctx, ep, e);
}

int
layer_data(struct layer *l, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	return l->ops->data(l->ctx, buf, len, off, e);
}

int
layer_range(struct layer *l, uint64_t *off, uint64_t *len, struct err *e)
{
	return l->ops->range(l->ctx, off, len, e);
}

int
layer_rewind(struct layer *l, bool whole, struct err *e)
{
	return l->ops->rewind(l->ctx, whole, e);
}

void
layer_close(struct layer *l)
{
	if (l == NULL)
		return;
	if (l->ctx != NULL)
		l->ops->close(l->ctx);
	free(l->path);
	free(l->word);
	free(l);
}
