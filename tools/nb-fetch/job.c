/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * job.c: makes jobs: from words to URLs, and from URLs to names on disk.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inflate.h"
#include "job.h"
#include "mem.h"
#include "url.h"

static int
url_add(struct job *j, char *url, struct err *e)
{
	char *show;

	if (url == NULL || url_check(url, e) == -1) {
		free(url);
		return -1;
	}
	/* Whoever is on the way could change it, and nothing would tell. */
	if (url_is_plain(url) && !j->opts->plain && !j->opts->offline &&
	    j->opts->sum == NULL && j->opts->sums == NULL) {
		show = url_show(url, e);
		(void)err_set(e, "%s: would come unverified over http: use "
		    "https, give a sum (-s, -S), or say that it will do "
		    "(-u)", show != NULL ? show : url);
		free(show);
		free(url);
		return -1;
	}
	/* Offline, what is elsewhere is no alternative. */
	if (j->opts->offline && !url_is_local(url) && !j->offline) {
		free(url);
		return 0;
	}
	j->urls[j->nurls++] = url;
	return 0;
}

/* Without a network, a URL that needs one still says what is wanted. */
static int
urls_make(struct job *j, const char *word, struct err *e)
{
	size_t i, n = url_is(word) ? 1 : j->opts->nbases;
	char *url;

	if (n == 0)
		return url_check(word, e);
	if ((j->urls = mem_array(n, sizeof(*j->urls))) == NULL)
		return err_mem(e);
	for (i = 0; i < n; i++) {
		url = url_is(word) ? strdup(word) :
		    url_below(j->opts->bases[i], word, e);
		if (url == NULL)
			return err_mem(e);
		if (url_add(j, url, e) == -1)
			return -1;
	}
	if (j->nurls > 0 || j->offline)
		return 0;
	j->offline = true;
	free(j->urls);
	j->urls = NULL;
	return urls_make(j, word, e);
}

struct job *
job_new(const char *word, const struct fetch_options *opts, struct err *e)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	j->opts = opts;
	j->decompress = opts->decompress;
	j->packed = opts->decompress && !opts->unpacked;
	if (urls_make(j, word, e) == -1) {
		job_free(j);
		return NULL;
	}
	return j;
}

/* dir may be NULL. */
static char *
join(const char *dir, const char *name, struct err *e)
{
	char *s;
	size_t len = dir != NULL ? strlen(dir) : 0;

	s = len == 0 ? strdup(name) :
	    mem_printf("%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
	if (s == NULL)
		(void)err_mem(e);
	return s;
}

int
job_name(struct job *j, struct err *e)
{
	const struct fetch_options *o = j->opts;
	const char *end, *slash;
	struct err none;

	free(j->name);
	free(j->path);
	j->path = NULL;
	/* A script's answer ("/get?id=5", "/") has a name by -o only. */
	j->name = url_name(j->urls[0], o->output != NULL ? &none : e);
	if (o->output != NULL) {
		slash = strrchr(o->output, '/');
		if (j->name == NULL)
			j->name = mem_printf("%s", slash != NULL ? slash + 1 :
			    o->output);
		j->path = strdup(o->output);
	} else if (j->name != NULL) {
		if ((j->path = join(o->folder, j->name, e)) == NULL)
			return -1;
		if (j->decompress && (end = inflate_ending(j->name)) != NULL)
			j->path[strlen(j->path) - strlen(end)] = '\0';
	} else
		return -1;
	if (j->name == NULL || j->path == NULL)
		return err_mem(e);
	return 0;
}

/* A job for what another needs: no sum of its own, always beside it. */
static struct job *
sums_job(const struct job *j, char *path, struct err *e)
{
	struct job *s = calloc(1, sizeof(*s));

	if (s == NULL ||
	    (s->urls = mem_array(j->nurls, sizeof(*s->urls))) == NULL) {
		(void)err_mem(e);
		free(path);
		free(s);
		return NULL;
	}
	s->opts = j->opts;
	s->offline = j->offline;
	s->auxiliary = true;
	s->path = path;
	s->name = strdup(path);
	if (s->name == NULL) {
		(void)err_mem(e);
		job_free(s);
		return NULL;
	}
	return s;
}

/* -s .sha256: of each URL its own, kept beside its file. */
static struct job *
suffix_job(struct job *j, struct err *e)
{
	const char *end = j->decompress ? inflate_ending(j->name) : NULL;
	struct job *s;
	char *path;

	path = mem_printf("%s%s%s", j->path, end != NULL ? end : "",
	    j->opts->sum);
	if (path == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if ((s = sums_job(j, path, e)) == NULL)
		return NULL;
	for (; s->nurls < j->nurls; s->nurls++) {
		if ((s->urls[s->nurls] = url_suffix(j->urls[s->nurls],
		    j->opts->sum, e)) == NULL) {
			job_free(s);
			return NULL;
		}
	}
	j->sums_single = true;
	return s;
}

/* -S: a URL, or a name in the folder of the file's URL. */
static struct job *
folder_job(struct job *j, struct err *e)
{
	const char *sums = j->opts->sums;
	char *name, *path, *url;
	struct job *s;

	name = url_is(sums) ? url_name(sums, e) : strdup(sums);
	if (name == NULL)
		return NULL;
	path = j->opts->output != NULL ? mem_printf("%s.%s", j->path, name) :
	    join(j->opts->folder, name, e);
	free(name);
	if (path == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if ((s = sums_job(j, path, e)) == NULL)
		return NULL;
	do {
		url = url_is(sums) ? strdup(sums) :
		    url_sibling(j->urls[s->nurls], sums, e);
		if (url == NULL) {
			(void)err_mem(e);
			job_free(s);
			return NULL;
		}
		s->urls[s->nurls++] = url;
	} while (!url_is(sums) && s->nurls < j->nurls);
	if (url_is(sums))
		s->offline = s->opts->offline && !url_is_local(sums);
	return s;
}

struct job *
job_sums(struct job *j, int *r, struct err *e)
{
	const struct fetch_options *o = j->opts;
	struct job *s = NULL;

	*r = 0;
	if (o->sum != NULL && *o->sum != '.') {
		j->kind = digest_kind_of(o->sum);
		(void)memcpy(j->want, o->sum, strlen(o->sum) + 1);
	} else if (o->sum != NULL) {
		s = suffix_job(j, e);
		*r = s != NULL ? 0 : -1;
	} else if (o->sums != NULL && !url_is(o->sums) &&
	    strchr(o->sums, '/') != NULL) {
		j->sums_path = o->sums;
	} else if (o->sums != NULL) {
		s = folder_job(j, e);
		*r = s != NULL ? 0 : -1;
	}
	return s;
}

static void
report_fill(const struct job *j, struct fetch_report *r)
{
	const char *sum = j->packed ? j->have.packed_sum : j->have.sum;

	memset(r, 0, sizeof(*r));
	r->outcome = j->outcome;
	r->path = j->path;
	r->size = j->size;
	r->resumed = j->resumed;
	r->verified = j->kind;
	r->sum = j->got;
	r->plain = j->sums != NULL && j->sums->plain;
	r->auxiliary = j->auxiliary;
	r->age = j->age;
	r->offline = j->offline;
	r->received = j->transfer.received;
	r->tries = j->transfer.tries;
	r->ms = j->transfer.ms;
	r->hint = j->opts->hint;
	r->err = j->err;
	/* What was verified when it came has not changed since. */
	if (r->outcome == FETCH_SAME && r->verified == DIGEST_NONE &&
	    j->have.known && sum != NULL) {
		r->verified = digest_kind_of(sum);
		r->sum = sum;
	}
}

void
job_over(struct job *j, enum fetch_outcome outcome, const struct err *e)
{
	struct fetch_report r;

	j->over = true;
	j->outcome = outcome;
	if (e != NULL && (j->err = malloc(sizeof(*j->err))) != NULL)
		*j->err = *e;
	if (j->auxiliary && outcome != FETCH_FAILED)
		j->plain = j->plain || (outcome == FETCH_SAME &&
		    url_is_plain(j->urls[0]));
	report_fill(j, &r);
	r.err = e;
	j->opts->report(&r);
}

void
job_record(struct job *j, void (*record)(const struct fetch_report *))
{
	struct fetch_report r;
	struct err ignored;
	struct stat st;
	char *show;
	int fd;

	report_fill(j, &r);
	if (r.err == NULL && j->sums != NULL)
		r.err = j->sums->err;
	show = url_show(j->from != NULL ? j->from : j->urls[0], &ignored);
	r.url = show != NULL ? show : "";
	if (j->outcome != FETCH_FAILED && stat(j->path, &st) == 0) {
		r.size = (uint64_t)st.st_size;
		if (*r.sum == '\0' && !j->packed &&
		    (fd = open(j->path, O_RDONLY | O_CLOEXEC)) != -1) {
			(void)digest_fd(DIGEST_SHA256, fd, j->got, &ignored);
			(void)close(fd);
		}
	}
	record(&r);
	free(show);
}

void
job_free(struct job *j)
{
	if (j == NULL)
		return;
	while (j->nurls > 0)
		free(j->urls[--j->nurls]);
	free(j->urls);
	free(j->name);
	free(j->path);
	free(j->from);
	free(j->range);
	free(j->err);
	part_free(&j->part);
	origin_free(&j->have);
	origin_free(&j->now);
	receive_abort(j->receive);
	free(j);
}
