/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * judge.c: compares what is wanted of a job's file with what is on disk.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "job.h"
#include "mem.h"
#include "slurp.h"
#include "sums.h"
#include "url.h"

/* A release's file of sums has some hundred lines. */
#define SUMS_SIZE_MAX (16u * 1024 * 1024)

/* Where a name would be, a lock has the whole URL. */
static int
find_pinned(struct job *j, const char *text, size_t len, struct err *e)
{
	char *show = url_show(j->urls[0], e);
	int r;

	if (show == NULL)
		return -1;
	r = sums_find(text, len, show, false, j->sums_path, j->want,
	    &j->kind, e);
	free(show);
	j->pinned = r == 1;
	return r;
}

/* Offline, without a file of sums the file has to do as it is. */
int
job_want(struct job *j, struct err *e)
{
	bool offline = j->sums != NULL && j->sums->offline;
	char *text, *show;
	size_t len;
	int r;

	if (j->sums_path == NULL)
		return 0;
	text = slurp(j->sums_path, 0, SUMS_SIZE_MAX, "is no file of sums",
	    &len, e);
	if (text == NULL)
		return offline && e->code == ERR_MISSING ? 0 : -1;
	r = find_pinned(j, text, len, e);
	if (r == 0)
		r = sums_find(text, len, j->name, j->sums_single,
		    j->sums_path, j->want, &j->kind, e);
	free(text);
	if (r != 0 || offline)
		return r == -1 ? -1 : 0;
	if ((show = url_show(j->urls[0], e)) == NULL)
		return -1;
	/* Mostly since the server does not have the file. */
	(void)err_code(e, ERR_MISSING, "%s: cannot be verified, %s has no "
	    "SHA256 or SHA512 of %s", show, j->sums_path, j->name);
	free(show);
	return -1;
}

/* A lock that is not met can be moved on. */
const char *
job_hint(const struct job *j)
{
	return j->pinned && j->opts->hint != NULL ? j->opts->hint : "";
}

const char *
job_hint_mark(const struct job *j)
{
	return *job_hint(j) != '\0' ? "; " : "";
}

/* The sum of the file on disk, as far as it can be told: what was
 * decompressed cannot be summed again. "" when it is not known. */
static int
disk_sum(const struct job *j, char hex[DIGEST_HEX_MAX], struct err *e)
{
	const char *sum = j->packed ? j->have.packed_sum : j->have.sum;
	int fd, r;

	hex[0] = '\0';
	if (!j->have.exists || j->kind == DIGEST_NONE)
		return 0;
	if (j->have.known && sum != NULL && digest_kind_of(sum) == j->kind) {
		(void)memcpy(hex, sum, strlen(sum) + 1);
		return 0;
	}
	if (j->packed)
		return 0;
	if ((fd = open(j->path, O_RDONLY | O_CLOEXEC)) == -1)
		return err_sys(e, "%s", j->path);
	if ((r = digest_fd(j->kind, fd, hex, e)) == -1)
		(void)err_set(e, "%s: cannot be read", j->path);
	(void)close(fd);
	return r;
}

static int
look_offline(struct job *j, const char *sum, struct err *e)
{
	char *show;

	j->outcome = FETCH_DISK;
	if (!j->have.exists && j->auxiliary)
		return 1;	/* its absence is not an error of its own */
	if (!j->have.exists) {
		if ((show = url_show(j->urls[0], e)) == NULL)
			return -1;
		(void)err_code(e, ERR_MISSING, "%s: missing, and NONET "
		    "forbids to fetch it from %s", j->path, show);
		free(show);
		return -1;
	}
	if (*sum == '\0')
		j->kind = DIGEST_NONE;
	else if (strcmp(sum, j->want) != 0)
		return err_set(e, "%s: wrong %s: on disk %s, wanted %s%s%s",
		    j->path, digest_kind_name(j->kind), sum, j->want,
		    j->opts->hint != NULL ? "; " : "",
		    j->opts->hint != NULL ? j->opts->hint : "");
	else
		(void)memcpy(j->got, sum, strlen(sum) + 1);
	return 1;
}

bool
job_from(const char *url, const char *from)
{
	struct err ignored;
	char *show;
	bool same;

	if (from == NULL || (show = url_show(url, &ignored)) == NULL)
		return false;
	same = strcmp(show, from) == 0;
	free(show);
	return same;
}

/* What is there came from one of the URLs. */
static bool
is_from_here(const struct job *j)
{
	size_t i;

	for (i = 0; i < j->nurls; i++) {
		if (job_from(j->urls[i], j->have.url))
			return true;
	}
	return false;
}

/* What is not as a sum wants it will not, nor what came from elsewhere. */
bool
job_will_do(const struct job *j)
{
	return j->opts->fresh > 0 && !j->opts->force && j->have.exists &&
	    j->kind == DIGEST_NONE &&
	    (!j->have.known || j->have.url == NULL || is_from_here(j));
}

/* The server was asked a while ago only. What is on disk itself is no trouble
 * to look at. */
static bool
is_fresh(struct job *j)
{
	int64_t age = (int64_t)time(NULL) - j->have.noted;

	j->fresh = j->opts->fresh > 0 && !j->opts->force && !j->doubted &&
	    j->kind == DIGEST_NONE && j->have.known && is_from_here(j) &&
	    !url_is_local(j->urls[0]) && age >= 0 && age < j->opts->fresh;
	j->age = j->fresh ? age : 0;
	return j->fresh;
}

void
job_doubt(struct job *j)
{
	j->doubted = true;
	j->over = false;
}

/* What a killed run left is worth something if it is of what is wanted. */
static int
look_part(struct job *j, struct err *e)
{
	if (j->bare)
		return 0;
	if (part_read(j->path, &j->part, e) == -1)
		return -1;
	if (j->decompress || j->opts->force || (j->part.want != NULL &&
	    j->kind != DIGEST_NONE && strcmp(j->part.want, j->want) != 0))
		j->part.known = false;
	if (!j->part.known)
		part_tidy(j->path, j->part.none);
	return 0;
}

int
job_look(struct job *j, struct err *e)
{
	struct origin now = { 0 };
	char sum[DIGEST_HEX_MAX];
	struct err ignored;
	struct stat st;

	origin_free(&j->have);
	part_free(&j->part);
	if ((!j->bare && origin_read(j->path, &j->have, e) == -1) ||
	    disk_sum(j, sum, e) == -1)
		return -1;
	if (j->offline)
		return look_offline(j, sum, e);
	if (is_fresh(j)) {
		j->outcome = FETCH_SAME;
		return 1;
	}
	if (look_part(j, e) == -1)
		return -1;
	if (j->kind == DIGEST_NONE || j->opts->force ||
	    strcmp(sum, j->want) != 0)
		return 0;
	(void)memcpy(j->got, sum, sizeof(sum));
	j->right = j->opts->ask && j->have.known && is_from_here(j);
	if (j->right)
		return 0;
	/* So as not to sum it each time. */
	if (!j->have.known && !j->opts->unnoted &&
	    stat(j->path, &st) == 0) {
		now.sum = sum;
		(void)origin_write(j->path, &now, &st, &ignored);
	}
	if (j->part.known)
		part_tidy(j->path, false);
	/* No newer than the sums. */
	if (j->sums != NULL)
		j->age = j->sums->age;
	j->outcome = j->sums != NULL && j->sums->outcome == FETCH_DISK ?
	    FETCH_DISK : FETCH_SAME;
	return 1;
}
