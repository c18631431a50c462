/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * bring.c: a job's transfer: what arrives becomes its file, if it is right.
 */
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "mem.h"
#include "url.h"

/*
 * "Newer than mine?" is asked of the URL that mine came from, and only when
 * nothing better than the server's word is wanted: what is to be verified,
 * and has the sum, is not asked for at all.
 */
static void
ask(void *ctx, const char *url, struct transfer_question *q)
{
	const struct job *j = ctx;
	struct err ignored;
	char *show;

	if (!j->have.known || j->have.url == NULL || j->opts->force ||
	    j->kind != DIGEST_NONE)
		return;
	if ((show = url_show(url, &ignored)) == NULL)
		return;
	if (strcmp(show, j->have.url) == 0) {
		q->etag = j->have.etag;
		q->modified = j->have.modified;
	}
	free(show);
}

static int
begin(void *ctx, const struct transfer_answer *a, struct err *e)
{
	struct job *j = ctx;

	free(j->from);
	if ((j->from = url_show(a->url, e)) == NULL)
		return -1;
	j->receive = receive_new(j->path, j->from, j->kind, j->decompress, e);
	if (j->receive == NULL) {
		e->code = ERR_ANY;	/* what is missing is not the file */
		return -1;
	}
	return 0;
}

static int
data(void *ctx, const void *buf, size_t len, struct err *e)
{
	struct job *j = ctx;
	int r = receive_data(j->receive, buf, len, e);

	return r == RECEIVE_BAD ? TRANSFER_BAD : r;
}

static int
check(const struct job *j, const char *sum, struct err *e)
{
	if (j->kind == DIGEST_NONE || strcmp(sum, j->want) == 0)
		return 0;
	(void)err_set(e, "%s: wrong %s: it is %s, %s says %s; %s", j->from,
	    digest_kind_name(j->kind), sum,
	    j->sums_path != NULL ? j->sums_path : "the option -s", j->want,
	    j->have.exists ? "the previous file was kept" :
	    "nothing was written");
	return TRANSFER_BAD;
}

/*
 * What was known of the old file goes before the new one comes: were the
 * program killed between the two, nothing would be known, which is never
 * wrong. That it cannot be written down again is no failure either.
 */
static int
publish(struct job *j, const char *sum, const struct transfer_answer *a,
    struct err *e)
{
	struct origin now = { 0 };
	struct receive *r = j->receive;
	struct err ignored;
	char hex[DIGEST_HEX_MAX];
	bool changed;

	j->size = receive_size(r);
	j->receive = NULL;
	origin_remove(j->path);
	if (receive_commit(r, j->opts->untimed ? -1 : a->time, &changed,
	    e) == -1)
		return -1;
	j->outcome = changed ? FETCH_NEW : FETCH_SAME;
	now.url = j->from;
	now.etag = (char *)(uintptr_t)a->etag;
	now.modified = (char *)(uintptr_t)a->modified;
	(void)memcpy(hex, sum, strlen(sum) + 1);
	*(j->decompress ? &now.packed_sum : &now.sum) = hex;
	if (!j->opts->unnoted)
		(void)origin_write(j->path, &now, &ignored);
	return 0;
}

static int
end(void *ctx, const struct transfer_answer *a, struct err *e)
{
	struct job *j = ctx;
	char sum[DIGEST_HEX_MAX];
	int r;

	if ((r = receive_end(j->receive, sum, e)) != 0)
		return r == RECEIVE_BAD ? TRANSFER_BAD : -1;
	if ((r = check(j, sum, e)) != 0)
		return r;
	return publish(j, sum, a, e);
}

static void
undo(void *ctx)
{
	struct job *j = ctx;

	receive_abort(j->receive);
	j->receive = NULL;
}

static void
over(void *ctx, const struct transfer *t, enum transfer_result r)
{
	struct job *j = ctx;

	if (r == TRANSFER_FAILED)
		job_over(j, FETCH_FAILED, &t->err);
	else
		job_over(j, r == TRANSFER_SAME ? FETCH_SAME : j->outcome,
		    NULL);
}

void
job_start(struct job *j)
{
	static const struct transfer_ops ops = { ask, begin, data, end, undo,
		over };

	j->transfer.name = j->path;
	j->transfer.urls = j->urls;
	j->transfer.nurls = j->nurls;
	j->transfer.ops = &ops;
	j->transfer.ctx = j;
}
