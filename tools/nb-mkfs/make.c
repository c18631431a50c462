/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * make.c: lays GPT and file system into an image file, and finds the size
 * that content needs by rehearsing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "gpt.h"
#include "make.h"
#include "outfile.h"
#include "path.h"
#include "survey.h"

#define MB	1048576u
#define GRAIN	4096u		/* sizes of file systems are multiples */

/*
 * Inodes that are free at least where there is a choice: one for ten in use,
 * and so many as a root that is written to may want. They are cheap: 128 or
 * 256 bytes each.
 */
#define SPARE_SHARE	10
#define SPARE_MIN	1000u
#define RESERVED	11u	/* ext2's own; more than FFS's */

/* The smallest and the largest file system that a search looks at. */
#define FS_MIN	(64u * 1024)
#define FS_MAX	(UINT64_C(1) << 44)

static uint64_t
image_start(const struct make *m)
{
	return m->bare ? 0 : GPT_ALIGN;
}

/* Bytes of the file system in an image of size bytes; 0: none fits. */
static uint64_t
fs_size(const struct make *m, uint64_t size)
{
	uint64_t around = m->bare ? 0 : GPT_ALIGN + GPT_TAIL;

	return size > around ? (size - around) / GRAIN * GRAIN : 0;
}

/* Whole megabytes of image for a file system of fs bytes. */
static uint64_t
size_for(const struct make *m, uint64_t fs)
{
	uint64_t around = m->bare ? 0 : GPT_ALIGN + GPT_TAIL;

	return (fs + around + MB - 1) / MB * MB;
}

/*
 * rehearse: would what s found and `reserve` bytes more fit into fs bytes?
 * 1 yes, 0 no, -1 another error.
 */
static int
rehearse(const struct make *m, const struct survey *s, uint64_t fs,
    uint64_t reserve, struct err *e)
{
	struct tree *t = survey_tree(s);
	struct fs_params p = m->params;
	struct node spare = { .size = reserve, .kind = ENTRY_FILE };
	const struct fs_type *ft = m->type;
	struct image *im = image_new(-1, m->path, 0, fs, e);
	struct node *n;
	void *ctx;
	int r = -1;

	if (im == NULL)
		return -1;
	e->code = ERR_ANY;
	if ((ctx = ft->create(im, &p, e)) == NULL)
		goto out;
	for (n = t->first; n != NULL; n = n->arrival) {
		if (n->kind != ENTRY_FILE || n->link != NULL || n->size == 0)
			continue;
		if (survey_put(s, n, &ft->sink, ctx, e) != 0)
			goto out;
	}
	if (reserve != 0 && (ft->sink.begin(ctx, &spare, e) != 0 ||
	    ft->sink.end(ctx, &spare, e) != 0))
		goto out;
	r = ft->finish(ctx, t, t->epoch, e) == 0 ? 1 : -1;
out:
	if (ctx != NULL)
		ft->destroy(ctx);
	image_free(im);
	return r < 0 && e->code == ERR_FULL ? 0 : r;
}

/* The least file system that holds s and reserve, to one grain; 0: error. */
static uint64_t
search(const struct make *m, const struct survey *s, uint64_t reserve,
    struct err *e)
{
	uint64_t lo = 0, hi = FS_MIN, mid;
	int r;

	while ((r = rehearse(m, s, hi, reserve, e)) == 0) {
		if (hi >= FS_MAX)
			return 0;
		lo = hi;
		hi *= 2;
	}
	while (r >= 0 && hi - lo > GRAIN) {
		mid = lo + (hi - lo) / 2 / GRAIN * GRAIN;
		r = rehearse(m, s, mid, reserve, e);
		if (r > 0)
			hi = mid;
		else
			lo = mid;
	}
	return r < 0 ? 0 : hi;
}

/* Whether the number of inodes is not for us to choose. */
static bool
inodes_asked(const struct fs_params *p)
{
	return p->inodes != 0 || p->density != 0;
}

/* Inodes that the files of s need, and some that are free. */
static uint64_t
inodes_for(const struct survey *s, bool spare)
{
	uint64_t n = survey_tree(s)->inodes, more = 0;

	if (spare)
		more = n / SPARE_SHARE > SPARE_MIN ? n / SPARE_SHARE :
		    SPARE_MIN;
	return n + more + RESERVED;
}

/*
 * The same with the inodes that the density gives, or, where that would be
 * smaller, with as many as s needs: m says then how many.
 */
static uint64_t
least(struct make *m, const struct survey *s, uint64_t reserve, struct err *e)
{
	uint64_t fs = search(m, s, reserve, e);
	int r;

	if (fs <= GRAIN || inodes_asked(&m->params))
		return fs;
	m->params.inodes = inodes_for(s, false);
	r = rehearse(m, s, fs - GRAIN, reserve, e);
	if (r > 0)
		return search(m, s, reserve, e);
	m->params.inodes = 0;
	return r == 0 ? fs : 0;
}

/* The image's size when none was asked for; 0: error. */
static uint64_t
choose_size(struct make *m, struct err *e)
{
	struct survey *s = survey_new(m->layers, m->nlayers, e);
	uint64_t fs, reserve;

	if (s == NULL)
		return 0;
	reserve = m->free_percent != 0 ?
	    survey_bytes(s) / 100 * m->free_percent : m->free;
	if (m->free_percent == 0 && m->free == 0)
		fs = least(m, s, reserve, e);
	else {
		if (!inodes_asked(&m->params))
			m->params.inodes = inodes_for(s, true);
		fs = search(m, s, reserve, e);
	}
	survey_free(s);
	if (fs == 0)
		return 0;
	return m->bare ? fs : fs + GPT_ALIGN +
	    (GPT_TAIL + GRAIN - 1) / GRAIN * GRAIN;
}

/* Turn "no room" into what a person can act on. s may be NULL: why says why. */
static int
too_small(struct make *m, const struct survey *s, const struct err *why,
    struct err *e)
{
	struct err ignored = { .code = ERR_ANY };
	uint64_t fs = s != NULL ? least(m, s, 0, &ignored) : 0;
	uint64_t need = size_for(m, fs) / MB, have = m->made_size / MB;

	if (fs == 0)
		return err_code(e, ERR_FULL, "%s: %s", m->path, why->text);
	/* A file that its own archive replaces takes room twice for a while. */
	if (need <= have)
		need = have + 1;
	return err_code(e, ERR_FULL, "%s: needs %" PRIu64 " MB, the size "
	    "given is %" PRIu64 " MB: give -s %" PRIu64 "m (IMGSIZE=%" PRIu64
	    ")", m->path, need, have, need, need);
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
	part.size = fs_size(m, m->made_size);
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
	    fs_size(m, m->made_size), e)) == NULL ||
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
	if (ftruncate(outfile_fd(out), 0) != 0)
		return err_sys(e, "%s", outfile_part(out));
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
		m->made_size += m->made_size / 64 / GRAIN * GRAIN + GRAIN;
	return r;
}

/* Whether the files of s fit into the size given when there are more inodes
 * than its density gives: sets as many as they need, or some more. */
static bool
more_inodes(struct make *m, const struct survey *s)
{
	struct err ignored;
	uint64_t fs = fs_size(m, m->made_size);
	int spare;

	for (spare = 1; spare >= 0; spare--) {
		m->params.inodes = inodes_for(s, spare != 0);
		if (rehearse(m, s, fs, 0, &ignored) > 0)
			return true;
	}
	m->params.inodes = 0;
	return false;
}

/*
 * In one pass when all is well. What does not fit is looked through: it may
 * lack no more than inodes.
 */
static int
fill_given(struct make *m, struct outfile *out, struct err *e)
{
	bool asked = inodes_asked(&m->params);
	struct survey *s;
	struct err why;
	int r = fill(m, out, e);

	if (r == 0 || e->code != ERR_FULL)
		return r;
	why = *e;
	s = survey_new(m->layers, m->nlayers, &why);
	if (s != NULL && !asked && more_inodes(m, s))
		r = fill(m, out, e);
	if (r != 0 && e->code == ERR_FULL)
		r = too_small(m, s, &why, e);
	survey_free(s);
	return r;
}

/* Not even an empty file system fits. */
static int
refuse(struct make *m, struct err *e)
{
	struct survey *s = survey_new(m->layers, m->nlayers, e);
	struct err why;

	if (s == NULL)
		return -1;
	(void)err_set(&why, "the size given is too small");
	(void)too_small(m, s, &why, e);
	survey_free(s);
	return -1;
}

int
make_image(struct make *m, struct err *e)
{
	struct outfile *out;
	int r;

	m->made_size = m->size;
	if (m->made_size == 0 && (m->made_size = choose_size(m, e)) == 0)
		return -1;
	if (fs_size(m, m->made_size) == 0)
		return refuse(m, e);
	out = outfile_open(m->path, m->sync ? OUTFILE_SYNC : 0, e);
	if (out == NULL)
		return -1;
	r = m->size == 0 ? fill_found(m, out, e) : fill_given(m, out, e);
	if (r == 0)
		return outfile_commit(out, e);
	outfile_abort(out);
	return -1;
}
