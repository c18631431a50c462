/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * index.c: picks from a listing without keeping it.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dewey.h"
#include "index.h"
#include "mem.h"
#include "url.h"

struct index {
	char	*pattern;
	char	*best;
	char	*rival;		/* a version of another thing */
	bool	 strict;	/* best is a version of the pattern's NAME */
};

/* Endings that say how a file is packed: no part of its version. */
static const char *const packings[] = { ".tgz", ".tbz", ".tbz2", ".txz",
	".tzst", ".tar", ".gz", ".bz2", ".xz", ".zst", ".img", ".iso", ".zip" };
/* Files about files. */
static const char *const notes[] = { ".sha256", ".sha512", ".md5", ".asc",
	".sig", ".part" };
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool
index_pattern(const char *name)
{
	return strchr(name, '*') != NULL;
}

struct index *
index_new(const char *pattern, struct err *e)
{
	struct index *x = calloc(1, sizeof(*x));

	if (x == NULL || (x->pattern = mem_printf("%s", pattern)) == NULL) {
		(void)err_mem(e);
		free(x);
		return NULL;
	}
	return x;
}

void
index_free(struct index *x)
{
	if (x == NULL)
		return;
	free(x->pattern);
	free(x->best);
	free(x->rival);
	free(x);
}

/* How long name is without the first of the endings that it has. */
static size_t
without(const char *name, size_t len, const char *const *ends, size_t n)
{
	size_t i, l;

	for (i = 0; i < n; i++) {
		l = strlen(ends[i]);
		if (len > l && memcmp(name + len - l, ends[i], l) == 0)
			return len - l;
	}
	return len;
}

/* What the pattern's wildcards stand for in a name, in three pieces. */
struct match {
	const char	*thing;		/* of which it is a version */
	const char	*version;
	const char	*rest;		/* "-amd64" in 11.0-amd64 */
	size_t		 thing_len, version_len, rest_len;
};

static void
match_split(const char *pattern, const char *name, struct match *m)
{
	size_t skip = strcspn(pattern, "*?["), tail = 0, len, shorter;
	size_t plen = strlen(pattern);
	const char *s = name + skip, *dash;

	/* Both ends of the pattern are plain, and so are the name's. */
	while (tail < plen && strchr("*?]", pattern[plen - tail - 1]) == NULL)
		tail++;
	len = strlen(s);
	len -= tail < len ? tail : len;
	while (tail == 0 && (shorter = without(s, len, packings,
	    COUNT(packings))) < len)
		len = shorter;
	memset(m, 0, sizeof(*m));
	m->thing = m->version = m->rest = s;
	if (len > 0 && *s >= '0' && *s <= '9') {
		dash = memchr(s, '-', len);
		m->version_len = dash != NULL ? (size_t)(dash - s) : len;
		m->rest = s + m->version_len;
		m->rest_len = len - m->version_len;
		return;
	}
	for (m->thing_len = len; m->thing_len > 0; m->thing_len--) {
		if (s[m->thing_len - 1] == '-')
			break;
	}
	m->version = s + m->thing_len;
	m->version_len = len - m->thing_len;
	if (m->version_len == 0 || *m->version < '0' || *m->version > '9') {
		m->thing_len = len;
		m->version_len = 0;
	}
}

static bool
same_thing(const struct match *a, const struct match *b)
{
	return a->thing_len == b->thing_len && a->rest_len == b->rest_len &&
	    memcmp(a->thing, b->thing, a->thing_len) == 0 &&
	    memcmp(a->rest, b->rest, a->rest_len) == 0;
}

/* NAME-* is after NAME itself and not after NAME-something. */
static bool
is_strict(const struct match *m)
{
	return m->thing_len == 0 && m->rest_len == 0 && m->version_len > 0;
}

static int
newer(const struct match *a, const struct match *b, struct err *e)
{
	char *x = mem_printf("%.*s", (int)a->version_len, a->version);
	char *y = mem_printf("%.*s", (int)b->version_len, b->version);
	int order = 0;

	if (x == NULL || y == NULL) {
		free(x);
		free(y);
		return err_mem(e);
	}
	/* Of equals (1.0 and 1.00) always the same one: by their bytes. */
	if ((order = dewey_compare(x, y)) == 0)
		order = strcmp(a->thing, b->thing);
	free(x);
	free(y);
	return order > 0;
}

static int
set(char **p, const char *name, struct err *e)
{
	char *copy = mem_printf("%s", name);

	if (copy == NULL)
		return err_mem(e);
	free(*p);
	*p = copy;
	return 0;
}

/* A sum or a signature is not meant, unless the pattern says so. */
static bool
is_candidate(const char *pattern, const char *name)
{
	size_t plen = strlen(pattern), len = strlen(name);

	if (fnmatch(pattern, name, FNM_PERIOD | FNM_NOESCAPE) != 0)
		return false;
	return without(pattern, plen, notes, COUNT(notes)) != plen ||
	    without(name, len, notes, COUNT(notes)) == len;
}

int
index_name(struct index *x, const char *name, struct err *e)
{
	struct match m, b;
	bool strict;
	int r;

	if (strchr(name, '/') != NULL || !is_candidate(x->pattern, name))
		return 0;
	match_split(x->pattern, name, &m);
	strict = is_strict(&m);
	if (x->best == NULL || (strict && !x->strict)) {
		x->strict = strict;
		free(x->rival);
		x->rival = NULL;
		return set(&x->best, name, e);
	}
	if (x->strict && !strict)
		return 0;
	match_split(x->pattern, x->best, &b);
	if (!same_thing(&m, &b))
		return x->rival != NULL ? 0 : set(&x->rival, name, e);
	if ((r = newer(&m, &b, e)) != 1)
		return r;
	return set(&x->best, name, e);
}

/* Attribute values hold &amp; where a URL has &. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		*to++ = *s;
		if (strncmp(s, "&amp;", 5) == 0)
			s += 4;
	}
	*to = '\0';
}

/* Whether it could match at all: listings have tens of thousands of links. */
static bool
is_likely(const struct index *x, const char *ref)
{
	const char *slash = strrchr(ref, '/');

	return strpbrk(ref, "%?#") != NULL ||
	    is_candidate(x->pattern, slash != NULL ? slash + 1 : ref);
}

/* One link: only a file of the listing's own folder counts. */
static int
html_link(struct index *x, char *ref, const char *url, const char *folder,
    struct err *e)
{
	struct err ignored;
	char *full, *dir = NULL, *name = NULL;
	int r = 0;

	unescape(ref);
	if (!is_likely(x, ref))
		return 0;
	if ((full = url_resolve(url, ref)) == NULL)
		return 0;
	if ((name = url_name(full, &ignored)) != NULL &&
	    (dir = url_folder(full, &ignored)) != NULL &&
	    strcmp(dir, folder) == 0 && strchr(full, '?') == NULL)
		r = index_name(x, name, e);
	free(full);
	free(dir);
	free(name);
	return r;
}

/*
 * No HTML parser: all servers' listings have `<a href="name">`, with either
 * quote, or none. The text ends with a NUL of ours.
 */
static int
html_links(struct index *x, char *text, const char *url, const char *folder,
    struct err *e)
{
	char *p = text, *end, stop;

	while ((p = strchr(p, '=')) != NULL) {
		if (p - text < 5 || strncasecmp(p - 4, "href", 4) != 0) {
			p++;
			continue;
		}
		p++;
		if (*p == '"' || *p == '\'')
			end = strchr(p + 1, *p);
		else
			end = p + strcspn(p, " \t\r\n>");
		if (end == NULL)
			break;
		if (*p == '"' || *p == '\'')
			p++;
		stop = *end;
		*end = '\0';
		if (html_link(x, p, url, folder, e) == -1)
			return -1;
		p = end;
		if (stop != '\0')
			p++;
	}
	return 0;
}

int
index_html(struct index *x, const char *text, size_t len, const char *url,
    struct err *e)
{
	char *copy, *folder;
	size_t i;
	int r;

	if ((folder = url_folder(url, e)) == NULL)
		return -1;
	if ((copy = mem_array(len + 1, 1)) == NULL) {
		free(folder);
		return err_mem(e);
	}
	for (i = 0; i < len; i++)
		copy[i] = text[i] != '\0' ? text[i] : ' ';
	r = html_links(x, copy, url, folder, e);
	free(copy);
	free(folder);
	return r;
}

int
index_folder(struct index *x, const char *path, struct err *e)
{
	struct dirent *d;
	DIR *dir;
	int r = 0;

	if ((dir = opendir(path)) == NULL)
		return err_sys(e, "%s", path);
	while (r == 0 && (errno = 0, d = readdir(dir)) != NULL)
		r = index_name(x, d->d_name, e);
	if (r == 0 && errno != 0)
		r = err_sys(e, "%s", path);
	(void)closedir(dir);
	return r;
}

const char *
index_best(const struct index *x, const char *where, struct err *e)
{
	if (x->best == NULL) {
		(void)err_code(e, ERR_MISSING, "%s: nothing there matches",
		    where);
		return NULL;
	}
	if (x->rival != NULL) {
		(void)err_set(e, "%s: matches %s and %s, say which", where,
		    x->best, x->rival);
		return NULL;
	}
	return x->best;
}
