/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * copyout.c: nb-mkfs -x: one file's content.
 */
#include <string.h>
#include <unistd.h>

#include "copyout.h"
#include "fsread.h"
#include "word.h"
#include "writeall.h"

#define ZEROS 65536u

static int
write_hole(int fd, uint64_t len, struct err *e)
{
	static const char zeros[ZEROS];
	size_t n;

	for (; len > 0; len -= n) {
		n = len < ZEROS ? (size_t)len : ZEROS;
		if (write_all(fd, zeros, n) != 0)
			return err_sys(e, "standard output");
	}
	return 0;
}

static int
copy_content(struct fsread *fs, const struct fsread_inode *in,
    const char *name, int fd, struct err *e)
{
	struct fsread_stream *s = fsread_stream_new(fs, e);
	uint64_t off, at = 0;
	const void *buf;
	size_t len;
	int r;

	if (s == NULL)
		return -1;
	fsread_stream_begin(s, in, name);
	while ((r = fsread_stream_data(s, &buf, &len, &off, e)) > 0) {
		if ((r = write_hole(fd, off - at, e)) != 0)
			break;
		if (write_all(fd, buf, len) != 0) {
			r = err_sys(e, "standard output");
			break;
		}
		at = off + len;
	}
	fsread_stream_free(s);
	return r == 0 ? write_hole(fd, in->size - at, e) : r;
}

/* Why a file that is there has no content to be copied; 0: it has. */
static int
refuse(const char *word, const struct fsread_inode *in, struct err *e)
{
	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFREG:
		return 0;
	case FSREAD_IFDIR:
		return err_set(e, "%s: is a directory: add -o tar for an "
		    "archive of it, or -C and the name of a folder", word);
	default:
		return err_set(e, "%s: is neither a file nor a directory",
		    word);
	}
}

int
copyout_file(const char *word, int fd, struct err *e)
{
	struct fsread_inode in;
	struct fsread *fs;
	struct word w;
	const char *name;
	int r = -1;

	if (word_divide(&w, word, e) != 0)
		return -1;
	if (w.name == NULL) {
		word_free(&w);
		return err_code(e, ERR_USAGE, "%s: which file of it? Give "
		    "%s:/name", word, word);
	}
	name = w.name + strspn(w.name, "/");
	if ((fs = fsread_open(w.path, e)) != NULL &&
	    fsread_lookup(fs, name, &in, e) == 0 &&
	    refuse(word, &in, e) == 0)
		r = copy_content(fs, &in, name, fd, e);
	fsread_close(fs);
	word_free(&w);
	return r;
}
