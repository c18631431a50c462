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

/* The names of one folder, sorted, and how far the walk has come. */
struct level {
	struct level	*up;
	char		**names;
	size_t		 n, next;
	size_t		 namelen;	/* of ctx->rel in front of them */
};

struct folder {
	const char	*root;
	char		 place[PATH_LEN_MAX];	/* canonical */
	struct level	*level;
	bool		 started;
	struct links	*links;
	struct content	 content;
	struct entry	 ent;
	char		 rel[PATH_LEN_MAX];	/* below root */
	char		 name[PATH_LEN_MAX];	/* in the image */
	char		 target[PATH_LEN_MAX];
	char		 host[2 * PATH_LEN_MAX];
};

static void
level_pop(struct folder *f)
{
	struct level *lv = f->level;
	size_t i;

	f->level = lv->up;
	f->rel[lv->namelen] = '\0';
	for (i = 0; i < lv->n; i++)
		free(lv->names[i]);
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

/* Push the folder at f->host. */
static int
level_push(struct folder *f, struct err *e)
{
	struct level *lv;
	struct dirent *d;
	size_t cap = 0;
	void *p;
	DIR *dir = opendir(f->host);

	if (dir == NULL)
		return err_sys(e, "%s", f->host);
	if ((lv = mem_array(1, sizeof(*lv))) == NULL) {
		(void)closedir(dir);
		return err_mem(e);
	}
	lv->up = f->level;
	lv->namelen = strlen(f->rel);
	f->level = lv;
	while (errno = 0, (d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		p = mem_grow(lv->names, &cap, lv->n + 1, sizeof(char *));
		if (p == NULL)
			break;
		lv->names = p;
		lv->names[lv->n] = mem_printf("%s", d->d_name);
		if (lv->names[lv->n] == NULL)
			break;
		lv->n++;
	}
	if (d != NULL || errno != 0) {
		if (d != NULL)
			(void)err_mem(e);
		else
			(void)err_sys(e, "%s", f->host);
		(void)closedir(dir);
		return -1;
	}
	(void)closedir(dir);
	if (lv->n != 0)
		qsort(lv->names, lv->n, sizeof(char *), by_name);
	return 0;
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
	ssize_t n = readlink(f->host, f->target, sizeof(f->target) - 1);

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
	if (f->ent.size == 0)
		return 0;
	return content_open(&f->content, AT_FDCWD, f->host, f->host,
	    f->ent.size, e);
}

/* Fill f->ent for f->rel. */
static int
fill(struct folder *f, struct err *e)
{
	struct stat st;

	if (path_join(f->name, f->place, f->rel, e) != 0 ||
	    host_name(f, e) != 0)
		return -1;
	if ((f->rel[0] == '\0' ? stat(f->host, &st) :
	    lstat(f->host, &st)) != 0)
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
	used = lv->namelen;
	len = strlen(lv->names[lv->next]);
	if (used + len + 2 > sizeof(f->rel))
		return err_set(e, "%s/%.60s...: name too long", f->root,
		    f->rel);
	if (used != 0)
		f->rel[used++] = '/';
	memcpy(f->rel + used, lv->names[lv->next++], len + 1);
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

const struct layer_ops layer_folder = {
	folder_open, folder_next, folder_data, folder_rewind, folder_close
};
