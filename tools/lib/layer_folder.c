/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_folder.c: a layer that is a folder of the project, placed at a path.
 *
 * What git keeps of a file is its bytes, its name and its x bit; so no more
 * goes into the image: owner 0:0, mode 0755 or 0644, the tree's epoch as time.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layer_impl.h"
#include "mem.h"
#include "path.h"

/*
 * The names of one folder, sorted, and how far the walk has come. Files are
 * looked up in the folder that is open, not by their paths; of a deep tree
 * the outer folders are closed and opened again.
 */
struct level {
	struct level	*up;
	DIR		*dir;		/* NULL: closed meanwhile */
	char		*text;		/* all names */
	char		**names;	/* into text */
	size_t		 n, next;
	size_t		 namelen;	/* of ctx->rel in front of them */
};

#define LEVELS_OPEN 32		/* so many folders are open at once */

struct folder {
	const char	*root;
	char		 place[PATH_LEN_MAX];	/* canonical */
	struct level	*level;
	bool		 started;
	struct links	*links;
	struct content	 content;
	struct entry	 ent;
	const char	*last;			/* of rel: the last part */
	char		 rel[PATH_LEN_MAX];	/* below root */
	char		 name[PATH_LEN_MAX];	/* in the image */
	char		 target[PATH_LEN_MAX];
	char		 host[2 * PATH_LEN_MAX];
};

static void
level_pop(struct folder *f)
{
	struct level *lv = f->level;

	f->level = lv->up;
	f->rel[lv->namelen] = '\0';
	if (lv->dir != NULL)
		(void)closedir(lv->dir);
	free(lv->text);
	free(lv->names);
	free(lv);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
host_name(struct folder *f, struct err *e)
{
	size_t r = strlen(f->root), n = strlen(f->rel);

	if (r + n + 2 > sizeof(f->host))
		return err_set(e, "%s/%.60s...: name too long", f->root,
		    f->rel);
	memcpy(f->host, f->root, r);
	f->host[r] = '/';
	memcpy(f->host + r + 1, f->rel, n + 1);
	if (n == 0)
		f->host[r] = '\0';
	return 0;
}

/* Open the folder at f->host, called `last` in the present one if that is
 * open. Only the root may be a symbolic link. */
static DIR *
open_folder(const struct folder *f, const char *last)
{
	int fd, flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    (f->rel[0] != '\0' ? O_NOFOLLOW : 0);
	DIR *dir;

	fd = f->level != NULL && f->level->dir != NULL ?
	    openat(dirfd(f->level->dir), last, flags) : open(f->host, flags);
	if (fd < 0)
		return NULL;
	if ((dir = fdopendir(fd)) == NULL)
		(void)close(fd);
	return dir;
}

/* Names in the folder, each with its NUL, to lv->text; their number to lv->n.
 * errno tells of a failure. */
static int
read_names(struct level *lv)
{
	size_t cap = 0, used = 0, len;
	struct dirent *d;
	void *p;

	while (errno = 0, (d = readdir(lv->dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		len = strlen(d->d_name) + 1;
		p = mem_grow(lv->text, &cap, used + len, 1);
		if (p == NULL)
			return -1;
		lv->text = p;
		memcpy(lv->text + used, d->d_name, len);
		used += len;
		lv->n++;
	}
	return errno == 0 ? 0 : -1;
}

static int
sort_names(struct level *lv)
{
	char *at = lv->text;
	size_t i;

	if (lv->n == 0)
		return 0;
	if ((lv->names = mem_array(lv->n, sizeof(*lv->names))) == NULL)
		return -1;
	for (i = 0; i < lv->n; i++) {
		lv->names[i] = at;
		at += strlen(at) + 1;
	}
	qsort(lv->names, lv->n, sizeof(*lv->names), by_name);
	return 0;
}

/* Descriptors are few: close the folder so many levels above. */
static void
close_outer(struct level *lv)
{
	int i;

	for (i = 0; i < LEVELS_OPEN && lv != NULL; i++)
		lv = lv->up;
	if (lv != NULL && lv->dir != NULL) {
		(void)closedir(lv->dir);
		lv->dir = NULL;
	}
}

/* Push the folder at f->host. */
static int
level_push(struct folder *f, struct err *e)
{
	struct level *lv = mem_array(1, sizeof(*lv));

	if (lv == NULL)
		return err_mem(e);
	if ((lv->dir = open_folder(f, f->last)) == NULL) {
		free(lv);
		return err_sys(e, "%s", f->host);
	}
	lv->up = f->level;
	lv->namelen = strlen(f->rel);
	f->level = lv;
	close_outer(lv);
	if (read_names(lv) != 0 || sort_names(lv) != 0)
		return err_sys(e, "%s", f->host);
	return 0;
}

/* Open the present folder again, if it was closed meanwhile. */
static int
level_open(struct folder *f, struct err *e)
{
	struct level *lv = f->level;

	if (lv->dir != NULL)
		return 0;
	f->rel[lv->namelen] = '\0';
	if (host_name(f, e) != 0)
		return -1;
	lv->dir = open_folder(f, "");
	return lv->dir != NULL ? 0 : err_sys(e, "%s", f->host);
}

static void
folder_close(void *ctx)
{
	struct folder *f = ctx;

	while (f->level != NULL)
		level_pop(f);
	links_free(f->links);
	content_free(&f->content);
	free(f);
}

/* Taken for a folder of the project it would lose owners and devices. */
static bool
is_stage(const char *path)
{
	char *metalog = mem_printf("%s/METALOG", path);
	bool r = metalog != NULL && access(metalog, F_OK) == 0;

	free(metalog);
	return r;
}

static void *
folder_open(const char *path, const char *arg, struct err *e)
{
	struct folder *f = mem_array(1, sizeof(*f));

	if (f == NULL || (f->links = links_new()) == NULL) {
		free(f);
		(void)err_mem(e);
		return NULL;
	}
	f->root = path;
	f->content.fd = -1;
	if (arg == NULL && is_stage(path)) {
		(void)err_set(e, "%s: is a stage: name %s/METALOG", path, path);
		folder_close(f);
		return NULL;
	}
	while (arg != NULL && *arg == '/')
		arg++;
	if (arg != NULL && path_canonical(f->place, arg, path, e) != 0) {
		folder_close(f);
		return NULL;
	}
	return f;
}

static int
folder_rewind(void *ctx, bool whole, struct err *e)
{
	struct folder *f = ctx;

	(void)whole;
	while (f->level != NULL)
		level_pop(f);
	content_close(&f->content);
	links_free(f->links);
	if ((f->links = links_new()) == NULL)
		return err_mem(e);
	f->started = false;
	f->rel[0] = '\0';
	return 0;
}

static int
symlink_entry(struct folder *f, struct err *e)
{
	ssize_t n = readlinkat(dirfd(f->level->dir), f->last, f->target,
	    sizeof(f->target) - 1);

	if (n < 0)
		return err_sys(e, "%s", f->host);
	f->target[n] = '\0';
	f->ent.kind = ENTRY_SYMLINK;
	f->ent.target = f->target;
	f->ent.size = (uint64_t)n;
	f->ent.mode = 0755;
	return 0;
}

static int
file_entry(struct folder *f, const struct stat *st, struct err *e)
{
	const char *first;
	bool failed;

	f->ent.kind = ENTRY_FILE;
	f->ent.size = (uint64_t)st->st_size;
	f->ent.mode = (st->st_mode & S_IXUSR) != 0 ? 0755 : 0644;
	if (st->st_nlink > 1) {
		first = links_seen(f->links, (uint64_t)st->st_dev,
		    (uint64_t)st->st_ino, f->name, e, &failed);
		if (failed)
			return -1;
		if (first != NULL) {
			f->ent.kind = ENTRY_HARDLINK;
			f->ent.target = first;
			f->ent.size = 0;
			return 0;
		}
	}
	if (f->ent.size != 0)
		content_set(&f->content, dirfd(f->level->dir), f->last,
		    f->host, st);
	return 0;
}

/* Fill f->ent for f->rel. */
static int
fill(struct folder *f, struct err *e)
{
	struct stat st;

	if (path_join(f->name, f->place, f->rel, e) != 0 ||
	    host_name(f, e) != 0)
		return -1;
	if ((f->level == NULL ? stat(f->host, &st) :
	    fstatat(dirfd(f->level->dir), f->last, &st,
	    AT_SYMLINK_NOFOLLOW)) != 0)
		return err_sys(e, "%s", f->host);
	memset(&f->ent, 0, sizeof(f->ent));
	f->ent.name = f->name;
	f->ent.flags = ENTRY_UNDATED;
	f->ent.mtime = st.st_mtime;
	if (S_ISDIR(st.st_mode)) {
		f->ent.kind = ENTRY_DIR;
		f->ent.mode = 0755;
		f->ent.flags |= ENTRY_WEAK;
		return level_push(f, e);
	}
	if (f->level == NULL)
		return err_set(e, "%s: is no folder any more", f->host);
	if (S_ISLNK(st.st_mode))
		return symlink_entry(f, e);
	if (S_ISREG(st.st_mode))
		return file_entry(f, &st, e);
	if (S_ISFIFO(st.st_mode)) {
		f->ent.kind = ENTRY_FIFO;
		f->ent.mode = 0644;
		return 0;
	}
	return err_set(e, "%s: a device or socket in a folder: describe "
	    "devices in root.mtree", f->host);
}

static int
folder_next(void *ctx, const struct entry **ep, struct err *e)
{
	struct folder *f = ctx;
	struct level *lv;
	size_t used, len;

	content_close(&f->content);
	if (!f->started) {
		f->started = true;
		if (fill(f, e) != 0)
			return -1;
		*ep = &f->ent;
		return 1;
	}
	while ((lv = f->level) != NULL && lv->next == lv->n)
		level_pop(f);
	if (lv == NULL)
		return 0;
	if (level_open(f, e) != 0)
		return -1;
	used = lv->namelen;
	f->last = lv->names[lv->next++];
	len = strlen(f->last);
	if (used + len + 2 > sizeof(f->rel))
		return err_set(e, "%s/%.60s...: name too long", f->root,
		    f->rel);
	if (used != 0)
		f->rel[used++] = '/';
	memcpy(f->rel + used, f->last, len + 1);
	if (fill(f, e) != 0)
		return -1;
	*ep = &f->ent;
	return 1;
}

static int
folder_data(void *ctx, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	return content_data(&((struct folder *)ctx)->content, buf, len, off, e);
}

static int
folder_range(void *ctx, uint64_t *off, uint64_t *len, struct err *e)
{
	return content_range(&((struct folder *)ctx)->content, off, len, e);
}

const struct layer_ops layer_folder = {
	folder_open, folder_next, folder_data, folder_range, folder_rewind,
	folder_close
};
