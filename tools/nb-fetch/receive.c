/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * receive.c: digest, inflate and outfile, one behind the other or side by side.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "follow.h"
#include "inflate.h"
#include "outfile.h"
#include "receive.h"

#define COMPARE_SIZE (128 * 1024)
#define GATHER_SIZE  (256 * 1024)	/* libcurl hands over 16 kB at most */
#define OVERLAP	     4096		/* compared when it goes on */

struct receive {
	const char	*path;
	struct outfile	*out;
	struct outfile	*note;		/* beside a part that is worth it */
	struct follow	*follow;	/* sums the file, or */
	struct digest	*digest;	/* what is decompressed */
	struct inflate	*inflate;
	uint8_t		*gather;
	size_t		 gathered;
	uint64_t	 arrived;	/* bytes, as they are sent */
	uint64_t	 at;		/* of the next: compare to there */
	uint64_t	 size;		/* of the file */
};

static int
file_write(void *ctx, const void *buf, size_t len, struct err *e)
{
	struct receive *r = ctx;
	const char *p = buf;
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		n = write(outfile_fd(r->out), p, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return err_sys(e, "%s: cannot be written", r->path);
		r->size += (uint64_t)n;
	}
	if (r->follow != NULL)
		follow_to(r->follow, r->size);
	return 0;
}

static int
gather_flush(struct receive *r, struct err *e)
{
	size_t n = r->gathered;

	r->gathered = 0;
	return n > 0 ? file_write(r, r->gather, n, e) : 0;
}

static int
gather_add(struct receive *r, const uint8_t *p, size_t len, struct err *e)
{
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = GATHER_SIZE - r->gathered;
		n = n < len ? n : len;
		memcpy(r->gather + r->gathered, p, n);
		r->gathered += n;
		if (r->gathered == GATHER_SIZE && gather_flush(r, e) == -1)
			return -1;
	}
	return 0;
}

/* What sums, and what decompresses or gathers. */
static int
open_ways(struct receive *r, const char *what, enum digest_kind kind,
    bool decompress, bool packed, struct err *e)
{
	if (decompress)
		r->inflate = inflate_new(what, file_write, r, e);
	else if ((r->gather = malloc(GATHER_SIZE)) == NULL)
		(void)err_mem(e);
	if (r->inflate == NULL && r->gather == NULL)
		return -1;
	if (kind == DIGEST_NONE)
		return 0;
	if (packed)
		r->digest = digest_new(kind, e);
	else
		r->follow = follow_new(kind, outfile_fd(r->out), r->path, e);
	return r->digest != NULL || r->follow != NULL ? 0 : -1;
}

struct receive *
receive_new(const char *path, const char *what, enum digest_kind kind,
    bool decompress, bool packed, struct err *e)
{
	struct receive *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	r->path = path;
	if ((r->out = outfile_open(path, OUTFILE_SYNC, e)) == NULL ||
	    open_ways(r, what, kind, decompress, packed, e) == -1) {
		receive_abort(r);
		return NULL;
	}
	return r;
}

struct receive *
receive_resume(const char *path, enum digest_kind kind, const struct part *p,
    struct err *e)
{
	struct receive *r = calloc(1, sizeof(*r));

	e->text[0] = '\0';
	if (r == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	r->path = path;
	r->out = outfile_open(path, OUTFILE_SYNC | OUTFILE_KEEP, e);
	if (r->out == NULL || !part_same(p, outfile_fd(r->out)) ||
	    lseek(outfile_fd(r->out), 0, SEEK_END) != p->st.st_size ||
	    open_ways(r, NULL, kind, false, false, e) == -1) {
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

/* Bytes that are here already: the very same? */
static int
compare(struct receive *r, const uint8_t *p, size_t len, struct err *e)
{
	uint8_t here[OVERLAP];
	ssize_t n;
	size_t m;

	if (gather_flush(r, e) == -1)
		return -1;
	for (; len > 0; p += m, len -= m) {
		m = len < sizeof(here) ? len : sizeof(here);
		n = pread(outfile_fd(r->out), here, m, (off_t)r->at);
		if (n == -1)
			return err_sys(e, "%s: cannot be read again", r->path);
		if ((size_t)n != m || memcmp(here, p, m) != 0) {
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
	if (gather_flush(r, e) == -1)
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
	return r->size;
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
	    (uint64_t)st.st_size == r->size &&
	    (buf = malloc(2 * COMPARE_SIZE)) != NULL) {
		same = same_bytes(fd, outfile_fd(r->out), buf);
		free(buf);
	}
	(void)close(fd);
	return same != 0;
}

int
receive_commit(struct receive *r, int64_t mtime, bool *changed, struct err *e)
{
	struct timespec times[2] = { { 0, UTIME_OMIT }, { 0, 0 } };
	struct outfile *out = r->out;
	int rc;

	if (!(*changed = !is_there(r))) {
		receive_abort(r);
		return 0;
	}
	/* A date that the file system cannot hold is no reason to fail. */
	if (mtime >= 0) {
		times[1].tv_sec = (time_t)mtime;
		(void)futimens(outfile_fd(out), times);
	}
	r->out = NULL;
	rc = outfile_commit(out, e);
	receive_abort(r);
	return rc;
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
