/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_mtree.c: a layer that an mtree(5) file describes: a stage with its
 * METALOG, or a list of links and device nodes without any content.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layer_impl.h"
#include "mem.h"
#include "metalog.h"
#include "path.h"

struct stage {
	const char	*path;		/* of the mtree file */
	int		 dir;		/* the folder where contents are */
	struct metalog	*metalog;
	struct links	*links;
	struct content	 content;
	struct entry	 ent;
	char		 shown[1024];	/* for messages */
};

static void
stage_close(void *ctx)
{
	struct stage *s = ctx;

	metalog_close(s->metalog);
	links_free(s->links);
	content_free(&s->content);
	if (s->dir >= 0)
		(void)close(s->dir);
	free(s);
}

static void *
stage_open(const char *path, const char *arg, struct err *e)
{
	struct stage *s = mem_array(1, sizeof(*s));
	const char *slash = strrchr(path, '/');
	char *folder;

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	s->content.fd = -1;
	s->path = path;
	folder = slash == NULL ? mem_printf(".") :
	    mem_printf("%.*s", (int)(slash - path) + (slash == path), path);
	s->dir = folder == NULL ? -1 :
	    open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (arg != NULL)
		(void)err_set(e, "%s:%s: an mtree file is taken whole", path,
		    arg);
	else if (s->dir < 0)
		(void)err_sys(e, "%s", folder != NULL ? folder : path);
	else if ((s->links = links_new()) == NULL)
		(void)err_mem(e);
	else
		s->metalog = metalog_open(path, e);
	free(folder);
	if (s->metalog != NULL)
		return s;
	stage_close(s);
	return NULL;
}

static int
stage_rewind(void *ctx, bool whole, struct err *e)
{
	struct stage *s = ctx;

	(void)whole;
	content_close(&s->content);
	metalog_close(s->metalog);
	links_free(s->links);
	s->links = NULL;
	if ((s->metalog = metalog_open(s->path, e)) == NULL)
		return -1;
	return (s->links = links_new()) != NULL ? 0 : err_mem(e);
}

/*
 * Find the content of a regular file. The stage is what counts for sizes: a
 * METALOG may lack them. Names that share an inode there are hard links.
 */
static int
file_entry(struct stage *s, const char *contents, struct err *e)
{
	const char *name = contents != NULL ? contents : s->ent.name;
	const char *first;
	struct stat st;
	bool failed;

	(void)snprintf(s->shown, sizeof(s->shown), "%s: %.512s", s->path, name);
	if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_sys(e, "%s", s->shown);
	if (!S_ISREG(st.st_mode))
		return err_set(e, "%s: is no file", s->shown);
	if (s->ent.size != UINT64_MAX && s->ent.size != (uint64_t)st.st_size)
		return err_set(e, "%s: has %lld bytes, not the %llu that are "
		    "told of", s->shown, (long long)st.st_size,
		    (unsigned long long)s->ent.size);
	s->ent.size = (uint64_t)st.st_size;
	if (st.st_nlink > 1 && contents == NULL) {
		first = links_seen(s->links, (uint64_t)st.st_dev,
		    (uint64_t)st.st_ino, s->ent.name, e, &failed);
		if (failed)
			return -1;
		if (first != NULL) {
			s->ent.kind = ENTRY_HARDLINK;
			s->ent.target = first;
			s->ent.size = 0;
			return 0;
		}
	}
	if (s->ent.size != 0)
		content_set(&s->content, s->dir, name, s->shown, &st);
	return 0;
}

static int
stage_next(void *ctx, const struct entry **ep, struct err *e)
{
	struct stage *s = ctx;
	const char *contents;
	int r;

	content_close(&s->content);
	r = metalog_next(s->metalog, &s->ent, &contents, e);
	if (r <= 0)
		return r;
	if (s->ent.kind == ENTRY_FILE && file_entry(s, contents, e) != 0)
		return -1;
	*ep = &s->ent;
	return 1;
}

static int
stage_data(void *ctx, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	return content_data(&((struct stage *)ctx)->content, buf, len, off, e);
}

static int
stage_range(void *ctx, uint64_t *off, uint64_t *len, struct err *e)
{
	return content_range(&((struct stage *)ctx)->content, off, len, e);
}

const struct layer_ops layer_mtree = {
	stage_open, stage_next, stage_data, stage_range, stage_rewind,
	stage_close
};
