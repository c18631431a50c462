/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_tree.c: directories, from the root down; then what no name leads to,
 * and link counts.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check_impl.h"
#include "mem.h"

/* A directory's names, to see whether one is there twice. */
struct names {
	char		*text;
	size_t		 used, textcap;
	size_t		*at;
	size_t		 n, cap;
};

struct tree {
	struct check	*c;
	uint32_t	*queue;		/* directories to be gone through */
	size_t		 head, tail, cap;
	struct names	 names;
	bool		 scout;		/* only note who has a name */
};

/* One directory. */
struct dir {
	struct tree	*t;
	uint32_t	 ino;
	uint64_t	 at;		/* of the present chunk */
	uint64_t	 entries;
};

static int
enqueue(struct tree *t, uint32_t ino, struct err *e)
{
	uint32_t *p;

	p = mem_grow(t->queue, &t->cap, t->tail + 1, sizeof(*p));
	if (p == NULL)
		return err_mem(e);
	t->queue = p;
	p[t->tail++] = ino;
	t->c->ino[ino].flags |= INO_ENTERED;
	return 0;
}

static int
add_name(struct names *v, const struct fsread_dirent *d, struct err *e)
{
	char *text;
	size_t *at;

	text = mem_grow(v->text, &v->textcap, v->used + d->namlen + 1, 1);
	if (text == NULL)
		return err_mem(e);
	v->text = text;
	at = mem_grow(v->at, &v->cap, v->n + 1, sizeof(*at));
	if (at == NULL)
		return err_mem(e);
	v->at = at;
	at[v->n++] = v->used;
	memcpy(text + v->used, d->name, d->namlen);
	text[v->used + d->namlen] = '\0';
	v->used += d->namlen + 1;
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
find_twins(struct dir *d, struct err *e)
{
	struct names *v = &d->t->names;
	char **s;
	size_t i;

	if (v->n < 2)
		return 0;
	if ((s = mem_array(v->n, sizeof(*s))) == NULL)
		return err_mem(e);
	for (i = 0; i < v->n; i++)
		s[i] = v->text + v->at[i];
	qsort(s, v->n, sizeof(*s), by_text);
	for (i = 1; i < v->n; i++) {
		if (strcmp(s[i - 1], s[i]) == 0)
			check_inode_found(d->t->c, d->ino, "the name %s is in "
			    "it twice", s[i]);
	}
	free(s);
	return 0;
}

/* "." and "..", which are the first two. A directory of which no other is
 * known may have any as its parent. */
static void
check_dot(struct dir *d, const struct fsread_dirent *x, int dot)
{
	struct check *c = d->t->c;
	uint32_t parent = c->ino[d->ino].parent;
	uint32_t want = dot == 1 ? d->ino : parent;

	if (d->entries != (uint64_t)dot - 1)
		check_inode_found(c, d->ino, "it has \"%.*s\" out of place",
		    dot, "..");
	else if (want != 0 && x->ino != want)
		check_inode_found(c, d->ino, "its \"%.*s\" is inode %" PRIu32
		    ", not %" PRIu32, dot, "..", x->ino, want);
}

/* The entry of a directory: 1 when it is the only one. */
static int
check_child(struct dir *d, const struct fsread_dirent *x)
{
	struct check_ino *i = &d->t->c->ino[x->ino];

	if (x->ino == d->t->c->fs->root || (i->flags & INO_ENTERED) != 0) {
		check_inode_found(d->t->c, d->ino, "its entry %.*s is a second "
		    "name of directory %" PRIu32, (int)x->namlen, x->name,
		    x->ino);
		return 0;
	}
	return 1;
}

static int
check_entry(struct dir *d, const struct fsread_dirent *x, struct err *e)
{
	struct check *c = d->t->c;
	struct check_ino *i;
	const char *why = fsread_badname(x);
	int len = (int)x->namlen;

	if (why != NULL) {
		check_inode_found(c, d->ino, "it has %s", why);
		return 0;
	}
	if (x->ino > c->fs->inodes) {
		check_inode_found(c, d->ino, "its entry %.*s is inode %" PRIu32
		    ", of %" PRIu32, len, x->name, x->ino, c->fs->inodes);
		return 0;
	}
	i = &c->ino[x->ino];
	if (i->type == 0) {
		check_inode_found(c, d->ino, "its entry %.*s is inode %" PRIu32
		    ", which is not in use", len, x->name, x->ino);
		return 0;
	}
	if (c->fs->type_at != 0 && x->type != c->type->entry_type[i->type])
		check_inode_found(c, d->ino, "its entry %.*s is of type %"
		    PRIu32 ", inode %" PRIu32 " of type %u", len, x->name,
		    x->type, x->ino, c->type->entry_type[i->type]);
	if (i->type == FSREAD_IFDIR >> 12 && check_child(d, x) == 0)
		return 0;
	i->names++;
	if (i->parent == 0)
		i->parent = d->ino;
	if (i->type == FSREAD_IFDIR >> 12) {
		/* Its own "." and "..", whatever it has there. */
		i->names++;
		c->ino[d->ino].names++;
		if (enqueue(d->t, x->ino, e) != 0)
			return -1;
	}
	return add_name(&d->t->names, x, e);
}

static int
one_entry(struct dir *d, const struct fsread_dirent *x, struct err *e)
{
	struct check *c = d->t->c;
	int dot = fsread_isdot(x);

	if (d->t->scout) {
		if (dot == 0 && x->ino <= c->fs->inodes && x->ino != d->ino)
			c->ino[x->ino].flags |= INO_CHILD;
		return 0;
	}
	if (dot == 0)
		return check_entry(d, x, e);
	check_dot(d, x, dot);
	return 0;
}

static int
check_chunk(struct dir *d, const uint8_t *chunk, struct err *e)
{
	struct check *c = d->t->c;
	struct fsread_dirent x;
	const char *why;
	uint32_t at;
	bool none;

	for (at = 0; at < c->fs->dirchunk; at += x.reclen) {
		why = fsread_dirent(c->fs, chunk, at, &x);
		if (why != NULL) {
			if (!d->t->scout)
				check_inode_found(c, d->ino, "it has, at byte "
				    "%" PRIu64 ", %s", d->at + at, why);
			return 0;
		}
		none = fsread_noentry(c->fs, &x);
		if (!none && one_entry(d, &x, e) != 0)
			return -1;
		if (!d->t->scout && d->entries < 2 &&
		    (none || fsread_isdot(&x) != (int)d->entries + 1))
			check_inode_found(c, d->ino, "its entry %d is not "
			    "\"%s\"", (int)d->entries + 1,
			    d->entries == 0 ? "." : "..");
		d->entries++;
	}
	return 0;
}

/* Whether the content of a directory can be read at all. */
static bool
is_readable(struct check *c, const struct fsread_inode *in)
{
	return (c->ino[in->ino].flags & INO_UNREADABLE) == 0 &&
	    in->size % c->fs->dirchunk == 0 && in->size <= FSREAD_DIR_MAX;
}

static int
check_dir(struct tree *t, uint32_t ino, struct err *e)
{
	struct check *c = t->c;
	struct dir d = { .t = t, .ino = ino };
	struct fsread_inode in;
	const void *buf;
	size_t len, i;
	uint64_t off;
	int r;

	if (c->fs->type->inode(c->fs, ino, &in, e) != 0)
		return -1;
	if (!is_readable(c, &in)) {
		if (!t->scout)
			check_inode_found(c, ino, "its entries cannot be "
			    "read");
		return 0;
	}
	t->names.n = t->names.used = 0;
	fsread_stream_limit(c->stream, UINT64_MAX);
	fsread_stream_begin(c->stream, &in, "");
	while ((r = fsread_stream_data(c->stream, &buf, &len, &off, e)) > 0) {
		if (off != d.at)
			break;
		for (i = 0; i < len; i += c->fs->dirchunk) {
			if (check_chunk(&d, (const uint8_t *)buf + i, e) != 0)
				return -1;
			d.at += c->fs->dirchunk;
		}
	}
	if (r == -1)
		return -1;
	if (t->scout)
		return 0;
	if (d.at != in.size)
		check_inode_found(c, ino, "a hole in the directory at byte %"
		    PRIu64, d.at);
	return find_twins(&d, e);
}

/* All that can be reached from the directories in the queue. */
static int
go_through(struct tree *t, struct err *e)
{
	while (t->head < t->tail) {
		if (check_dir(t, t->queue[t->head++], e) != 0)
			return -1;
	}
	return 0;
}

static bool
is_lost_dir(const struct check *c, uint32_t ino)
{
	return c->ino[ino].type == FSREAD_IFDIR >> 12 &&
	    (c->ino[ino].flags & INO_ENTERED) == 0;
}

static int
enter_lost(struct tree *t, uint32_t ino, const char *why, struct err *e)
{
	check_inode_found(t->c, ino, "a directory that %s", why);
	t->c->ino[ino].flags |= INO_LOST;
	if (enqueue(t, ino, e) != 0)
		return -1;
	return go_through(t, e);
}

/*
 * Directories that are not below the root: those that none of them names are
 * told of, and if there are only such that do, they go in a circle.
 */
static int
check_lost(struct tree *t, struct err *e)
{
	struct check *c = t->c;
	uint32_t ino;

	t->scout = true;
	for (ino = 1; ino <= c->fs->inodes; ino++) {
		if (is_lost_dir(c, ino) && check_dir(t, ino, e) != 0)
			return -1;
	}
	t->scout = false;
	for (ino = 1; ino <= c->fs->inodes; ino++) {
		if (is_lost_dir(c, ino) &&
		    (c->ino[ino].flags & INO_CHILD) == 0 &&
		    enter_lost(t, ino, "has no name", e) != 0)
			return -1;
	}
	for (ino = 1; ino <= c->fs->inodes; ino++) {
		if (is_lost_dir(c, ino) && enter_lost(t, ino, "is only in "
		    "directories below itself", e) != 0)
			return -1;
	}
	return 0;
}

static int
check_links(struct check *c, struct err *e)
{
	struct fsread_inode in;
	const struct check_ino *i;
	uint32_t ino;

	for (ino = 1; ino <= c->fs->inodes; ino++) {
		i = &c->ino[ino];
		if (i->type == 0 || (i->flags & INO_LOST) != 0 ||
		    (i->names == i->nlink && i->names != 0))
			continue;
		if (c->fs->type->inode(c->fs, ino, &in, e) != 0)
			return -1;
		if (c->type->nameless(c, &in))
			continue;
		if (i->names == 0)
			check_inode_found(c, ino, "in use, but it has no name "
			    "(%" PRIu64 " bytes)", in.size);
		else
			check_inode_found(c, ino, "%" PRIu32 " names lead to "
			    "it, it says %u", i->names, i->nlink);
	}
	return 0;
}

int
check_tree(struct check *c, struct err *e)
{
	struct tree t = { .c = c };
	uint32_t root = c->fs->root;
	int r = 0;

	if (c->ino[root].type != FSREAD_IFDIR >> 12)
		check_inode_found(c, root, "the root, but no directory");
	else {
		c->ino[root].parent = root;
		c->ino[root].names = 2;
		r = enqueue(&t, root, e);
	}
	if (r == 0)
		r = go_through(&t, e);
	if (r == 0)
		r = check_lost(&t, e);
	free(t.queue);
	free(t.names.text);
	free(t.names.at);
	return r == 0 ? check_links(c, e) : r;
}
