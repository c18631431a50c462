/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tar_fuzz.c: a target of libFuzzer for tar files that are not compressed.
 *
 * An input is such a file; its headers' check sums are mended first. It is read
 * as a file, where tarfile.c takes what it knows, and by a pipe, where
 * libarchive takes all: both tell of the same entries with the same content.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define BLOCK		512u
#define PIPE_MAX	65536u	/* what a pipe takes at once */

#define MUST(x) do { \
	if (!(x)) { \
		(void)fprintf(stderr, "not so: %s\n", #x); \
		abort(); \
	} \
} while (0)

static char path[SCRATCH_PATH];
static int file = -1;

/* POSIX.1-2017, pax, "ustar Interchange Format". */
static void
mend(uint8_t *h)
{
	unsigned sum = 0, i;

	if (memcmp(h + 257, "ustar", 5) != 0)
		return;
	memset(h + 148, ' ', 8);
	for (i = 0; i < BLOCK; i++)
		sum += h[i];
	(void)snprintf((char *)h + 148, 8, "%06o", sum);
}

static struct reader *
open_pipe(const uint8_t *in, size_t len, struct err *e)
{
	char name[32];
	struct reader *r;
	int fd[2];

	MUST(pipe(fd) == 0);
	MUST(write(fd[1], in, len) == (ssize_t)len);
	MUST(close(fd[1]) == 0);
	(void)snprintf(name, sizeof(name), "/dev/fd/%d", fd[0]);
	r = reader_open(name, "pipe", e);
	MUST(close(fd[0]) == 0);
	return r;
}

static void
same_text(const char *a, const char *b)
{
	MUST((a == NULL) == (b == NULL));
	MUST(a == NULL || strcmp(a, b) == 0);
}

static void
same_entry(struct archive_entry *a, struct archive_entry *b)
{
	const char *hard = reader_hardlink(a);

	same_text(reader_pathname(a), reader_pathname(b));
	same_text(hard, reader_hardlink(b));
	same_text(reader_symlink(a), reader_symlink(b));
	same_text(archive_entry_uname(a), archive_entry_uname(b));
	same_text(archive_entry_gname(a), archive_entry_gname(b));
	if (hard == NULL)
		MUST(archive_entry_filetype(a) == archive_entry_filetype(b));
	MUST((archive_entry_perm(a) & 07777) ==
	    (archive_entry_perm(b) & 07777));
	MUST(archive_entry_uid(a) == archive_entry_uid(b));
	MUST(archive_entry_gid(a) == archive_entry_gid(b));
	MUST(archive_entry_size_is_set(a) == archive_entry_size_is_set(b));
	MUST(archive_entry_size(a) == archive_entry_size(b));
	MUST(archive_entry_mtime_is_set(a) == archive_entry_mtime_is_set(b));
	MUST(archive_entry_mtime(a) == archive_entry_mtime(b));
	MUST(archive_entry_mtime_nsec(a) == archive_entry_mtime_nsec(b));
	MUST(archive_entry_rdevmajor(a) == archive_entry_rdevmajor(b));
	MUST(archive_entry_rdevminor(a) == archive_entry_rdevminor(b));
}

struct content {
	uint64_t	 len, sum;	/* what was passed over is zeros */
	uint64_t	 data;		/* bytes that were there */
	bool		 failed;
};

static struct content
content(struct reader *r)
{
	struct content c = { 0, 0, 0, false };
	const void *buf;
	const uint8_t *p;
	uint64_t off;
	size_t n, i;
	struct err e;
	int k;

	while ((k = reader_data(r, &buf, &n, &off, &e)) > 0) {
		MUST(off >= c.len);
		p = buf;
		for (i = 0; i < n; i++)
			c.sum = c.sum * 31 + p[i] + (off + i) * p[i];
		c.len = off + n;
		c.data += n;
	}
	c.failed = k < 0;
	return c;
}

static void
same_content(struct reader *a, struct reader *b, bool *failed)
{
	struct content x = content(a), y = content(b);

	*failed = x.failed || y.failed;
	if (*failed)
		return;
	MUST(x.sum == y.sum && x.data == y.data && x.len == y.len);
}

static void
compare(struct reader *a, struct reader *b, bool skip)
{
	struct archive_entry *ae, *be;
	struct err e, f;
	int i, k, l;
	bool failed = false;

	for (i = 0; !failed; i++) {
		k = reader_next(a, &ae, &e);
		l = reader_next(b, &be, &f);
		/* libarchive does not miss what it passes over, and takes
		 * headers that are no beginning of an archive to it. */
		MUST(k == l || (k < 0 && l == 0) ||
		    (k < 0 && strstr(e.text, "damaged behind") != NULL));
		if (k <= 0)
			return;
		same_entry(ae, be);
		if (!skip || i % 2 == 0)
			same_content(a, b, &failed);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	uint8_t *copy;
	struct reader *a, *b;
	struct err e;
	size_t i;
	int skip;

	if (len > PIPE_MAX)
		return 0;
	if (file == -1)
		file = scratch_file(path, "x.tar");
	MUST((copy = malloc(len + 1)) != NULL);
	memcpy(copy, in, len);
	for (i = 0; i + BLOCK <= len; i += BLOCK)
		mend(copy + i);
	scratch_put(file, copy, len);
	for (skip = 0; skip < 2; skip++) {
		a = reader_open(path, "file", &e);
		b = open_pipe(copy, len, &e);
		if (a != NULL && b != NULL)
			compare(a, b, skip != 0);
		reader_close(a);
		reader_close(b);
	}
	free(copy);
	return 0;
}
