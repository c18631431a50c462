/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * origin.c: reads and writes .NAME.origin.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "folders.h"
#include "mem.h"
#include "note.h"
#include "origin.h"

#define LINE_LEN_MAX 8192
#define TEXT_MAX     16384
#define TIES_MAX     128

char *
origin_path(const char *path)
{
	size_t len = folder_len(path);

	return mem_printf("%.*s.%s.origin", (int)len, path, path + len);
}

/* The two lines that tie it to the file. */
static void
stamp(char *buf, size_t size, const struct stat *st)
{
	(void)snprintf(buf, size, "size %jd\nmtime %jd.%09ld\n",
	    (intmax_t)st->st_size, (intmax_t)st->st_mtim.tv_sec,
	    (long)st->st_mtim.tv_nsec);
}

/* 1 when this line has one of the two ties, and it holds. */
static int
line_read(struct origin *o, const char *line, const char *ties,
    struct err *e)
{
	static const char *const words[] = { "url ", "etag ", "modified ",
		"sum ", "packed-sum " };
	char **const values[] = { &o->url, &o->etag, &o->modified, &o->sum,
		&o->packed_sum };
	const char *tie;
	size_t i, len = strlen(line);

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strncmp(line, words[i], strlen(words[i])) == 0)
			return note_take(values[i], line + strlen(words[i]), e);
	}
	for (tie = ties; *tie != '\0'; tie = strchr(tie, '\n') + 1) {
		if (strncmp(tie, line, len) == 0 && tie[len] == '\n')
			return 1;
	}
	return 0;
}

static int
lines_read(struct origin *o, FILE *f, const char *ties, struct err *e)
{
	char line[LINE_LEN_MAX];
	int held = 0, r = 0;

	while (r != -1 && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line != '\0' && (r = line_read(o, line, ties, e)) == 1)
			held++;
	}
	o->known = r != -1 && held == 2;
	return r == -1 ? -1 : 0;
}

int
origin_read(const char *path, struct origin *o, struct err *e)
{
	char ties[TIES_MAX], *name;
	struct stat st;
	FILE *f;
	int r;

	memset(o, 0, sizeof(*o));
	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	o->exists = true;
	stamp(ties, sizeof(ties), &st);
	if ((name = origin_path(path)) == NULL)
		return err_mem(e);
	f = fopen(name, "re");
	free(name);
	if (f == NULL)
		return 0;
	if (fstat(fileno(f), &st) == 0)
		o->noted = (int64_t)st.st_mtim.tv_sec;
	r = lines_read(o, f, ties, e);
	(void)fclose(f);
	return r;
}

/* What has no room is left out; the two ties always have. */
static size_t
line_add(char *text, size_t len, const char *word, const char *value)
{
	size_t w = strlen(word), v;

	if (!note_fits(value) || w + (v = strlen(value)) + 2 >
	    TEXT_MAX - TIES_MAX - len)
		return len;
	(void)memcpy(text + len, word, w);
	text[len + w] = ' ';
	(void)memcpy(text + len + w + 1, value, v);
	text[len + w + 1 + v] = '\n';
	return len + w + v + 2;
}

static size_t
text_make(char text[TEXT_MAX], const struct origin *o, const struct stat *st)
{
	size_t len = 0;

	len = line_add(text, len, "url", o->url);
	len = line_add(text, len, "etag", o->etag);
	len = line_add(text, len, "modified", o->modified);
	len = line_add(text, len, "sum", o->sum);
	len = line_add(text, len, "packed-sum", o->packed_sum);
	stamp(text + len, TIES_MAX, st);
	return len + strlen(text + len);
}

/* A file of its own, in the place of what was there. */
static int
open_new(const char *name)
{
	int fd, flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;

	fd = open(name, flags, 0666);
	if (fd == -1 && errno == EEXIST && unlink(name) == 0)
		fd = open(name, flags, 0666);
	return fd;
}

/*
 * Where it is cut short the ties are missing, which come last: it needs no
 * name of its own until it is whole.
 */
int
origin_write(const char *path, const struct origin *o, const struct stat *st,
    struct err *e)
{
	char text[TEXT_MAX], *name;
	size_t len;
	int fd, r = 0;

	if ((name = origin_path(path)) == NULL)
		return err_mem(e);
	len = text_make(text, o, st);
	if ((fd = open_new(name)) == -1)
		r = err_sys(e, "%s", name);
	else if (write(fd, text, len) != (ssize_t)len) {
		r = err_sys(e, "%s: cannot be written", name);
		(void)unlink(name);
	}
	if (fd != -1)
		(void)close(fd);
	free(name);
	return r;
}

void
origin_touch(const char *path)
{
	char *name = origin_path(path);

	if (name != NULL)
		(void)utimensat(AT_FDCWD, name, NULL, 0);
	free(name);
}

void
origin_remove(const char *path)
{
	char *name = origin_path(path);

	if (name != NULL)
		(void)unlink(name);
	free(name);
}

void
origin_free(struct origin *o)
{
	free(o->url);
	free(o->etag);
	free(o->modified);
	free(o->sum);
	free(o->packed_sum);
	memset(o, 0, sizeof(*o));
}
