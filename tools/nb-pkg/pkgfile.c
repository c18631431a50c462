/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pkgfile.c: reads the head of a binary package.
 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "package.h"
#include "pattern.h"
#include "pkgfile.h"
#include "reader.h"

struct head {
	struct pkgfile	*p;
	struct repo	*repo;
	const char	*path;
	char		 localbase[PATH_LEN_MAX];
	char		 cwd[PATH_LEN_MAX];	/* of +CONTENTS, so far */
	bool		 contents;	/* it was read */
};

/* The next line of a text, and its length; NULL at the end. */
static const char *
line_next(const char **at, size_t *len)
{
	const char *s = *at;

	if (*s == '\0')
		return NULL;
	*len = strcspn(s, "\n");
	*at = s + *len + (s[*len] == '\n');
	while (*len != 0 && strchr(" \t\r", s[*len - 1]) != NULL)
		(*len)--;
	return s;
}

/* What stands behind a key and blanks; NULL: the line has another. */
static const char *
value(const char *line, size_t *len, const char *key)
{
	size_t n = strlen(key);

	if (*len < n || strncmp(line, key, n) != 0)
		return NULL;
	line += n;
	*len -= n;
	while (*len != 0 && (*line == ' ' || *line == '\t')) {
		line++;
		(*len)--;
	}
	return line;
}

static int
set_name(struct head *h, const char *s, size_t len, struct err *e)
{
	struct pkgfile *p = h->p;

	if ((p->name = repo_text(h->repo, s, len, e)) == NULL)
		return -1;
	if (!name_check(p->name) || pattern_version(p->name) == NULL)
		return err_set(e, "%s: @name %.100s: not a name that a "
		    "package can have", h->path, p->name);
	return 0;
}

/* A file of the package; its name is one in the folder of the last @cwd. */
static int
add_path(struct head *h, const char *line, size_t len, struct err *e)
{
	char path[2 * PATH_LEN_MAX];
	int n;

	if (len == 0)
		return 0;
	if (len >= PATH_LEN_MAX)
		return err_set(e, "%s: %.60s...: over %d bytes", h->path, line,
		    PATH_LEN_MAX - 1);
	n = snprintf(path, sizeof(path), "%s/%.*s", h->cwd, (int)len, line);
	return repo_word(h->repo, &h->p->paths, path, (size_t)n, e);
}

static int
set_cwd(struct head *h, const char *s, size_t len, struct err *e)
{
	if (len >= sizeof(h->cwd))
		return err_set(e, "%s: @cwd %.60s...: over %d bytes", h->path,
		    s, PATH_LEN_MAX - 1);
	memcpy(h->cwd, s, len);
	h->cwd[len] = '\0';
	return 0;
}

/* Returns 1 when the next line is not meant. */
static int
contents_line(struct head *h, const char *line, size_t len, struct err *e)
{
	struct pkgfile *p = h->p;
	const char *s;
	size_t n = len;

	if (*line != '@')
		return add_path(h, line, len, e);
	if (len == 7 && memcmp(line, "@ignore", 7) == 0)
		return 1;
	if ((s = value(line, &n, "@cwd ")) != NULL)
		return set_cwd(h, s, n, e);
	n = len;
	if (p->name == NULL && (s = value(line, &n, "@name ")) != NULL)
		return set_name(h, s, n, e);
	n = len;
	if ((s = value(line, &n, "@pkgdep ")) != NULL)
		return repo_word(h->repo, &p->depends, s, n, e);
	if ((s = value(line, &n, "@pkgcfl ")) != NULL)
		return repo_word(h->repo, &p->conflicts, s, n, e);
	p->execs += value(line, &n, "@exec ") != NULL;
	return 0;
}

static int
read_contents(struct head *h, const char *text, struct err *e)
{
	const char *line;
	size_t len;
	int r = 0;

	h->contents = true;
	while ((line = line_next(&text, &len)) != NULL) {
		if (r == 1)
			r = 0;
		else if ((r = contents_line(h, line, len, e)) == -1)
			return -1;
	}
	return 0;
}

static int
read_build_info(struct head *h, const char *text, struct err *e)
{
	const char *line, *s;
	size_t len;

	while ((line = line_next(&text, &len)) != NULL) {
		if ((s = value(line, &len, "LOCALBASE=")) == NULL)
			continue;
		if (*s != '/' || len >= sizeof(h->localbase))
			return err_set(e, "%s: LOCALBASE=%.*s: has to be an "
			    "absolute name", h->path,
			    (int)(len < 100 ? len : 100), s);
		memcpy(h->localbase, s, len);
		h->localbase[len] = '\0';
		return 0;
	}
	return 0;
}

/* "# USER: www:www::...": the first field, once. */
static int
add_who(struct head *h, struct words *list, const char *s, size_t len,
    struct err *e)
{
	const struct word *w;
	size_t n = 0;

	while (n < len && s[n] != ':')
		n++;
	for (w = list->first; w != NULL; w = w->next) {
		if (strlen(w->text) == n && memcmp(w->text, s, n) == 0)
			return 0;
	}
	return repo_word(h->repo, list, s, n, e);
}

static int
read_install(struct head *h, const char *text, struct err *e)
{
	struct pkgfile *p = h->p;
	const char *line, *s;
	size_t len, n;
	int r = 0;

	p->install = true;
	while (r == 0 && (line = line_next(&text, &len)) != NULL) {
		n = len;
		if ((s = value(line, &n, "# USER:")) != NULL)
			r = add_who(h, &p->users, s, n, e);
		else if ((s = value(line, &n, "# GROUP:")) != NULL)
			r = add_who(h, &p->groups, s, n, e);
		else if (value(line, &n, "# FILE:") != NULL)
			p->files++;
		else if (value(line, &n, "# DIR:") != NULL)
			p->dirs++;
	}
	return r;
}

static int
read_size(struct head *h, const char *text, struct err *e)
{
	char *end;
	unsigned long long n;

	(void)e;
	n = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && (*end == '\n' || *end == '\0'))
		h->p->size = n;
	return 0;
}

/* The content of the present entry as text, to be freed. */
static char *
content(struct head *h, struct reader *rd, struct archive_entry *ae,
    const char *name, struct err *e)
{
	int64_t size = archive_entry_size(ae);
	const void *buf;
	uint64_t off;
	size_t len;
	char *text;
	int r;

	if (archive_entry_filetype(ae) != AE_IFREG || size < 0 ||
	    size > PACKAGE_HEAD_MAX) {
		(void)err_set(e, "%s: %s: no plain file, or over %u MB",
		    h->path, name, PACKAGE_HEAD_MAX >> 20);
		return NULL;
	}
	if ((text = mem_array((size_t)size + 1, 1)) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	while ((r = reader_data(rd, &buf, &len, &off, e)) > 0) {
		if (off > (uint64_t)size || len > (uint64_t)size - off) {
			r = err_set(e, "%s: %s: content does not agree with "
			    "its size", h->path, name);
			break;
		}
		memcpy(text + off, buf, len);
	}
	if (r == 0)
		return text;
	free(text);
	return NULL;
}

static const struct {
	const char	*name;
	int		(*read)(struct head *, const char *, struct err *);
} files[] = {
	{ "+CONTENTS", read_contents },
	{ "+BUILD_INFO", read_build_info },
	{ "+INSTALL", read_install },
	{ "+SIZE_PKG", read_size },
};
#define NFILES (sizeof(files) / sizeof(files[0]))

static int
read_file(struct head *h, struct reader *rd, struct archive_entry *ae,
    const char *name, struct err *e)
{
	char *text;
	size_t i;
	int r;

	for (i = 0; i < NFILES && strcmp(files[i].name, name) != 0; i++)
		continue;
	if (i == NFILES)
		return 0;
	if ((text = content(h, rd, ae, name, e)) == NULL)
		return -1;
	if (i == 0)
		h->p->mtime = archive_entry_mtime(ae);
	r = files[i].read(h, text, e);
	free(text);
	return r;
}

/* What describes a package is before its files (tools/lib/layer_package.c). */
static int
read_head(struct head *h, struct reader *rd, struct err *e)
{
	char name[PATH_LEN_MAX];
	struct archive_entry *ae;
	const char *raw;
	unsigned n;
	int r;

	for (n = 0; (r = reader_next(rd, &ae, e)) > 0; n++) {
		if ((raw = reader_pathname(ae)) == NULL ||
		    path_canonical(name, raw, h->path, e) != 0 ||
		    *name != '+' || n == PACKAGE_HEAD_FILES)
			break;
		if (n == 0 && strcmp(name, "+CONTENTS") != 0)
			break;
		if (read_file(h, rd, ae, name, e) != 0)
			return -1;
	}
	if (r < 0)
		return -1;
	if (!h->contents)
		return err_set(e, "%s: not a binary package: +CONTENTS is not "
		    "the first file in it", h->path);
	if (h->p->name == NULL)
		return err_set(e, "%s: no \"@name \" in its +CONTENTS",
		    h->path);
	return 0;
}

/* Where pkg_add(1) puts what describes it. */
static int
find_db(struct head *h, struct err *e)
{
	const char *s = h->localbase;
	char *db = h->p->db;

	while (*s == '/')
		s++;
	if (path_canonical(db, s, h->path, e) != 0)
		return -1;
	return package_db(db, db, h->p->name, e);
}

static void
clear(struct pkgfile *p)
{
	struct words *lists[] = {
		&p->depends, &p->conflicts, &p->paths, &p->users, &p->groups
	};
	size_t i;

	memset(p, 0, sizeof(*p));
	p->size = SIZE_UNKNOWN;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		lists[i]->last = &lists[i]->first;
}

int
pkgfile_read(struct pkgfile *p, struct repo *repo, const char *path,
    struct err *e)
{
	struct head h = { p, repo, path, PACKAGE_LOCALBASE, "", false };
	struct reader *rd;
	struct stat st;
	int r;

	clear(p);
	if (stat(path, &st) != 0)
		return err_sys(e, "%s", path);
	p->file_size = (uint64_t)st.st_size;
	if ((rd = reader_open(path, path, e)) == NULL)
		return -1;
	if ((r = read_head(&h, rd, e)) == 0)
		r = find_db(&h, e);
	reader_close(rd);
	return r;
}
