/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * trim.c: reads a stage's METALOG, finds out what is kept, writes that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asked.h"
#include "closure.h"
#include "folders.h"
#include "keep.h"
#include "mem.h"
#include "metalog.h"
#include "outfile.h"
#include "path.h"
#include "trim.h"
#include "visname.h"
#include "writeall.h"

/* The folder of a file's name, "." when it has none; to be freed. */
static char *
folder_of(const char *path)
{
	size_t len = folder_len(path);

	return len == 0 ? mem_printf(".") : mem_printf("%.*s", (int)len, path);
}

static int
open_folder(const char *path, struct err *e)
{
	char *folder = folder_of(path);
	int fd;

	if (folder == NULL)
		return err_mem(e);
	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		(void)err_sys(e, "%s", folder);
	free(folder);
	return fd;
}

/* In the stage's folder the output must not be a name of the image's. */
static int
check_output(const struct trim *job, const struct tree *t, int dir,
    struct err *e)
{
	const char *base = job->output + folder_len(job->output);
	struct stat stage, st;
	int fd = open_folder(job->output, e), r;

	if (fd == -1)
		return -1;
	r = fstat(dir, &stage) != 0 || fstat(fd, &st) != 0 ? -1 :
	    stage.st_dev == st.st_dev && stage.st_ino == st.st_ino;
	(void)close(fd);
	if (r < 0)
		return err_sys(e, "%s", job->output);
	if (r == 1 && (tree_find(t, base) != NULL ||
	    strcmp(base, "METALOG") == 0))
		return err_set(e, "%s: is the stage's own: give -o another "
		    "name", job->output);
	return 0;
}

/* --- What is kept. */

static int
find_out(const struct trim *job, struct keep *k, int dir, struct err *e)
{
	struct closure *c;
	size_t i;
	int r;

	asked_always(k);
	if (asked_files(k, job->conf, job->warn, e) != 0 ||
	    asked_packages(k, job->conf, dir, job->prefix, job->warn, e) != 0)
		return -1;
	for (i = 0; i < job->nlayers; i++) {
		if (asked_layer(k, job->layers[i], e) != 0)
			return -1;
	}
	if (job->before != NULL && asked_new(k, job->before, e) != 0)
		return -1;
	if ((c = closure_new(k, dir, job->prefix, e)) == NULL)
		return -1;
	if ((r = closure_run(c, job->warn, e)) == 0)
		closure_missing(c, job->warn);
	closure_free(c);
	return r;
}

/* --- What is written. */

static void
put_node(FILE *f, const struct node *n)
{
	const struct node *c = n->link != NULL ? n->link : n;
	char name[PATH_LEN_MAX];
	struct entry ent = {
		.name = tree_path(n, name), .target = c->target,
		.size = c->size, .mtime = c->mtime, .mtime_ns = c->mtime_ns,
		.mode = c->mode, .uid = c->uid, .gid = c->gid,
		.major = c->major, .minor = c->minor,
		.kind = (enum entry_kind)c->kind
	};

	metalog_write(f, &ent);
}

static int
put_metalog(const struct trim *job, const struct keep *k, struct err *e)
{
	struct outfile *out = outfile_open(job->output, 0, e);
	const struct node *n;
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	if (out == NULL)
		return -1;
	if ((f = open_memstream(&text, &len)) == NULL) {
		outfile_abort(out);
		return err_mem(e);
	}
	metalog_head(f);
	for (n = keep_tree(k)->root; n != NULL; n = tree_next(n)) {
		if (keep_why(k, n) != WHY_NOT)
			put_node(f, n);
	}
	if (fclose(f) != 0)
		(void)err_mem(e);
	else if (write_all(outfile_fd(out), text, len) != 0)
		(void)err_sys(e, "%s", job->output);
	else {
		free(text);
		return outfile_commit(out, e);
	}
	free(text);
	outfile_abort(out);
	return -1;
}

/* Names, and bytes of files that have one name or more. */
static int
count(struct trim *job, const struct keep *k, struct err *e)
{
	const struct tree *t = keep_tree(k);
	bool *seen = mem_array((size_t)t->nodes, sizeof(*seen));
	const struct node *n, *c;

	if (seen == NULL)
		return err_mem(e);
	for (n = tree_next(t->root); n != NULL; n = tree_next(n)) {
		c = n->link != NULL ? n->link : n;
		job->all_files++;
		if (n == c)
			job->all_bytes += n->size;
		if (keep_why(k, n) == WHY_NOT)
			continue;
		job->files++;
		if (!seen[c->ino])
			job->bytes += c->size;
		seen[c->ino] = true;
	}
	free(seen);
	return 0;
}

static int
tell(const struct keep *k, struct err *e)
{
	char name[PATH_LEN_MAX];
	const struct node *n;

	for (n = tree_next(keep_tree(k)->root); n != NULL; n = tree_next(n)) {
		if (keep_why(k, n) <= WHY_PARENT)
			continue;
		vis_encode(stdout, tree_path(n, name));
		(void)fputs(": ", stdout);
		keep_tell(k, n, stdout);
		(void)putchar('\n');
	}
	return fflush(stdout) == 0 ? 0 : err_sys(e, "standard output");
}

/* --- */

static int
trim_tree(struct trim *job, struct tree *t, int dir, struct err *e)
{
	struct keep *k;
	int r;

	if (job->output != NULL && check_output(job, t, dir, e) != 0)
		return -1;
	if ((k = keep_new(t, e)) == NULL)
		return -1;
	r = find_out(job, k, dir, e);
	if (r == 0)
		r = count(job, k, e);
	if (r == 0 && job->verbose)
		r = tell(k, e);
	if (r == 0 && job->output != NULL)
		r = put_metalog(job, k, e);
	keep_free(k);
	return r;
}

int
trim_stage(struct trim *job, struct err *e)
{
	struct tree *t = tree_new(e);
	char *words[1];
	int dir, r = -1;

	if (t == NULL)
		return -1;
	if ((dir = open_folder(job->metalog, e)) == -1) {
		tree_free(t);
		return -1;
	}
	if ((words[0] = mem_printf("%s", job->metalog)) == NULL)
		(void)err_mem(e);
	else if ((r = tree_merge(t, words, 1, NULL, NULL, e)) == 0)
		r = trim_tree(job, t, dir, e);
	free(words[0]);
	(void)close(dir);
	tree_free(t);
	return r;
}
