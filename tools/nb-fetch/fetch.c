/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fetch.c: the steps of a run: names, files of sums, files.
 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "glance.h"
#include "index.h"
#include "job.h"
#include "listing.h"
#include "mem.h"
#include "needs.h"
#include "url.h"

#define MANY 16	/* files */

struct run {
	struct engine	 *engine;
	struct job	**jobs;
	size_t		  njobs;
	struct job	**sums;		/* jobs for files of sums */
	size_t		  nsums;
	struct transfer	**transfers;	/* room for the larger of the two */
};

static int
run_new(struct run *r, const struct fetch_set *sets, size_t nsets,
    struct err *e)
{
	size_t i, k, n = 0;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < nsets; i++)
		n += sets[i].n;
	r->jobs = mem_array(n, sizeof(*r->jobs));
	r->sums = mem_array(n, sizeof(*r->sums));
	r->transfers = mem_array(n, sizeof(*r->transfers));
	if (r->jobs == NULL || r->sums == NULL || r->transfers == NULL)
		return err_mem(e);
	for (i = 0; i < nsets; i++) {
		for (k = 0; k < sets[i].n; k++) {
			r->jobs[r->njobs] = job_new(sets[i].words[k],
			    &sets[i].opts, e);
			if (r->jobs[r->njobs] == NULL)
				return -1;
			r->njobs++;
		}
	}
	r->engine = engine_new(&sets[0].opts.limits, e);
	return r->engine != NULL ? 0 : -1;
}

static void
run_free(struct run *r)
{
	size_t i;

	for (i = 0; i < r->njobs; i++)
		job_free(r->jobs[i]);
	for (i = 0; i < r->nsums; i++)
		job_free(r->sums[i]);
	free(r->jobs);
	free(r->sums);
	free(r->transfers);
	engine_free(r->engine);
}

static int
compare_paths(const void *a, const void *b)
{
	const struct job *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

/* Two writers of one file: which of them would win is nobody's wish. */
static int
refuse_same(const struct run *r, struct err *e)
{
	size_t n = r->njobs + r->nsums, i, m = 0;
	struct job **all = mem_array(n, sizeof(*all));
	int rc = 0;

	if (all == NULL)
		return err_mem(e);
	for (i = 0; i < n; i++) {
		all[m] = i < r->njobs ? r->jobs[i] : r->sums[i - r->njobs];
		if (all[m]->path != NULL)
			m++;
	}
	qsort(all, m, sizeof(*all), compare_paths);
	for (i = 1; i < m && rc == 0; i++) {
		if (strcmp(all[i - 1]->path, all[i]->path) == 0)
			rc = err_code(e, ERR_USAGE, "%s: two URLs would be "
			    "written there", all[i]->path);
	}
	free(all);
	return rc;
}

/* One job for a file of sums that several need. */
static int
need_sums(struct run *r, struct job *j, struct err *e)
{
	struct job *s;
	size_t i;
	int rc;

	if ((s = job_sums(j, &rc, e)) == NULL)
		return rc;
	for (i = 0; i < r->nsums; i++) {
		if (strcmp(r->sums[i]->path, s->path) == 0 &&
		    strcmp(r->sums[i]->urls[0], s->urls[0]) == 0)
			break;
	}
	if (i == r->nsums)
		r->sums[r->nsums++] = s;
	else
		job_free(s);
	j->sums = r->sums[i];
	j->sums_path = r->sums[i]->path;
	return 0;
}

static int
name_all(struct run *r, struct err *e)
{
	size_t i;

	for (i = 0; i < r->njobs; i++) {
		if (r->jobs[i]->over)
			continue;
		if (job_name(r->jobs[i], e) == -1 ||
		    need_sums(r, r->jobs[i], e) == -1)
			return -1;
	}
	return refuse_same(r, e);
}

/* Many files are mostly of one folder: that of the first will do. */
static void
glance(struct job **jobs, size_t n)
{
	struct glance g;
	size_t i;

	if (n < MANY || jobs[0]->over)
		return;
	glance_at(&g, jobs[0]->path, n);
	for (i = 0; i < n; i++)
		jobs[i]->bare = !jobs[i]->over &&
		    glance_bare(&g, jobs[i]->path);
	glance_free(&g);
}

/* What the disk does not settle is asked of the servers. */
static int
bring_all(struct run *r, struct job **jobs, size_t n, struct err *e)
{
	size_t i, m = 0;
	int rc;

	glance(jobs, n);
	for (i = 0; i < n; i++) {
		if (jobs[i]->over)
			continue;
		if (jobs[i]->sums != NULL &&
		    jobs[i]->sums->outcome == FETCH_FAILED) {
			job_over(jobs[i], FETCH_FAILED, NULL);
			continue;
		}
		if ((rc = job_want(jobs[i], e)) == 0)
			rc = job_look(jobs[i], e);
		if (rc == -1)
			job_over(jobs[i], FETCH_FAILED, e);
		else if (rc == 1)
			job_over(jobs[i], jobs[i]->outcome, NULL);
		else {
			job_start(jobs[i]);
			r->transfers[m++] = &jobs[i]->transfer;
		}
	}
	return engine_run(r->engine, r->transfers, m, e);
}

/* Whoever downloads a file needs the sums of today, and not those of a release
 * that was replaced in the meantime. */
static int
bring_sums(struct run *r, struct err *e)
{
	struct job *j;
	size_t i;

	if (bring_all(r, r->sums, r->nsums, e) == -1)
		return -1;
	for (i = 0; i < r->njobs; i++) {
		j = r->jobs[i];
		if (!j->over && j->sums != NULL && j->sums->fresh &&
		    !j->sums->doubted &&
		    (job_want(j, e) == -1 || job_look(j, e) != 1))
			job_doubt(j->sums);
	}
	return bring_all(r, r->sums, r->nsums, e);
}

static int
folders_check(const struct fetch_set *sets, size_t n, struct err *e)
{
	const char *folder;
	struct stat st;
	size_t i;

	for (i = 0; i < n; i++) {
		folder = sets[i].opts.folder;
		if (folder != NULL && (stat(folder, &st) == -1 ||
		    !S_ISDIR(st.st_mode)))
			return err_set(e, "%s: no such folder, make it first",
			    folder);
	}
	return 0;
}

/* Who asks for much to be said is told of what is not done, too. */
static void
say_unconfined(const struct fetch_options *o, const char *why)
{
	char line[160];

	if (why == NULL || o->limits.note == NULL)
		return;
	(void)snprintf(line, sizeof(line), "files are not confined: %s", why);
	o->limits.note(false, line);
}

int
fetch(const struct fetch_set *sets, size_t n,
    void (*record)(const struct fetch_report *), struct err *e)
{
	struct run r;
	size_t i;
	int failed = 0;

	if (run_new(&r, sets, n, e) == -1 ||
	    folders_check(sets, n, e) == -1) {
		run_free(&r);
		return -1;
	}
	say_unconfined(&sets[0].opts, needs_confine(r.jobs, r.njobs));
	if (listing_resolve(r.jobs, r.njobs, r.engine, e) == -1 ||
	    name_all(&r, e) == -1 ||
	    bring_sums(&r, e) == -1 ||
	    bring_all(&r, r.jobs, r.njobs, e) == -1 ||
	    engine_finish(r.engine, e) == -1)
		failed = -1;
	for (i = 0; failed != -1 && i < r.njobs; i++) {
		if (r.jobs[i]->outcome == FETCH_FAILED)
			failed++;
		if (record != NULL)
			job_record(r.jobs[i], record);
	}
	run_free(&r);
	return failed;
}

/* The first byte tells: HEAD is refused by some servers. */
static int
probe_begin(void *ctx, const struct transfer_answer *a, struct err *e)
{
	struct job *j = ctx;

	(void)a;
	(void)e;
	j->over = true;
	return -1;
}

static int
probe_data(void *ctx, const void *buf, size_t len, struct err *e)
{
	(void)ctx;
	(void)buf;
	(void)len;
	(void)e;
	return -1;
}

static int
probe_end(void *ctx, const struct transfer_answer *a, struct err *e)
{
	(void)ctx;
	(void)a;
	(void)e;
	return 0;
}

static void
probe_undo(void *ctx, bool keep)
{
	(void)ctx;
	(void)keep;
}

static const struct transfer_ops probe_ops = { NULL, probe_begin, probe_data,
	probe_end, NULL, probe_undo, NULL };

/* Of a name with a `*` the folder has to do. */
static int
probe_plan(struct run *r, struct err *e)
{
	struct err ignored;
	struct job *j;
	size_t i, k;
	char *name, *url;

	for (i = 0; i < r->njobs; i++) {
		j = r->jobs[i];
		if (j->offline)
			return err_set(e, "%s: NONET forbids to ask",
			    j->urls[0]);
		name = url_name(j->urls[0], &ignored);
		for (k = 0; name != NULL && index_pattern(name) &&
		    k < j->nurls; k++) {
			if ((url = url_folder(j->urls[k], e)) == NULL)
				break;
			free(j->urls[k]);
			j->urls[k] = url;
		}
		free(name);
		job_start(j);
		j->transfer.name = j->urls[0];
		j->transfer.ops = &probe_ops;
		r->transfers[i] = &j->transfer;
	}
	return 0;
}

int
fetch_probe(const struct fetch_set *sets, size_t n, struct err *e)
{
	struct run r;
	size_t i;
	int rc = -1;

	if (run_new(&r, sets, n, e) == 0 && probe_plan(&r, e) == 0) {
		(void)needs_confine_probe(r.jobs, r.njobs);
		if (engine_run(r.engine, r.transfers, r.njobs, e) != -1)
			rc = 0;
	}
	for (i = 0; rc == 0 && i < r.njobs; i++) {
		if (!r.jobs[i]->over) {
			*e = r.jobs[i]->transfer.err;
			rc = -1;
		}
	}
	run_free(&r);
	return rc;
}
