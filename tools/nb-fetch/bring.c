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

/* What is smaller comes again as soon. */
#define RESUME_MIN (1024 * 1024)

/*
 * What is here already, of this run or of one that was killed, is gone on
 * with, provided that the server knows it for the same file, or that a sum
 * will tell.
 */
static bool
ask_rest(const struct job *j, const char *url, struct transfer_question *q)
{
	const char *from = j->part.url, *range = j->part.range;
	uint64_t next, length = j->part.length;

	if (j->receive != NULL) {
		from = j->from;
		range = j->range;
		length = j->length;
		next = receive_next(j->receive);
	} else if (j->part.known)
		next = receive_overlap((uint64_t)j->part.st.st_size);
	else
		return false;
	if (next == 0 || next >= length || url_is_local(url))
		return false;
	if (range != NULL && job_from(url, from))
		q->range = range;
	else if (j->kind == DIGEST_NONE)
		return false;
	q->from = next;
	return true;
}

/*
 * "Newer than mine?" is asked of the URL that mine came from, and only when
 * nothing better than the server's word is wanted: what is to be verified,
 * and has the sum, is not asked for at all.
 */
static void
ask(void *ctx, const char *url, struct transfer_question *q)
{
	const struct job *j = ctx;

	if (ask_rest(j, url, q) || !j->have.known || j->opts->force ||
	    (j->kind != DIGEST_NONE && !j->right) || !job_from(url, j->have.url))
		return;
	q->etag = j->have.etag;
	q->modified = j->have.modified;
}

static enum digest_kind
summed(const struct job *j)
{
	return j->kind != DIGEST_NONE || !j->opts->summed ? j->kind :
	    DIGEST_SHA256;
}

/* From the first byte. */
static void
forget(struct job *j)
{
	receive_abort(j->receive);
	j->receive = NULL;
	if (j->part.known)
		part_tidy(j->path, false);
	part_free(&j->part);
	j->got[0] = '\0';
	j->resumed = 0;
	j->pieced = false;
}

static int
begin_rest(struct job *j, const struct transfer_answer *a, struct err *e)
{
	uint64_t length = j->receive != NULL ? j->length : j->part.length;

	if (a->length < 0 || (uint64_t)a->length != length)
		return TRANSFER_RESTART;
	if (j->receive == NULL) {
		j->receive = receive_resume(j->path, summed(j), &j->part, e);
		if (j->receive == NULL)
			return e->text[0] == '\0' ? TRANSFER_RESTART : -1;
		j->resumed = (uint64_t)j->part.st.st_size;
		j->length = length;
		free(j->range);
		j->range = j->part.range;
		j->part.range = NULL;
		part_free(&j->part);
	}
	j->pieced = true;
	return receive_from(j->receive, a->from) == 0 ? 0 : TRANSFER_RESTART;
}

/* For the next run, should this one be killed. */
static void
note(const struct job *j)
{
	struct part p = { .url = j->from, .range = j->range,
		.length = j->length };

	if (j->opts->unnoted || j->length < RESUME_MIN ||
	    url_is_local(j->from) ||
	    (j->range == NULL && j->kind == DIGEST_NONE))
		return;
	p.want = j->kind != DIGEST_NONE ?
	    (char *)(uintptr_t)j->want : NULL;
	receive_note(j->receive, &p);
}

/* Job's own URLs were looked at before; redirects lead elsewhere. */
static bool
plain_will_do(const struct job *j)
{
	return j->opts->plain || j->kind != DIGEST_NONE || j->auxiliary;
}

static int
refuse_plain(const struct transfer_answer *a, struct err *e)
{
	char *show = url_show(a->url, e), *final = url_show(a->final, e);

	if (show != NULL && final != NULL)
		(void)err_set(e, "%s: redirected to %s: would come unverified "
		    "over http: give a sum (-s, -S), or say that it will do "
		    "(-u)", show, final);
	free(show);
	free(final);
	return TRANSFER_BAD;
}

static int
begin(void *ctx, const struct transfer_answer *a, struct err *e)
{
	struct job *j = ctx;
	int r;

	j->plain = url_is_plain(a->final);
	if (j->plain && !plain_will_do(j))
		return refuse_plain(a, e);
	if (a->from == 0)
		forget(j);
	/* What goes on is called by where it began. */
	if (j->receive == NULL) {
		free(j->from);
		if ((j->from = url_show(a->url, e)) == NULL)
			return -1;
	}
	if (a->from > 0) {
		if ((r = begin_rest(j, a, e)) == -1)
			e->code = ERR_ANY;
		return r;
	}
	free(j->range);
	j->range = a->range != NULL ? strdup(a->range) : NULL;
	j->length = a->length > 0 ? (uint64_t)a->length : 0;
	j->receive = receive_new(j->path, j->from, summed(j), j->decompress,
	    j->packed, j->length, e);
	if (j->receive == NULL) {
		e->code = ERR_ANY;	/* what is missing is not the file */
		return -1;
	}
	note(j);
	return 0;
}

/* Pieces that do not belong together are nobody's fault: once more. */
static int
result(const struct job *j, int r)
{
	if (r == RECEIVE_CHANGED || (r == RECEIVE_BAD && j->pieced))
		return TRANSFER_RESTART;
	return r == RECEIVE_BAD ? TRANSFER_BAD : r;
}

static int
data(void *ctx, const void *buf, size_t len, struct err *e)
{
	struct job *j = ctx;

	return result(j, receive_data(j->receive, buf, len, e));
}

static int
check(const struct job *j, const char *sum, struct err *e)
{
	if (j->kind == DIGEST_NONE || strcmp(sum, j->want) == 0)
		return 0;
	(void)err_set(e, "%s: wrong %s: it is %s, %s says %s; %s%s%s", j->from,
	    digest_kind_name(j->kind), sum,
	    j->sums_path != NULL ? j->sums_path : "the option -s", j->want,
	    j->have.exists ? "the previous file was kept" :
	    "nothing was written", job_hint_mark(j), job_hint(j));
	return result(j, RECEIVE_BAD);
}

/* The answer goes, the file is still to be placed. */
static int
end(void *ctx, const struct transfer_answer *a, struct err *e)
{
	struct job *j = ctx;

	origin_free(&j->now);
	if ((j->now.url = strdup(j->from)) == NULL ||
	    (a->etag != NULL &&
	    (j->now.etag = strdup(a->etag)) == NULL) ||
	    (a->modified != NULL &&
	    (j->now.modified = strdup(a->modified)) == NULL))
		return err_mem(e);
	j->time = j->opts->untimed ? -1 : a->time;
	return 0;
}

/* What nobody compared the sum with is not written down. */
static int
place_write(void *ctx, struct err *e)
{
	struct job *j = ctx;
	char sum[DIGEST_HEX_MAX];
	int r;

	if ((r = receive_end(j->receive, sum, e)) != 0)
		return result(j, r);
	if ((r = check(j, sum, e)) != 0)
		return r;
	j->size = receive_size(j->receive);
	j->changed = !j->have.exists;
	if (receive_write(j->receive, j->time, &j->changed, e) == -1) {
		e->code = ERR_ANY;	/* what is missing is not the file */
		return -1;
	}
	(void)memcpy(j->got, sum, strlen(sum) + 1);
	if (j->kind != DIGEST_NONE)
		*(j->packed ? &j->now.packed_sum : &j->now.sum) =
		    strdup(sum);
	return 0;
}

static void
place_hurry(void *ctx, bool wait)
{
	struct job *j = ctx;

	receive_hurry(j->receive, wait);
}

static int
place_settle(void *ctx, struct err *e)
{
	struct job *j = ctx;

	return receive_settle(j->receive, e);
}

/*
 * What was known of the old file goes before the new one comes: were the
 * program killed between the two, nothing would be known, which is never
 * wrong. That it cannot be written down again is no failure either.
 */
static int
place_publish(void *ctx, struct folders *folders, struct err *e)
{
	struct job *j = ctx;
	struct err ignored;
	struct stat st;
	bool noted;

	if (!j->bare)
		origin_remove(j->path);
	noted = !j->opts->unnoted && receive_stat(j->receive, &st) == 0;
	if (j->changed && receive_publish(j->receive, folders, e) == -1)
		return -1;
	receive_abort(j->receive);
	j->receive = NULL;
	j->outcome = j->changed ? FETCH_NEW : FETCH_SAME;
	if (noted)
		(void)origin_write(j->path, &j->now, &st, &ignored);
	return 0;
}

static void
undo(void *ctx, bool keep)
{
	struct job *j = ctx;

	if (!keep || j->length == 0 ||
	    (j->range == NULL && j->kind == DIGEST_NONE))
		forget(j);
}

static void
over(void *ctx, const struct transfer *t, enum transfer_result r)
{
	struct job *j = ctx;

	/* What an earlier run left stays for a later one, if this one could
	 * not even ask. */
	if (j->receive != NULL || r == TRANSFER_SAME)
		forget(j);
	if (r == TRANSFER_SAME && !j->opts->unnoted)
		origin_touch(j->path);
	if (r == TRANSFER_FAILED)
		job_over(j, t->unanswered && job_will_do(j) ? FETCH_DISK :
		    FETCH_FAILED, &t->err);
	else
		job_over(j, r == TRANSFER_SAME ? FETCH_SAME : j->outcome,
		    NULL);
}

void
job_start(struct job *j)
{
	static const struct place_ops place = { place_write, place_hurry,
		place_settle, place_publish };
	static const struct transfer_ops ops = { ask, begin, data, end, &place,
		undo, over };

	j->transfer.name = j->path;
	j->transfer.urls = j->urls;
	j->transfer.nurls = j->nurls;
	j->transfer.ops = &ops;
	j->transfer.ctx = j;
	j->transfer.brief = job_will_do(j);
}
