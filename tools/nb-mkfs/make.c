/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * make.c: lays GPT and file system into an image file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "confine.h"
#include "digest.h"
#include "gpt.h"
#include "layer.h"
#include "make.h"
#include "outfile.h"
#include "path.h"
#include "size.h"

static uint64_t
image_start(const struct make *m)
{
	return m->bare ? 0 : GPT_ALIGN;
}

/* A sum over all of the tree but contents, as a basis for GUIDs. */
static int
tree_sum(const struct make *m, const struct tree *t,
    uint8_t sum[DIGEST_BYTES_MAX], size_t *len, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256, e);
	char name[PATH_LEN_MAX], line[512];
	const struct node *n;
	int used;

	if (d == NULL)
		return -1;
	used = snprintf(line, sizeof(line), "%s %s %" PRIu64 "\n",
	    m->type->name, m->label, m->made_size);
	digest_update(d, line, (size_t)used);
	for (n = t->root; n != NULL; n = tree_next(n)) {
		(void)tree_path(n, name);
		digest_update(d, name, strlen(name) + 1);
		used = snprintf(line, sizeof(line), "%u %o %" PRIu32 " %" PRIu32
		    " %" PRIu64 " %" PRId64 ".%" PRIu32 " %" PRIu32 "\n",
		    (unsigned)n->kind, (unsigned)n->mode, n->uid, n->gid,
		    n->size, n->mtime, n->mtime_ns, n->ino);
		digest_update(d, line, (size_t)used);
		if (n->target != NULL)
			digest_update(d, n->target, strlen(n->target) + 1);
	}
	*len = digest_final(d, sum);
	return 0;
}

static int
write_gpt(const struct make *m, const struct tree *t, int fd, struct err *e)
{
	struct gpt_part part = { .start = GPT_ALIGN };
	uint8_t disk[16], sum[DIGEST_BYTES_MAX];
	size_t len;

	if (strlen(m->label) > GPT_NAME_MAX)
		return err_set(e, "%s: name %s is too long", m->path, m->label);
	if (tree_sum(m, t, sum, &len, e) != 0)
		return -1;
	gpt_guid(disk, "disk", sum, len);
	gpt_guid(part.guid, "partition", sum, len);
	memcpy(part.type, m->type->gpt_type, sizeof(part.type));
	memcpy(part.name, m->label, strlen(m->label) + 1);
	part.size = size_fs(m, m->made_size);
	part.attributes = GPT_BOOTME;
	return gpt_write(fd, m->made_size, disk, &part, e);
}

/* One pass: layers to the file system in fd, then the GPT around it. */
static int
fill_image(struct make *m, int fd, const char *name, struct err *e)
{
	struct fs_params p = m->params;
	struct tree *t = tree_new(e);
	struct image *im = NULL;
	void *ctx = NULL;
	int r = -1;

	if (t == NULL)
		return -1;
	if (ftruncate(fd, (off_t)m->made_size) != 0) {
		(void)err_sys(e, "%s", name);
		goto out;
	}
	p.epoch = t->epoch;
	if ((im = image_new(fd, name, image_start(m),
	    size_fs(m, m->made_size), e)) == NULL ||
	    (ctx = m->type->create(im, &p, e)) == NULL ||
	    tree_merge(t, m->layers, m->nlayers, &m->type->sink, ctx, e) != 0 ||
	    m->type->finish(ctx, t, t->epoch, e) != 0)
		goto out;
	if (!m->bare && write_gpt(m, t, fd, e) != 0)
		goto out;
	m->inodes = t->inodes;
	(void)tree_hidden(t, &m->hidden);
	r = 0;
out:
	if (ctx != NULL)
		m->type->destroy(ctx);
	image_free(im);
	tree_free(t);
	return r;
}

/* The file system's id is known before its content: of label and size. */
static void
derive_id(struct make *m)
{
	char what[GPT_NAME_MAX + 64];
	int n;

	n = snprintf(what, sizeof(what), "%s %" PRIu64 " %.*s", m->type->name,
	    m->made_size, GPT_NAME_MAX, m->label);
	gpt_guid(m->params.guid, "file system", what, (uint64_t)n);
	m->params.label = m->label;
}

/* Lay the image into out, in the size that m->made_size says. */
static int
fill(struct make *m, struct outfile *out, struct err *e)
{
	if (outfile_empty(out, e) != 0)
		return -1;
	derive_id(m);
	return fill_image(m, outfile_fd(out), outfile_part(out), e);
}

/*
 * A size that was found from headers alone may miss by a block where layers
 * replace each other's files.
 */
static int
fill_found(struct make *m, struct outfile *out, struct err *e)
{
	int r;

	while ((r = fill(m, out, e)) != 0 && e->code == ERR_FULL)
		m->made_size += m->made_size / 64 / SIZE_GRAIN * SIZE_GRAIN +
		    SIZE_GRAIN;
	return r;
}

/*
 * In one pass when all is well. What does not fit is looked through: it may
 * lack no more than inodes.
 */
static int
fill_given(struct make *m, struct outfile *out, struct err *e)
{
	bool asked = size_inodes_asked(&m->params);
	struct survey *s;
	struct err why;
	int r = fill(m, out, e);

	if (r == 0 || e->code != ERR_FULL)
		return r;
	why = *e;
	s = survey_new(m->layers, m->nlayers, &why);
	if (s != NULL && !asked && size_more_inodes(m, s))
		r = fill(m, out, e);
	if (r != 0 && e->code == ERR_FULL)
		r = size_refuse(m, s, &why, e);
	survey_free(s);
	return r;
}

/* The size that is given or found; 0 on error. */
static uint64_t
choose(struct make *m, struct err *e)
{
	uint64_t size = m->size != 0 ? m->size : size_choose(m, e);

	if (size == 0 || size_fs(m, size) != 0)
		return size;
	m->made_size = size;
	(void)size_refuse_any(m, e);
	return 0;
}

/* The layers are still to be read, and the image to be given its name. */
static void
confine(struct make *m, const struct outfile *out)
{
	struct confine c;
	size_t i;

	confine_begin(&c, 0);
	confine_folder(&c, outfile_part(out), CONFINE_PUBLISH);
	cache_confine(&c);
	for (i = 0; i < m->nlayers; i++)
		layer_confine(&c, m->layers[i]);
	m->unconfined = confine_end(&c);
}

int
make_image(struct make *m, struct err *e)
{
	struct outfile *out;
	int r = -1;

	out = outfile_open(m->path, m->sync ? OUTFILE_SYNC : OUTFILE_SWAP, e);
	if (out == NULL)
		return -1;
	confine(m, out);
	if ((m->made_size = choose(m, e)) != 0)
		r = m->size == 0 ? fill_found(m, out, e) :
		    fill_given(m, out, e);
	if (r == 0)
		return outfile_commit(out, e);
	outfile_abort(out);
	return -1;
}
