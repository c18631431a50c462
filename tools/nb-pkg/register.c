/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * register.c: writes who requires whom, and reports what was not run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "dewey.h"
#include "diag.h"
#include "mem.h"
#include "outfile.h"
#include "pattern.h"
#include "pkgfile.h"
#include "register.h"

/* One package. */
struct member {
	struct pkgfile	 file;
	struct pkg	*pkg;
	struct words	 required_by;
	int64_t		 mtime;		/* of the newest of these */
	const struct member *last;	/* of these */
	bool		 automatic;
};

struct job {
	const struct registering *reg;
	struct repo	*repo;
	struct member	*list;
};

/* The packages are looked up by name; number leads back. */
static int
read_all(struct job *j, struct err *e)
{
	struct member *m;
	size_t i;

	for (i = 0; i < j->reg->n; i++) {
		m = &j->list[i];
		if (pkgfile_read(&m->file, j->repo, j->reg->paths[i], e) != 0 ||
		    (m->pkg = repo_add(j->repo, e)) == NULL)
			return -1;
		m->pkg->name = m->file.name;
		m->required_by.last = &m->required_by.first;
	}
	repo_sort(j->repo);
	if (repo_count(j->repo) == j->reg->n)
		return 0;
	for (i = 1; i < j->reg->n; i++) {
		for (m = j->list; m != &j->list[i]; m++) {
			if (strcmp(m->file.name, j->list[i].file.name) == 0)
				return err_set(e, "%s and %s: both are %s",
				    j->reg->paths[m - j->list],
				    j->reg->paths[i], m->file.name);
		}
	}
	return 0;
}

/* A file and whose it is. */
struct owned {
	const char	*path;
	const struct member *by;
};

static int
by_path(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;
	int r = strcmp(x->path, y->path);

	if (r != 0)
		return r;
	return x->by < y->by ? -1 : x->by > y->by;
}

static struct owned *
all_paths(const struct job *j, size_t *n)
{
	const struct word *w;
	struct owned *list;
	size_t i;

	for (i = *n = 0; i < j->reg->n; i++) {
		for (w = j->list[i].file.paths.first; w != NULL; w = w->next)
			++*n;
	}
	if ((list = mem_array(*n, sizeof(*list))) == NULL)
		return NULL;
	for (i = *n = 0; i < j->reg->n; i++) {
		for (w = j->list[i].file.paths.first; w != NULL;
		    w = w->next) {
			list[*n].path = w->text;
			list[(*n)++].by = &j->list[i];
		}
	}
	return list;
}

/* pkg_add(1) does not install a package over files of another one. */
static int
check_paths(const struct job *j, struct err *e)
{
	struct owned *list;
	size_t i, n;
	int r = 0;

	if ((list = all_paths(j, &n)) == NULL)
		return err_mem(e);
	if (n != 0)
		qsort(list, n, sizeof(*list), by_path);
	for (i = 1; i < n && r == 0; i++) {
		if (list[i].by != list[i - 1].by &&
		    strcmp(list[i].path, list[i - 1].path) == 0)
			r = err_set(e, "%s and %s: both have %s: they conflict",
			    list[i - 1].by->file.name, list[i].by->file.name,
			    list[i].path);
	}
	free(list);
	return r;
}

static int
newest(void *ctx, struct pkg *p, struct err *e)
{
	struct pkg **best = ctx;

	(void)e;
	if (*best == NULL || dewey_compare(pattern_version(p->name),
	    pattern_version((*best)->name)) > 0)
		*best = p;
	return 0;
}

/* Of m's words, one: 0 also when nothing meets it, which is said. */
static int
require(struct job *j, const struct member *m, const char *pattern,
    struct err *e)
{
	struct pkg *best = NULL;
	struct member *to;
	struct err inner;

	if (repo_each(j->repo, pattern, newest, &best, &inner) != 0)
		return err_set(e, "%s: @pkgdep %s",
		    j->reg->paths[m - j->list], inner.text);
	if (best == NULL) {
		diag_warn("%s needs %s, which is not among the packages",
		    m->file.name, pattern);
		return 0;
	}
	to = &j->list[best->number];
	/* The words of one package come one after the other. */
	if (to == m || to->last == m)
		return 0;
	to->last = m;
	if (to->required_by.first == NULL || to->mtime < m->file.mtime)
		to->mtime = m->file.mtime;
	return repo_word(j->repo, &to->required_by, m->file.name,
	    strlen(m->file.name), e);
}

static int
require_all(struct job *j, struct err *e)
{
	const struct word *w;
	size_t i;

	for (i = 0; i < j->reg->n; i++) {
		for (w = j->list[i].file.depends.first; w != NULL;
		    w = w->next) {
			if (require(j, &j->list[i], w->text, e) != 0)
				return -1;
		}
	}
	return 0;
}

/* Those that no word of -k means came for others' sake. */
static int
mark_automatic(struct job *j, struct err *e)
{
	const struct registering *reg = j->reg;
	size_t i, k;
	int r = 0;

	for (i = 0; i < reg->n && reg->nkept != 0; i++) {
		for (k = 0; k < reg->nkept && r == 0; k++) {
			if (strchr(reg->kept[k], '/') != NULL)
				r = strcmp(reg->kept[k], reg->paths[i]) == 0;
			else
				r = pattern_match(reg->kept[k],
				    j->list[i].file.name, e);
		}
		if (r == -1)
			return -1;
		j->list[i].automatic = r == 0;
		r = 0;
	}
	return 0;
}

static int
put(struct archive *a, const struct member *m, const char *name,
    const char *text, int64_t mtime, struct err *e)
{
	struct archive_entry *ae = archive_entry_new();
	char path[PATH_LEN_MAX];
	size_t len = strlen(text);
	int r = -1;

	if (ae == NULL)
		return err_mem(e);
	if (path_join(path, m->file.db, name, e) == 0) {
		archive_entry_copy_pathname(ae, path);
		archive_entry_set_mode(ae, *name == '\0' ? AE_IFDIR | 0755 :
		    AE_IFREG | 0644);
		archive_entry_set_uid(ae, 0);
		archive_entry_set_gid(ae, 0);
		archive_entry_set_mtime(ae, mtime, 0);
		archive_entry_set_size(ae, (la_int64_t)len);
		r = archive_write_header(a, ae) == ARCHIVE_OK &&
		    archive_write_data(a, text, len) == (la_ssize_t)len ? 0 :
		    err_set(e, "%s: %s", path, archive_error_string(a));
	}
	archive_entry_free(ae);
	return r;
}

/* The words, one a line; to be freed. */
static char *
lines(const struct words *list)
{
	const struct word *w;
	size_t len = 0;
	char *text, *at;

	for (w = list->first; w != NULL; w = w->next)
		len += strlen(w->text) + 1;
	if ((text = mem_array(len + 1, 1)) == NULL)
		return NULL;
	at = text;
	for (w = list->first; w != NULL; w = w->next) {
		len = strlen(w->text);
		memcpy(at, w->text, len);
		at += len;
		*at++ = '\n';
	}
	return text;
}

static int
put_member(struct archive *a, const struct member *m, struct err *e)
{
	char *text;
	int r;

	if (put(a, m, "", "", m->file.mtime, e) != 0)
		return -1;
	if (m->automatic && put(a, m, "+INSTALLED_INFO", "automatic=yes\n",
	    m->file.mtime, e) != 0)
		return -1;
	if (m->required_by.first == NULL)
		return 0;
	if ((text = lines(&m->required_by)) == NULL)
		return err_mem(e);
	r = put(a, m, "+REQUIRED_BY", text, m->mtime, e);
	free(text);
	return r;
}

static int
write_archive(const struct job *j, int fd, struct err *e)
{
	struct archive *a = archive_write_new();
	size_t i;
	int r = 0;

	if (a == NULL)
		return err_mem(e);
	if (archive_write_set_format_pax_restricted(a) != ARCHIVE_OK ||
	    archive_write_open_fd(a, fd) != ARCHIVE_OK)
		r = err_set(e, "%s: %s", j->reg->output,
		    archive_error_string(a));
	for (i = 0; i < j->reg->n && r == 0; i++)
		r = put_member(a, &j->list[i], e);
	if (r == 0 && archive_write_close(a) != ARCHIVE_OK)
		r = err_set(e, "%s: %s", j->reg->output,
		    archive_error_string(a));
	(void)archive_write_free(a);
	return r;
}

static int
write_layer(const struct job *j, struct err *e)
{
	struct outfile *o = outfile_open(j->reg->output, 0, e);

	if (o == NULL)
		return -1;
	if (write_archive(j, outfile_fd(o), e) != 0) {
		outfile_abort(o);
		return -1;
	}
	return outfile_commit(o, e);
}

/* "user www, group www, 3 files, 1 folder" */
static void
put_who(FILE *f, const char *what, const struct words *list)
{
	const struct word *w;

	for (w = list->first; w != NULL; w = w->next)
		(void)fprintf(f, ", %s %s", what, w->text);
}

static void
put_count(FILE *f, const char *what, unsigned n)
{
	if (n != 0)
		(void)fprintf(f, ", %u %s%s", n, what, n == 1 ? "" : "s");
}

/* What +INSTALL would have made; to be freed, or NULL. */
static char *
wanted(const struct pkgfile *p)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	put_who(f, "user", &p->users);
	put_who(f, "group", &p->groups);
	put_count(f, "file", p->files);
	put_count(f, "folder", p->dirs);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

static void
report_one(const struct pkgfile *p)
{
	char *text = wanted(p);
	struct err line;

	/* Names are the package's: err_set makes them harmless. */
	if (text == NULL)
		return;
	if (!p->install)
		(void)err_set(&line, "%s: not run: %u @exec of its +CONTENTS",
		    p->name, p->execs);
	else
		(void)err_set(&line, "%s: not run: its +INSTALL%s%s%s%s",
		    p->name, *text != '\0' ? " (" : "",
		    *text != '\0' ? text + 2 : "", *text != '\0' ? ")" : "",
		    p->execs != 0 ? " and @exec" : "");
	diag_say("%s", line.text);
	free(text);
}

static void
report(const struct job *j)
{
	const struct pkgfile *p;
	size_t i;

	for (i = 0; i < j->reg->n; i++) {
		p = &j->list[i].file;
		if (p->install || p->execs != 0)
			report_one(p);
	}
}

int
register_packages(const struct registering *reg, struct err *e)
{
	struct job j = { reg, repo_new(e), mem_array(reg->n, sizeof(*j.list)) };
	int r = -1;

	if (j.list == NULL)
		(void)err_mem(e);
	else if (j.repo != NULL && read_all(&j, e) == 0 &&
	    check_paths(&j, e) == 0 && require_all(&j, e) == 0 &&
	    mark_automatic(&j, e) == 0)
		r = write_layer(&j, e);
	if (r == 0)
		report(&j);
	free(j.list);
	repo_free(j.repo);
	return r;
}
