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

#include "mem.h"
#include "note.h"
#include "origin.h"
#include "outfile.h"

#define LINE_LEN_MAX 8192

#if defined(__APPLE__)
#define st_mtim st_mtimespec
#endif

char *
origin_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return mem_printf("%.*s.%s.origin", (int)(name - path), path, name);
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
	char ties[128], *name;
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

static void
value_write(FILE *f, const char *word, const char *value)
{
	if (note_fits(value))
		(void)fprintf(f, "%s %s\n", word, value);
}

static int
text_write(struct outfile *out, const struct origin *o,
    const struct stat *st)
{
	char ties[128];
	FILE *f;
	int fd;

	if ((fd = dup(outfile_fd(out))) == -1)
		return -1;
	if ((f = fdopen(fd, "w")) == NULL) {
		(void)close(fd);
		return -1;
	}
	stamp(ties, sizeof(ties), st);
	value_write(f, "url", o->url);
	value_write(f, "etag", o->etag);
	value_write(f, "modified", o->modified);
	value_write(f, "sum", o->sum);
	value_write(f, "packed-sum", o->packed_sum);
	(void)fputs(ties, f);
	if (ferror(f)) {
		(void)fclose(f);
		return -1;
	}
	return fclose(f) == 0 ? 0 : -1;
}

int
origin_write(const char *path, const struct origin *o, struct err *e)
{
	struct outfile *out;
	struct stat st;
	char *name;

	if (stat(path, &st) == -1)
		return err_sys(e, "%s", path);
	if ((name = origin_path(path)) == NULL)
		return err_mem(e);
	out = outfile_open(name, 0, e);
	if (out == NULL) {
		free(name);
		return -1;
	}
	if (text_write(out, o, &st) == -1) {
		(void)err_sys(e, "%s: cannot be written", name);
		outfile_abort(out);
		free(name);
		return -1;
	}
	free(name);
	return outfile_commit(out, e);
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
