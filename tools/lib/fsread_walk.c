/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread_walk.c: goes through the tree of a file system, sorted as METALOG is.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fsread_impl.h"
#include "layer_impl.h"
#include "mem.h"
#include "path.h"

struct name {
	union {
		size_t		 at;	/* while the text may still move */
		const char	*text;
	};
	uint32_t	 ino;
};

/* The names of one directory, sorted, and how far the walk has come. */
struct level {
	struct level	*up;
	struct name	*names;
	size_t		 n, next;
	size_t		 namelen;	/* of the walk's name before them */
	char		*text;		/* theirs, each with its NUL */
	/* while the directory is read */
	size_t		 used, textcap, cap;
};

struct fsread_walk {
	struct fsread		*fs;
	struct fsread_stream	*meta;		/* directories, targets */
	struct fsread_stream	*data;
	struct links		*links;
	uint8_t			*entered;	/* a bit for each inode */
	char			*pattern;	/* or NULL */
	bool			 matched;
	bool			 started;
	struct level		*level;
	struct fsread_entry	 cur;
	bool			 open;		/* data is at cur's content */
	char			 name[PATH_LEN_MAX];
	char			 target[PATH_LEN_MAX];
};

static void
level_pop(struct fsread_walk *w)
{
	struct level *lv = w->level;

	w->level = lv->up;
	w->name[lv->namelen] = '\0';
	free(lv->names);
	free(lv->text);
	free(lv);
}

void
fsread_walk_free(struct fsread_walk *w)
{
	if (w == NULL)
		return;
	while (w->level != NULL)
		level_pop(w);
	fsread_stream_free(w->meta);
	fsread_stream_free(w->data);
	links_free(w->links);
	free(w->entered);
	free(w->pattern);
	free(w);
}

struct fsread_walk *
fsread_walk_new(struct fsread *fs, const char *pattern, struct err *e)
{
	struct fsread_walk *w = mem_array(1, sizeof(*w));

	if (w == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	w->fs = fs;
	w->links = links_new();
	w->entered = mem_array((size_t)fs->inodes / 8 + 1, 1);
	if (pattern != NULL)
		w->pattern = mem_printf("%s", pattern);
	if (w->links == NULL || w->entered == NULL ||
	    (pattern != NULL && w->pattern == NULL))
		(void)err_mem(e);
	else if ((w->meta = fsread_stream_new(fs, e)) != NULL &&
	    (w->data = fsread_stream_new(fs, e)) != NULL)
		return w;
	fsread_walk_free(w);
	return NULL;
}

static int
add_name(void *ctx, const struct fsread_dirent *d, struct err *e)
{
	struct level *lv = ctx;
	struct name *names;
	char *text;

	names = mem_grow(lv->names, &lv->cap, lv->n + 1, sizeof(*names));
	if (names == NULL)
		return err_mem(e);
	lv->names = names;
	text = mem_grow(lv->text, &lv->textcap, lv->used + d->namlen + 1, 1);
	if (text == NULL)
		return err_mem(e);
	lv->text = text;
	memcpy(text + lv->used, d->name, d->namlen);
	text[lv->used + d->namlen] = '\0';
	names[lv->n].ino = d->ino;
	names[lv->n++].at = lv->used;
	lv->used += d->namlen + 1;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text,
	    ((const struct name *)b)->text);
}

static int
sort_names(struct fsread_walk *w, struct level *lv, struct err *e)
{
	size_t i;

	for (i = 0; i < lv->n; i++)
		lv->names[i].text = lv->text + lv->names[i].at;
	if (lv->n != 0)
		qsort(lv->names, lv->n, sizeof(*lv->names), by_name);
	for (i = 1; i < lv->n; i++) {
		if (strcmp(lv->names[i - 1].text, lv->names[i].text) == 0)
			return err_set(e, "%s: /%s: damaged directory: %s is "
			    "there twice", w->fs->path, w->name,
			    lv->names[i].text);
	}
	return 0;
}

/* Go into the directory that is the present entry. */
static int
enter(struct fsread_walk *w, struct err *e)
{
	const struct fsread_inode *in = &w->cur.inode;
	uint8_t *byte = &w->entered[in->ino / 8];
	uint8_t bit = (uint8_t)(1u << in->ino % 8);
	struct level *lv;

	if ((*byte & bit) != 0)
		return err_set(e, "%s: /%s: damaged: this directory has "
		    "another name too", w->fs->path, w->name);
	*byte |= bit;
	if ((lv = mem_array(1, sizeof(*lv))) == NULL)
		return err_mem(e);
	lv->up = w->level;
	lv->namelen = strlen(w->name);
	w->level = lv;
	if (fsread_dir(w->fs, w->meta, in, w->name, add_name, lv, e) != 0)
		return -1;
	return sort_names(w, lv, e);
}

static int
kind_of(struct fsread_walk *w, uint32_t mode, struct err *e)
{
	switch (mode & FSREAD_IFMT) {
	case FSREAD_IFREG: return ENTRY_FILE;
	case FSREAD_IFDIR: return ENTRY_DIR;
	case FSREAD_IFLNK: return ENTRY_SYMLINK;
	case FSREAD_IFCHR: return ENTRY_CHAR;
	case FSREAD_IFBLK: return ENTRY_BLOCK;
	case FSREAD_IFIFO:
	case FSREAD_IFSOCK: return ENTRY_FIFO;
	default:
		return err_set(e, "%s: /%s: damaged: its inode is of no type",
		    w->fs->path, w->name);
	}
}

/* Tell of the inode in w->cur under w->name. */
static int
fill(struct fsread_walk *w, struct err *e)
{
	const struct fsread_inode *in = &w->cur.inode;
	struct entry *ent = &w->cur.ent;
	int kind = kind_of(w, in->mode, e);
	bool failed = false;

	if (kind < 0)
		return -1;
	memset(ent, 0, sizeof(*ent));
	ent->kind = (enum entry_kind)kind;
	ent->name = w->name;
	ent->mode = in->mode & 07777;
	ent->uid = in->uid;
	ent->gid = in->gid;
	ent->mtime = in->mtime;
	ent->mtime_ns = in->mtime_ns;
	if (kind == ENTRY_CHAR || kind == ENTRY_BLOCK) {
		ent->major = in->major;
		ent->minor = in->minor;
	}
	if (kind == ENTRY_FILE)
		ent->size = in->size;
	if (kind == ENTRY_SYMLINK) {
		if (fsread_text(w->fs, w->meta, in, w->name, w->target,
		    e) != 0)
			return -1;
		ent->target = w->target;
		ent->size = in->size;
	}
	w->cur.first = NULL;
	if (kind != ENTRY_DIR && in->nlink > 1)
		w->cur.first = links_seen(w->links, 0, in->ino, w->name, e,
		    &failed);
	return failed ? -1 : 0;
}

/* The next name in the tree, into w->name and w->cur.inode: 1, 0, -1. */
static int
advance(struct fsread_walk *w, struct err *e)
{
	struct level *lv;
	const struct name *n;
	size_t used, len;

	if (!w->started) {
		w->started = true;
		return fsread_inode(w->fs, w->fs->root, &w->cur.inode, e) == 0 ?
		    1 : -1;
	}
	while ((lv = w->level) != NULL && lv->next == lv->n)
		level_pop(w);
	if (lv == NULL)
		return 0;
	n = &lv->names[lv->next++];
	used = lv->namelen;
	len = strlen(n->text);
	if (used + len + 2 > sizeof(w->name))
		return err_set(e, "%s: /%.60s...: name too long", w->fs->path,
		    w->name);
	if (used != 0)
		w->name[used++] = '/';
	memcpy(w->name + used, n->text, len + 1);
	return fsread_inode(w->fs, n->ino, &w->cur.inode, e) == 0 ? 1 : -1;
}

int
fsread_walk_next(struct fsread_walk *w, const struct fsread_entry **entry,
    struct err *e)
{
	bool take;
	int r;

	w->open = false;
	while ((r = advance(w, e)) > 0) {
		take = w->pattern == NULL || path_match(w->pattern, w->name);
		if (take && fill(w, e) != 0)
			return -1;
		if ((w->cur.inode.mode & FSREAD_IFMT) == FSREAD_IFDIR &&
		    enter(w, e) != 0)
			return -1;
		if (w->level == NULL)
			return err_set(e, "%s: damaged: its root is no "
			    "directory", w->fs->path);
		if (take) {
			w->matched = true;
			*entry = &w->cur;
			return 1;
		}
	}
	if (r == 0 && w->pattern != NULL && !w->matched)
		return err_set(e, "%s: nothing in it is called %s",
		    w->fs->path, w->pattern);
	return r;
}

/* Whether the present entry has content; w->data is at it then. */
static bool
at_content(struct fsread_walk *w)
{
	if (w->cur.ent.kind != ENTRY_FILE || w->cur.ent.size == 0)
		return false;
	if (!w->open) {
		fsread_stream_begin(w->data, &w->cur.inode, w->name);
		w->open = true;
	}
	return true;
}

int
fsread_walk_data(struct fsread_walk *w, const void **buf, size_t *len,
    uint64_t *off, struct err *e)
{
	return at_content(w) ? fsread_stream_data(w->data, buf, len, off, e) :
	    0;
}

int
fsread_walk_run(struct fsread_walk *w, uint64_t *off, uint64_t *len,
    struct err *e)
{
	return at_content(w) ? fsread_stream_run(w->data, off, len, e) : 0;
}
