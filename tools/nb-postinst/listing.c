/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * listing.c: walks a stage.
 *
 * Breadth first through the list itself: no recursion and one descriptor,
 * however deep the scripts have dug.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "birth.h"
#include "compat.h"
#include "listing.h"
#include "mem.h"
#include "path.h"

/* A file of the stage in a message. */
#define WHERE		"%s%s%s"
#define NAMED(p, n)	(p), *(n) != '\0' ? "/" : "", (n)

/* The end of a name comes before the slash, and that before any byte. */
static int
weight(char c)
{
	return c == '\0' ? 0 : c == '/' ? 1 : (unsigned char)c + 1;
}

int
name_order(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return weight(*a) - weight(*b);
}

static int
item_order(const void *a, const void *b)
{
	return name_order(((const struct item *)a)->name,
	    ((const struct item *)b)->name);
}

/* By device, inode, and then name, so that what is found is always the same. */
static int
ino_order(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a;
	const struct item *y = *(struct item *const *)b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return name_order(x->name, y->name);
}

static enum entry_kind
kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return ENTRY_FILE;
	if (S_ISDIR(mode))
		return ENTRY_DIR;
	if (S_ISLNK(mode))
		return ENTRY_SYMLINK;
	if (S_ISCHR(mode))
		return ENTRY_CHAR;
	return S_ISBLK(mode) ? ENTRY_BLOCK : ENTRY_FIFO;
}

/* What listing_read makes of a mode: the owner let in, set-id bits out. */
static uint32_t
relaxed(const struct item *it)
{
	return (it->mode & 0777) | (it->kind == ENTRY_DIR ? 0700 : 0600);
}

static bool
has_mode(const struct item *it)
{
	return it->kind == ENTRY_FILE || it->kind == ENTRY_DIR;
}

static const char *
at(const char *name)
{
	return *name != '\0' ? name : ".";
}

static int
relax(const struct item *it, int dir, const char *path, struct err *e)
{
	if (!has_mode(it) || it->mode == relaxed(it) ||
	    fchmodat(dir, at(it->name), (mode_t)relaxed(it), 0) == 0)
		return 0;
	return err_sys(e, WHERE, NAMED(path, it->name));
}

int
listing_chmod(struct item *it, int dir, uint32_t mode)
{
	struct stat st;

	if (!has_mode(it))
		return 0;
	if (mode != relaxed(it)) {
		if (fchmodat(dir, at(it->name), (mode_t)mode, 0) != 0 ||
		    fstatat(dir, at(it->name), &st, AT_SYMLINK_NOFOLLOW) != 0)
			return -1;
		mode = (uint32_t)st.st_mode & 07777;
	}
	it->mode = mode;
	return 0;
}

static char *
link_text(int dir, const char *name, uint64_t size)
{
	size_t cap = (size_t)size + 1;
	char *s = size < PATH_LEN_MAX ? malloc(cap) : NULL;
	ssize_t n;

	if (s == NULL || (n = readlinkat(dir, name, s, cap)) < 0 ||
	    (size_t)n != (size_t)size) {
		free(s);
		return NULL;
	}
	s[n] = '\0';
	return s;
}

/* Where a walk is, and to whom it gives what it meets. */
struct walk {
	struct listing	*l;
	const char	*path;		/* the stage's, for messages */
	int		 dir;		/* the stage */
	uid_t		 from, uid;
	gid_t		 gid;
};

/*
 * One user and one group stand for uid 0 and gid 0 in the sandbox, and no one
 * else for anyone: what a set-group-id folder above gave to another group, say,
 * would be out of the scripts' reach.
 */
static int
check_owner(const struct walk *w, struct item *it, const struct stat *st,
    struct err *e)
{
	if (st->st_uid != w->from && st->st_uid != w->uid)
		return err_set(e, WHERE ": belongs to user %lu; let the user "
		    "who unpacked the stage run the scripts",
		    NAMED(w->path, it->name), (unsigned long)st->st_uid);
	it->foreign = st->st_uid != w->uid || st->st_gid != w->gid;
	return 0;
}

static void
fill(struct item *it, const struct stat *st)
{
	it->kind = kind_of(st->st_mode);
	it->size = (uint64_t)st->st_size;
	it->dev = (uint64_t)st->st_dev;
	it->ino = (uint64_t)st->st_ino;
	it->mtime = (int64_t)st->st_mtim.tv_sec;
	it->mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
	it->mode = (uint32_t)st->st_mode & 07777;
	if (it->kind == ENTRY_CHAR || it->kind == ENTRY_BLOCK) {
		it->major = (uint32_t)major(st->st_rdev);
		it->minor = (uint32_t)minor(st->st_rdev);
	}
}

/* Append name, a canonical one; takes the string. */
static int
add(const struct walk *w, char *name, struct err *e)
{
	struct listing *l = w->l;
	struct item *it, *v = NULL;
	struct stat st;

	if (name == NULL || (v = mem_grow(l->v, &l->cap, l->n + 1,
	    sizeof(*v))) == NULL) {
		free(name);
		return err_mem(e);
	}
	l->v = v;
	it = &v[l->n];
	memset(it, 0, sizeof(*it));
	it->name = name;
	l->n++;
	if (fstatat(w->dir, at(name), &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_sys(e, WHERE, NAMED(w->path, name));
	if (S_ISSOCK(st.st_mode)) {
		l->n--;
		if (unlinkat(w->dir, name, 0) != 0)
			(void)err_sys(e, WHERE, NAMED(w->path, name));
		else
			w = NULL;
		free(name);
		return w == NULL ? 0 : -1;
	}
	fill(it, &st);
	if (it->kind == ENTRY_SYMLINK &&
	    (it->target = link_text(w->dir, name, it->size)) == NULL)
		return err_set(e, WHERE ": cannot read the link",
		    NAMED(w->path, name));
	if (check_owner(w, it, &st, e) != 0)
		return -1;
	it->birth = birth(w->dir, at(name));
	return it->kind == ENTRY_DIR ? relax(it, w->dir, w->path, e) : 0;
}

/* Append what is in the folder of that name. */
static int
add_folder(const struct walk *w, const char *name, struct err *e)
{
	char sub[PATH_LEN_MAX];
	struct dirent *d;
	DIR *dp = NULL;
	int fd, rc = 0;

	fd = openat(w->dir, at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd == -1 || (dp = fdopendir(fd)) == NULL) {
		(void)err_sys(e, WHERE, NAMED(w->path, name));
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	while (rc == 0 && (errno = 0, d = readdir(dp)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		rc = path_join(sub, name, d->d_name, e);
		if (rc == 0)
			rc = add(w, mem_printf("%s", sub), e);
	}
	if (rc == 0 && errno != 0)
		rc = err_sys(e, WHERE, NAMED(w->path, name));
	(void)closedir(dp);
	return rc;
}

/* The two orders. */
static int
index_items(struct listing *l, struct err *e)
{
	size_t i;

	qsort(l->v, l->n, sizeof(*l->v), item_order);
	if ((l->by_ino = mem_array(l->n, sizeof(*l->by_ino))) == NULL)
		return err_mem(e);
	for (i = 0; i < l->n; i++)
		l->by_ino[i] = &l->v[i];
	qsort(l->by_ino, l->n, sizeof(*l->by_ino), ino_order);
	return 0;
}

int
listing_read(struct listing *l, int dir, const char *path, uid_t from,
    uid_t uid, gid_t gid, struct err *e)
{
	const struct walk w = { l, path, dir, from, uid, gid };
	size_t i;

	if (add(&w, mem_printf("%s", ""), e) != 0)
		return -1;
	for (i = 0; i < l->n; i++) {
		if (l->v[i].kind == ENTRY_DIR &&
		    add_folder(&w, l->v[i].name, e) != 0)
			return -1;
	}
	/* Not sooner: a file can have further names, and chown(2) takes
	 * set-id bits. */
	for (i = 0; i < l->n; i++) {
		if (l->v[i].foreign && fchownat(dir, at(l->v[i].name), uid,
		    gid, AT_SYMLINK_NOFOLLOW) != 0)
			return err_sys(e, WHERE, NAMED(path, l->v[i].name));
		if (l->v[i].kind == ENTRY_FILE &&
		    relax(&l->v[i], dir, path, e) != 0)
			return -1;
	}
	return index_items(l, e);
}

struct item *
listing_find(const struct listing *l, const char *name)
{
	struct item key;

	if (l->n == 0)
		return NULL;
	memset(&key, 0, sizeof(key));
	key.name = (char *)(uintptr_t)name;
	return bsearch(&key, l->v, l->n, sizeof(*l->v), item_order);
}

/*
 * Inode numbers of removed files are used again, birth times are not. Where
 * there are none (an old tmpfs), numbers only grow, and what else is known has
 * to do.
 */
static bool
same_birth(const struct item *a, const struct item *b)
{
	if (a->birth != 0 || b->birth != 0)
		return a->birth == b->birth;
	return a->size == b->size && a->mtime == b->mtime &&
	    a->mtime_ns == b->mtime_ns;
}

struct item *
listing_same(const struct listing *l, const struct item *it)
{
	size_t lo = 0, hi = l->n, mid;
	struct item *p;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		p = l->by_ino[mid];
		if (p->dev < it->dev || (p->dev == it->dev &&
		    p->ino < it->ino))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == l->n)
		return NULL;
	p = l->by_ino[lo];
	return p->dev == it->dev && p->ino == it->ino && p->kind == it->kind &&
	    same_birth(p, it) ? p : NULL;
}

struct inode
listing_inode(const struct item *it)
{
	struct inode i;

	i.dev = it->dev;
	i.ino = it->ino;
	i.birth = it->birth;
	return i;
}

void
listing_own(struct listing *l, const struct owners *owners)
{
	const struct owner *o;
	struct inode inode;
	struct item *it;
	size_t i;

	for (i = 0; i < l->n; i++) {
		it = &l->v[i];
		inode = listing_inode(it);
		if ((o = owners_find(owners, &inode)) == NULL)
			continue;
		it->uid = o->uid;
		it->gid = o->gid;
		it->gid_said = o->gid_said;
		it->mode |= o->special;
		if (it->kind == ENTRY_FILE && o->kind != ENTRY_FILE) {
			it->kind = o->kind;
			it->major = o->major;
			it->minor = o->minor;
		}
	}
}

void
listing_inherit(struct listing *after, const struct listing *before)
{
	char folder[PATH_LEN_MAX];
	const struct item *parent;
	const char *slash;
	struct item *it;
	size_t i;

	/* Parents come first. */
	for (i = 1; i < after->n; i++) {
		it = &after->v[i];
		if (it->gid_said || listing_same(before, it) != NULL)
			continue;
		slash = strrchr(it->name, '/');
		(void)snprintf(folder, sizeof(folder), "%.*s", slash != NULL ?
		    (int)(slash - it->name) : 0, it->name);
		parent = listing_find(after, folder);
		if (parent != NULL && (parent->mode & 02000) != 0)
			it->gid = parent->gid;
	}
}

void
listing_free(struct listing *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].target);
	}
	free(l->v);
	free(l->by_ino);
	memset(l, 0, sizeof(*l));
}
