/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * summary.c: reads pkg_summary, line by line: of its tens of megabytes only
 * what is asked for is kept.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "mem.h"
#include "pattern.h"
#include "summary.h"

#define LINE_BYTES (64u << 10)	/* at most; pkgsrc's have some hundred */
#define READ_BYTES (256u << 10)
#define TEXT_BYTES (1024u << 20) /* of a whole file; now it has some 40 MB */
#define PKGS_MAX   1000000u

struct summary {
	struct repo	*repo;
	const char	*path;
	struct pkg	*pkg;		/* the present one, or NULL */
	size_t		 line;		/* where we are, */
	size_t		 began;		/* and where pkg began */
	size_t		 pkgs, bytes;
	size_t		 len;		/* of a line that is not complete */
	char		 part[LINE_BYTES];
};

struct summary *
summary_new(struct repo *r, const char *path, struct err *e)
{
	struct summary *s = malloc(sizeof(*s));

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	memset(s, 0, offsetof(struct summary, part));
	s->repo = r;
	s->path = path;
	return s;
}

void
summary_free(struct summary *s)
{
	free(s);
}

/* A whole number, or nothing known. */
static uint64_t
number(const char *s, size_t len)
{
	uint64_t n = 0;
	size_t i;

	if (len == 0 || len > 18)
		return SIZE_UNKNOWN;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return SIZE_UNKNOWN;
		n = n * 10 + (uint64_t)(s[i] - '0');
	}
	return n;
}

static const char *
text(struct summary *s, const char *value, size_t len, struct err *e)
{
	return repo_text(s->repo, value, len, e);
}

/* A name of a package, or of its file. */
static int
set_name(struct summary *s, const char **name, const char *key,
    const char *value, size_t len, struct err *e)
{
	if (*name != NULL)
		return err_set(e, "%s:%zu: a second %s: an empty line has to "
		    "be between packages", s->path, s->line, key);
	if ((*name = text(s, value, len, e)) == NULL)
		return -1;
	if (!name_check(*name))
		return err_set(e, "%s:%zu: %s=%.100s: not a name that a "
		    "package can have", s->path, s->line, key, *name);
	return 0;
}

/* "sha512 8c5f..." */
static int
set_sum(struct summary *s, const char *value, size_t len, struct err *e)
{
	const char *blank = memchr(value, ' ', len), *hex;
	size_t kind, i;

	if (blank == NULL)
		return 0;
	kind = (size_t)(blank - value);
	hex = blank + 1;
	len -= kind + 1;
	for (i = 0; i < len; i++) {
		if (strchr("0123456789abcdefABCDEF", hex[i]) == NULL)
			return 0;
	}
	s->pkg->sum_kind = text(s, value, kind, e);
	s->pkg->sum = text(s, hex, len, e);
	return s->pkg->sum_kind == NULL || s->pkg->sum == NULL ? -1 : 0;
}

static bool
is(const char *line, size_t key, const char *name)
{
	return strlen(name) == key && memcmp(line, name, key) == 0;
}

static int
variable(struct summary *s, const char *line, size_t key, const char *value,
    size_t len, struct err *e)
{
	struct pkg *p = s->pkg;

	switch (*line) {
	case 'C':
		if (is(line, key, "CONFLICTS"))
			return repo_word(s->repo, &p->conflicts, value, len, e);
		break;
	case 'D':
		if (is(line, key, "DEPENDS"))
			return repo_word(s->repo, &p->depends, value, len, e);
		break;
	case 'F':
		if (is(line, key, "FILE_NAME"))
			return set_name(s, &p->file, "FILE_NAME", value, len,
			    e);
		if (is(line, key, "FILE_SIZE"))
			p->file_size = number(value, len);
		else if (is(line, key, "FILE_CKSUM"))
			return set_sum(s, value, len, e);
		break;
	case 'P':
		if (is(line, key, "PKGNAME"))
			return set_name(s, &p->name, "PKGNAME", value, len, e);
		break;
	case 'S':
		if (is(line, key, "SIZE_PKG"))
			p->size = number(value, len);
		else if (is(line, key, "SUPERSEDES"))
			return repo_word(s->repo, &p->supersedes, value, len,
			    e);
		break;
	}
	return 0;
}

/* A package's last line was read. */
static int
finish(struct summary *s, struct err *e)
{
	char file[NAME_BYTES + 4];
	struct pkg *p = s->pkg;
	size_t len;

	s->pkg = NULL;
	if (p == NULL)
		return 0;
	if (p->name == NULL)
		return err_set(e, "%s:%zu: a package without PKGNAME", s->path,
		    s->began);
	if (pattern_version(p->name) == NULL)
		return err_set(e, "%s:%zu: PKGNAME=%s: has no version",
		    s->path, s->began, p->name);
	if (p->file != NULL)
		return 0;
	len = strlen(p->name);
	memcpy(file, p->name, len);
	memcpy(file + len, ".tgz", 4);
	p->file = text(s, file, len + 4, e);
	return p->file == NULL ? -1 : 0;
}

static int
begin(struct summary *s, struct err *e)
{
	if (s->pkgs++ == PKGS_MAX)
		return err_set(e, "%s:%zu: over %u packages", s->path, s->line,
		    PKGS_MAX);
	s->began = s->line;
	return (s->pkg = repo_add(s->repo, e)) == NULL ? -1 : 0;
}

static int
too_long(const struct summary *s, size_t line, struct err *e)
{
	return err_set(e, "%s:%zu: a line of over %u bytes: not a pkg_summary",
	    s->path, line, LINE_BYTES);
}

static int
read_line(struct summary *s, const char *line, size_t len, struct err *e)
{
	const char *equals;

	s->line++;
	if (len > LINE_BYTES)
		return too_long(s, s->line, e);
	if (len == 0)
		return finish(s, e);
	equals = memchr(line, '=', len);
	if (equals == NULL || equals == line || memchr(line, '\0', len) != NULL)
		return err_set(e, "%s:%zu: \"%.*s\" is no VARIABLE=VALUE: not "
		    "a pkg_summary", s->path, s->line,
		    (int)(len < 60 ? len : 60), line);
	if (s->pkg == NULL && begin(s, e) != 0)
		return -1;
	return variable(s, line, (size_t)(equals - line), equals + 1,
	    (size_t)(line + len - equals - 1), e);
}

/* Keep the beginning of a line for its end. */
static int
keep(struct summary *s, const char *at, size_t len, struct err *e)
{
	if (len > LINE_BYTES - s->len)
		return too_long(s, s->line + 1, e);
	memcpy(s->part + s->len, at, len);
	s->len += len;
	return 0;
}

int
summary_feed(struct summary *s, const char *at, size_t len, struct err *e)
{
	const char *end = at + len, *nl;
	size_t n;

	if (len > TEXT_BYTES - s->bytes)
		return err_set(e, "%s: over %u MB: not a pkg_summary", s->path,
		    TEXT_BYTES >> 20);
	s->bytes += len;
	if (s->len != 0 && (nl = memchr(at, '\n', len)) != NULL) {
		if (keep(s, at, (size_t)(nl - at), e) != 0)
			return -1;
		n = s->len;
		s->len = 0;
		if (read_line(s, s->part, n, e) != 0)
			return -1;
		at = nl + 1;
	}
	while (s->len == 0 && at != end &&
	    (nl = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (read_line(s, at, (size_t)(nl - at), e) != 0)
			return -1;
		at = nl + 1;
	}
	return at == end ? 0 : keep(s, at, (size_t)(end - at), e);
}

int
summary_end(struct summary *s, struct err *e)
{
	if (s->len != 0)
		return err_set(e, "%s:%zu: ends within a line: fetch it again",
		    s->path, s->line + 1);
	if (finish(s, e) != 0)
		return -1;
	if (s->pkgs == 0)
		return err_set(e, "%s: no packages in it", s->path);
	return 0;
}

/* zlib hands on what is not in gzip's form. */
static int
feed_all(struct summary *s, gzFile gz, char *buf, struct err *e)
{
	const char *why, *colon;
	int n, code;

	while ((n = gzread(gz, buf, READ_BYTES)) > 0) {
		if (summary_feed(s, buf, (size_t)n, e) != 0)
			return -1;
	}
	/* A file that ends too early is told of by gzerror alone. */
	why = gzerror(gz, &code);
	if (n == 0 && code != Z_BUF_ERROR)
		return summary_end(s, e);
	if (code == Z_ERRNO)
		return err_sys(e, "%s", s->path);
	if ((colon = strstr(why, ": ")) != NULL)
		why = colon + 2;	/* behind "<fd:N>" */
	return err_set(e, "%s: gzip: %s: fetch it again", s->path, why);
}

int
summary_read(struct repo *repo, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r = -1;
	gzFile gz = fd == -1 ? NULL : gzdopen(fd, "r");
	struct summary *s = NULL;
	char *buf = NULL;

	if (fd == -1)
		return err_sys(e, "%s", path);
	if (gz == NULL) {
		(void)close(fd);
		return err_mem(e);
	}
	if (gzbuffer(gz, READ_BYTES) != 0 ||
	    (buf = malloc(READ_BYTES)) == NULL)
		(void)err_mem(e);
	else if ((s = summary_new(repo, path, e)) != NULL)
		r = feed_all(s, gz, buf, e);
	summary_free(s);
	free(buf);
	(void)gzclose_r(gz);
	return r;
}
