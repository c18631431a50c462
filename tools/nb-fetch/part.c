/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * part.c: reads, writes and removes what is kept of an unfinished download.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "mem.h"
#include "note.h"
#include "origin.h"
#include "part.h"

#define TEXT_MAX 16384

/* A file of our own, not a link: what others can write is not believed. */
static int
open_own(const char *name, struct stat *st)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd == -1)
		return -1;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) &&
	    st->st_uid == geteuid() && st->st_nlink == 1)
		return fd;
	(void)close(fd);
	return -1;
}

static int
line_read(struct part *p, const char *line, struct err *e)
{
	char *end;

	if (strncmp(line, "url ", 4) == 0)
		return note_take(&p->url, line + 4, e);
	if (strncmp(line, "range ", 6) == 0)
		return note_take(&p->range, line + 6, e);
	if (strncmp(line, "want ", 5) == 0)
		return note_take(&p->want, line + 5, e);
	if (strncmp(line, "length ", 7) == 0) {
		errno = 0;
		p->length = strtoumax(line + 7, &end, 10);
		if (errno != 0 || *end != '\0')
			p->length = 0;
	}
	return 0;
}

/* A note that has no end was cut short: its last line is `end`. */
static int
note_read(struct part *p, const char *name, struct err *e)
{
	char *text, *line, *nl;
	struct stat st;
	ssize_t n;
	int fd, r = 0;

	if ((fd = open_own(name, &st)) == -1)
		return 0;
	if ((text = malloc(TEXT_MAX + 1)) == NULL) {
		(void)close(fd);
		return err_mem(e);
	}
	n = read(fd, text, TEXT_MAX);
	(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (line = text; r == 0 && (nl = strchr(line, '\n')) != NULL;
	    line = nl + 1) {
		*nl = '\0';
		if (strcmp(line, "end") == 0)
			p->known = p->url != NULL && p->length > 0;
		else
			r = line_read(p, line, e);
	}
	free(text);
	return r;
}

int
part_read(const char *path, struct part *p, struct err *e)
{
	char *part, *note = NULL;
	int fd, r = 0;

	memset(p, 0, sizeof(*p));
	if ((part = mem_printf("%s.part", path)) == NULL)
		return err_mem(e);
	fd = open_own(part, &p->st);
	p->none = fd == -1 && errno == ENOENT;
	free(part);
	if (fd == -1)
		return 0;
	(void)close(fd);
	if ((part = origin_path(path)) == NULL ||
	    (note = mem_printf("%s.part", part)) == NULL)
		r = err_mem(e);
	else
		r = note_read(p, note, e);
	free(part);
	free(note);
	if (p->st.st_size <= 0 || (uint64_t)p->st.st_size > p->length)
		p->known = false;
	return r;
}

bool
part_same(const struct part *p, int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == p->st.st_dev &&
	    st.st_ino == p->st.st_ino && st.st_size == p->st.st_size &&
	    st.st_mtim.tv_sec == p->st.st_mtim.tv_sec &&
	    st.st_mtim.tv_nsec == p->st.st_mtim.tv_nsec;
}

struct outfile *
part_note(const char *path, const struct part *p, bool again)
{
	struct outfile *out;
	struct err ignored;
	char *name;
	bool ok;

	if (!note_fits(p->url) || (name = origin_path(path)) == NULL)
		return NULL;
	out = outfile_open(name, again ? OUTFILE_KEEP : 0, &ignored);
	free(name);
	if (out == NULL || again)
		return out;
	ok = dprintf(outfile_fd(out), "url %s\n", p->url) > 0;
	if (ok && note_fits(p->range))
		ok = dprintf(outfile_fd(out), "range %s\n", p->range) > 0;
	if (ok && note_fits(p->want))
		ok = dprintf(outfile_fd(out), "want %s\n", p->want) > 0;
	if (ok)
		ok = dprintf(outfile_fd(out), "length %ju\nend\n",
		    (uintmax_t)p->length) > 0;
	if (ok)
		return out;
	outfile_abort(out);
	return NULL;
}

/* Opening it is what takes it over; then it can be removed. */
static void
remove_part(const char *path)
{
	struct outfile *out;
	struct err ignored;
	struct stat st;
	char *part = mem_printf("%s.part", path);

	if (part != NULL && lstat(part, &st) == 0 &&
	    (out = outfile_open(path, 0, &ignored)) != NULL)
		outfile_abort(out);
	free(part);
}

void
part_tidy(const char *path, bool none)
{
	char *note = origin_path(path);

	if (!none)
		remove_part(path);
	if (note != NULL)
		remove_part(note);
	free(note);
}

void
part_free(struct part *p)
{
	free(p->url);
	free(p->range);
	free(p->want);
	memset(p, 0, sizeof(*p));
}
