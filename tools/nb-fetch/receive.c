/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * receive.c: digest, inflate and outfile, one behind the other.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "inflate.h"
#include "outfile.h"
#include "receive.h"

#define COMPARE_SIZE (128 * 1024)

struct receive {
	const char	*path;
	struct outfile	*out;
	struct digest	*digest;
	struct inflate	*inflate;
	uint64_t	 size;
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
	return 0;
}

struct receive *
receive_new(const char *path, const char *what, enum digest_kind kind,
    bool decompress, struct err *e)
{
	struct receive *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	r->path = path;
	if ((kind != DIGEST_NONE &&
	    (r->digest = digest_new(kind, e)) == NULL) ||
	    (decompress &&
	    (r->inflate = inflate_new(what, file_write, r, e)) == NULL) ||
	    (r->out = outfile_open(path, OUTFILE_SYNC, e)) == NULL) {
		receive_abort(r);
		return NULL;
	}
	return r;
}

int
receive_data(struct receive *r, const void *buf, size_t len, struct err *e)
{
	if (r->digest != NULL)
		digest_update(r->digest, buf, len);
	if (r->inflate == NULL)
		return file_write(r, buf, len, e);
	return inflate_add(r->inflate, buf, len, e);
}

int
receive_end(struct receive *r, char hex[DIGEST_HEX_MAX], struct err *e)
{
	uint8_t raw[DIGEST_BYTES_MAX];

	hex[0] = '\0';
	if (r->digest != NULL) {
		digest_hex(hex, raw, digest_final(r->digest, raw));
		r->digest = NULL;
	}
	return r->inflate != NULL ? inflate_end(r->inflate, e) : 0;
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
	digest_free(r->digest);
	outfile_abort(r->out);
	free(r);
}
