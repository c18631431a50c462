/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * receive.c: digest, inflate and outfile, one behind the other or side by side.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "follow.h"
#include "inflate.h"
#include "outfile.h"
#include "receive.h"
#include "writeall.h"

#define COMPARE_SIZE (128 * 1024)
#define GATHER_SIZE  (256 * 1024)	/* libcurl hands over 16 kB at most */
#define OVERLAP	     4096		/* compared when it goes on */

struct receive {
	const char	*path;
	enum digest_kind kind;
	struct outfile	*out;		/* NULL: all of it is in gather */
	struct outfile	*note;		/* beside a part that is worth it */
	struct follow	*follow;	/* sums the file, or */
	struct digest	*digest;	/* what is decompressed */
	struct inflate	*inflate;
	uint8_t		*gather;
	size_t		 gathered, room;
	uint64_t	 arrived;	/* bytes, as they are sent */
	uint64_t	 at;		/* of the next: compare to there */
	uint64_t	 size;		/* of the file */
};

/* What is summed as it arrives needs no second look. */
static int
open_out(struct receive *r, int flags, struct err *e)
{
	if ((r->out = outfile_open(r->path, flags, e)) == NULL)
		return -1;
	if (r->kind == DIGEST_NONE || r->digest != NULL)
		return 0;
	r->follow = follow_new(r->kind, outfile_fd(r->out), r->path, e);
	return r->follow != NULL ? 0 : -1;
}

static int
file_write(void *ctx, const void *buf, size_t len, struct err *e)
{
	struct receive *r = ctx;

	if (write_all(outfile_fd(r->out), buf, len) == -1)
		return err_sys(e, "%s: cannot be written", r->path);
	r->size += len;
	if (r->follow != NULL)
		follow_to(r->follow, r->size);
	return 0;
}

static int
gather_flush(struct receive *r, struct err *e)
{
	size_t n = r->gathered;

	if (r->out == NULL && open_out(r, OUTFILE_SYNC, e) == -1)
		return -1;
	r->gathered = 0;
	return n > 0 ? file_write(r, r->gather, n, e) : 0;
}

static int
gather_add(struct receive *r, const uint8_t *p, size_t len, struct err *e)
{
	size_t n;

	for (; len > 0; p += n, len -= n) {
		if (r->gathered == r->room && gather_flush(r, e) == -1)
			return -1;
		n = r->room - r->gathered;
		n = n < len ? n : len;
		memcpy(r->gather + r->gathered, p, n);
		r->gathered += n;
	}
	return 0;
}

static struct receive *
new(const char *path, enum digest_kind kind, struct err *e)
{
	struct receive *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	r->path = path;
	r->kind = kind;
	return r;
}

static int
gather_new(struct receive *r, uint64_t length, struct err *e)
{
	r->room = length > 0 && length < GATHER_SIZE ? (size_t)length :
	    GATHER_SIZE;
	r->gather = malloc(r->room);
	return r->gather != NULL ? 0 : err_mem(e);
}

static int
inflate_open(struct receive *r, const char *what, bool packed, struct err *e)
{
	if (packed && r->kind != DIGEST_NONE &&
	    (r->digest = digest_new(r->kind, e)) == NULL)
		return -1;
	r->inflate = inflate_new(what, file_write, r, e);
	return r->inflate != NULL ? open_out(r, OUTFILE_SYNC, e) : -1;
}

struct receive *
receive_new(const char *path, const char *what, enum digest_kind kind,
    bool decompress, bool packed, uint64_t length, struct err *e)
{
	struct receive *r = new(path, kind, e);
	int rc;

	if (r == NULL)
		return NULL;
	if (decompress)
		rc = inflate_open(r, what, packed, e);
	else if ((rc = gather_new(r, length, e)) == 0 && length > GATHER_SIZE)
		rc = open_out(r, OUTFILE_SYNC, e);
	if (rc == 0)
		return r;
	receive_abort(r);
	return NULL;
}

struct receive *
receive_resume(const char *path, enum digest_kind kind, const struct part *p,
    struct err *e)
{
	struct receive *r = new(path, kind, e);

	if (r == NULL)
		return NULL;
	e->text[0] = '\0';
	if (open_out(r, OUTFILE_SYNC | OUTFILE_KEEP, e) == -1 ||
	    !part_same(p, outfile_fd(r->out)) ||
	    lseek(outfile_fd(r->out), 0, SEEK_END) != p->st.st_size ||
	    gather_new(r, 0, e) == -1) {
		receive_abort(r);
		return NULL;
	}
	r->arrived = r->at = r->size = (uint64_t)p->st.st_size;
	if (r->follow != NULL)
		follow_to(r->follow, r->size);
	r->note = part_note(path, p, true);
	return r;
}

void
receive_note(struct receive *r, const struct part *p)
{
	if (r->inflate == NULL && r->note == NULL)
		r->note = part_note(r->path, p, false);
}

uint64_t
receive_overlap(uint64_t arrived)
{
	return arrived > OVERLAP ? arrived - OVERLAP : 0;
}

/* What was decompressed is not here to be compared. */
uint64_t
receive_next(const struct receive *r)
{
	return r->inflate != NULL ? r->arrived : receive_overlap(r->arrived);
}

int
receive_from(struct receive *r, uint64_t from)
{
	if (from > r->arrived || (r->inflate != NULL && from != r->arrived))
		return RECEIVE_CHANGED;
	r->at = from;
	return 0;
}

static int
same_here(const struct receive *r, const uint8_t *p, size_t len,
    struct err *e)
{
	uint8_t here[OVERLAP];
	ssize_t n;

	if (r->out == NULL)
		return memcmp(r->gather + r->at, p, len) == 0;
	n = pread(outfile_fd(r->out), here, len, (off_t)r->at);
	if (n == -1)
		return err_sys(e, "%s: cannot be read again", r->path);
	return (size_t)n == len && memcmp(here, p, len) == 0;
}

/* Bytes that are here already: the very same? */
static int
compare(struct receive *r, const uint8_t *p, size_t len, struct err *e)
{
	size_t m;
	int same;

	if (r->out != NULL && gather_flush(r, e) == -1)
		return -1;
	for (; len > 0; p += m, len -= m) {
		m = len < OVERLAP ? len : OVERLAP;
		if ((same = same_here(r, p, m, e)) == -1)
			return -1;
		if (!same) {
			(void)err_set(e, "%s: does not go on from what is "
			    "here", r->path);
			return RECEIVE_CHANGED;
		}
		r->at += m;
	}
	return 0;
}

int
receive_data(struct receive *r, const void *buf, size_t len, struct err *e)
{
	const uint8_t *p = buf;
	uint64_t again = r->arrived - r->at;
	size_t n = again < len ? (size_t)again : len;
	int rc;

	if (n > 0 && (rc = compare(r, p, n, e)) != 0)
		return rc;
	p += n;
	len -= n;
	r->at += len;
	r->arrived += len;
	if (r->digest != NULL)
		digest_update(r->digest, p, len);
	if (r->inflate == NULL)
		return gather_add(r, p, len, e);
	return inflate_add(r->inflate, p, len, e);
}

static int
sum_memory(const struct receive *r, char hex[DIGEST_HEX_MAX], struct err *e)
{
	uint8_t raw[DIGEST_BYTES_MAX];
	struct digest *d;

	if (r->kind == DIGEST_NONE)
		return 0;
	if ((d = digest_new(r->kind, e)) == NULL)
		return -1;
	digest_update(d, r->gather, r->gathered);
	digest_hex(hex, raw, digest_final(d, raw));
	return 0;
}

int
receive_end(struct receive *r, char hex[DIGEST_HEX_MAX], struct err *e)
{
	uint8_t raw[DIGEST_BYTES_MAX];
	int rc;

	hex[0] = '\0';
	if (r->at < r->arrived) {
		(void)err_set(e, "%s: is shorter than what is here", r->path);
		return RECEIVE_CHANGED;
	}
	if (r->out == NULL)
		return sum_memory(r, hex, e);
	if (r->gather != NULL && gather_flush(r, e) == -1)
		return -1;
	if (r->inflate != NULL && (rc = inflate_end(r->inflate, e)) != 0)
		return rc;
	if (r->follow != NULL)
		return follow_end(r->follow, hex, e);
	if (r->digest != NULL) {
		digest_hex(hex, raw, digest_final(r->digest, raw));
		r->digest = NULL;
	}
	return 0;
}

uint64_t
receive_size(const struct receive *r)
{
	return r->size + r->gathered;
}

int
receive_stat(const struct receive *r, struct stat *st)
{
	return r->out != NULL ? fstat(outfile_fd(r->out), st) :
	    stat(r->path, st);
}

/* fd has the bytes that are in memory. */
static int
same_memory(const struct receive *r, int fd, char *buf)
{
	size_t at = 0;
	ssize_t n;

	while (at < r->gathered) {
		n = pread(fd, buf, COMPARE_SIZE, (off_t)at);
		if (n <= 0 || (size_t)n > r->gathered - at ||
		    memcmp(r->gather + at, buf, (size_t)n) != 0)
			return 0;
		at += (size_t)n;
	}
	return 1;
}

static int
same_bytes(int a, int b, char *buf)
{
	ssize_t n, m;
	off_t at = 0;

	while ((n = pread(a, buf, COMPARE_SIZE, at)) > 0) {
		m = pread(b, buf + COMPARE_SIZE, (size_t)n, at);
		if (m != n || memcmp(buf, buf + COMPARE_SIZE, (size_t)n) != 0)
			return 0;
		at += n;
	}
	return n == 0;
}

/* Servers lose their memory of what they sent (a mirror's ETag, a date that
 * moved): make(1) should not have to build again for that. */
static bool
is_there(const struct receive *r)
{
	struct stat st;
	char *buf;
	int fd, same = 0;

	if ((fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size == receive_size(r) &&
	    (buf = malloc(2 * COMPARE_SIZE)) != NULL) {
		same = r->out == NULL ? same_memory(r, fd, buf) :
		    same_bytes(fd, outfile_fd(r->out), buf);
		free(buf);
	}
	(void)close(fd);
	return same != 0;
}

int
receive_write(struct receive *r, int64_t mtime, bool *changed, struct err *e)
{
	struct timespec times[2] = { { 0, UTIME_OMIT }, { 0, 0 } };

	if (!*changed && !(*changed = !is_there(r))) {
		outfile_abort(r->out);
		r->out = NULL;
		return 0;
	}
	/* What was summed in memory is not read again. */
	if (r->out == NULL) {
		r->kind = DIGEST_NONE;
		if (gather_flush(r, e) == -1)
			return -1;
	}
	free(r->gather);
	r->gather = NULL;
	/* A date that the file system cannot hold is no reason to fail. */
	if (mtime >= 0) {
		times[1].tv_sec = (time_t)mtime;
		(void)futimens(outfile_fd(r->out), times);
	}
	return 0;
}

void
receive_hurry(const struct receive *r, bool wait)
{
	if (r->out != NULL)
		outfile_hurry(r->out, wait);
}

int
receive_settle(struct receive *r, struct err *e)
{
	return r->out != NULL ? outfile_settle(r->out, e) : 0;
}

int
receive_publish(struct receive *r, struct folders *f, struct err *e)
{
	struct outfile *out = r->out;

	r->out = NULL;
	return outfile_commit_later(out, f, e);
}

void
receive_abort(struct receive *r)
{
	if (r == NULL)
		return;
	inflate_free(r->inflate);
	follow_free(r->follow);
	digest_free(r->digest);
	outfile_abort(r->out);
	outfile_abort(r->note);
	free(r->gather);
	free(r);
}
