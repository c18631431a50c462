/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * size.c: the size that content needs, and whether one is enough, found by
 * rehearsing.
 */
#include <inttypes.h>

#include "gpt.h"
#include "size.h"

#define MB	1048576u

/*
 * Inodes that are free at least where there is a choice: one for ten in use,
 * and so many as a root that is written to may want. They are cheap: 128 or
 * 256 bytes each.
 */
#define SPARE_SHARE	10
#define SPARE_MIN	1000u
#define RESERVED	11u	/* ext2's own; more than FFS's */

/* Where inodes are not to take room by the size of the file system, one for so
 * many bytes that are free, as newfs(8) has it for blocks of 16384. */
#define FREE_DENSITY	8192u
#define NO_DENSITY	(1u << 30)

/* The smallest and the largest file system that a search looks at. */
#define FS_MIN	(64u * 1024)
#define FS_MAX	(UINT64_C(1) << 44)

uint64_t
size_fs(const struct make *m, uint64_t size)
{
	uint64_t around = m->bare ? 0 : GPT_ALIGN + GPT_TAIL;

	return size > around ? (size - around) / SIZE_GRAIN * SIZE_GRAIN : 0;
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
	while (r >= 0 && hi - lo > SIZE_GRAIN) {
		mid = lo + (hi - lo) / 2 / SIZE_GRAIN * SIZE_GRAIN;
		r = rehearse(m, s, mid, reserve, e);
		if (r > 0)
			hi = mid;
		else
			lo = mid;
	}
	return r < 0 ? 0 : hi;
}

bool
size_inodes_asked(const struct fs_params *p)
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

	if (fs <= SIZE_GRAIN || size_inodes_asked(&m->params))
		return fs;
	m->params.inodes = inodes_for(s, false);
	r = rehearse(m, s, fs - SIZE_GRAIN, reserve, e);
	if (r > 0)
		return search(m, s, reserve, e);
	m->params.inodes = 0;
	return r == 0 ? fs : 0;
}

/* Inodes that are wanted where some space is free. */
static void
choose_inodes(struct make *m, const struct survey *s, uint64_t reserve)
{
	uint64_t more = inodes_for(s, false) + reserve / FREE_DENSITY;

	m->params.inodes = inodes_for(s, true);
	if (!m->tight)
		return;
	m->params.density = NO_DENSITY;
	if (m->params.inodes < more)
		m->params.inodes = more;
}

uint64_t
size_choose(struct make *m, struct err *e)
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
		if (!size_inodes_asked(&m->params))
			choose_inodes(m, s, reserve);
		fs = search(m, s, reserve, e);
	}
	survey_free(s);
	if (fs == 0)
		return 0;
	return m->bare ? fs : fs + GPT_ALIGN +
	    (GPT_TAIL + SIZE_GRAIN - 1) / SIZE_GRAIN * SIZE_GRAIN;
}

int
size_refuse(struct make *m, const struct survey *s, const struct err *why,
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

bool
size_more_inodes(struct make *m, const struct survey *s)
{
	struct err ignored;
	uint64_t fs = size_fs(m, m->made_size);
	int spare;

	for (spare = 1; spare >= 0; spare--) {
		m->params.inodes = inodes_for(s, spare != 0);
		if (rehearse(m, s, fs, 0, &ignored) > 0)
			return true;
	}
	m->params.inodes = 0;
	return false;
}

int
size_refuse_any(struct make *m, struct err *e)
{
	struct survey *s = survey_new(m->layers, m->nlayers, e);
	struct err why;

	if (s == NULL)
		return -1;
	(void)err_set(&why, "the size given is too small");
	(void)size_refuse(m, s, &why, e);
	survey_free(s);
	return -1;
}
