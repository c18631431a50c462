/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * metalog.c: reads and writes METALOG and other mtree(5) files.
 */
#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "metalog.h"
#include "path.h"
#include "visname.h"

/* What /set leaves for the lines that follow; -1 stands for "not set". */
struct defaults {
	int	kind;
	int64_t	mode, uid, gid;
};

struct metalog {
	FILE		*f;
	char		*path;		/* for messages */
	off_t		 size;		/* when it was opened */
	unsigned	 lineno;
	char		*line;		/* the present line, joined */
	size_t		 linecap;
	struct defaults	 set;
	char		 folder[PATH_LEN_MAX];	/* of names without a slash */
	char		 name[PATH_LEN_MAX];
	char		 target[PATH_LEN_MAX];
	char		 contents[PATH_LEN_MAX];
};

static const struct {
	const char	*word;
	enum entry_kind	 kind;
} kinds[] = {
	{ "file", ENTRY_FILE }, { "dir", ENTRY_DIR },
	{ "link", ENTRY_SYMLINK }, { "char", ENTRY_CHAR },
	{ "block", ENTRY_BLOCK }, { "fifo", ENTRY_FIFO }
};
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

struct metalog *
metalog_open(const char *path, struct err *e)
{
	struct metalog *m = mem_array(1, sizeof(*m));
	struct stat st;

	if (m == NULL || (m->path = mem_printf("%s", path)) == NULL) {
		free(m);
		(void)err_mem(e);
		return NULL;
	}
	if ((m->f = fopen(path, "re")) == NULL ||
	    fstat(fileno(m->f), &st) != 0) {
		(void)err_sys(e, "%s", path);
		metalog_close(m);
		return NULL;
	}
	m->size = st.st_size;
	m->set = (struct defaults){ -1, -1, -1, -1 };
	return m;
}

void
metalog_close(struct metalog *m)
{
	if (m == NULL)
		return;
	if (m->f != NULL)
		(void)fclose(m->f);
	free(m->line);
	free(m->path);
	free(m);
}

unsigned
metalog_line(const struct metalog *m)
{
	return m->lineno;
}

static int
bad(const struct metalog *m, struct err *e, const char *what, const char *word)
{
	return err_set(e, "%s:%u: %s: %s", m->path, m->lineno, what, word);
}

/* A part of a line would be another line. */
static int
file_end(const struct metalog *m, struct err *e)
{
	struct stat st;

	if (ferror(m->f) || fstat(fileno(m->f), &st) != 0)
		return err_sys(e, "%s", m->path);
	if (S_ISREG(st.st_mode) && st.st_size != m->size)
		return err_set(e, "%s: changed while it was read", m->path);
	return 0;
}

/* Whether the line goes on: a backslash at its end that is not one of a pair. */
static bool
continues(const char *line, size_t used)
{
	size_t n = 0;

	while (n < used && line[used - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

/* Read one line, with its continuations, into m->line: 1, 0 at the end, -1. */
static int
read_line(struct metalog *m, struct err *e)
{
	size_t used = 0;
	void *p;
	int c;

	errno = 0;
	while ((c = getc_unlocked(m->f)) != EOF) {
		if (c == '\0')
			return bad(m, e, "not an mtree file", "NUL byte");
		if (c == '\n') {
			m->lineno++;
			if (!continues(m->line, used))
				break;
			m->line[used - 1] = ' ';
			continue;
		}
		p = mem_grow(m->line, &m->linecap, used + 2, 1);
		if (p == NULL)
			return err_mem(e);
		m->line = p;
		m->line[used++] = (char)c;
	}
	if (c == EOF && file_end(m, e) != 0)
		return -1;
	if (c == EOF && used == 0)
		return 0;
	if (used == 0) {
		if ((p = mem_grow(m->line, &m->linecap, 1, 1)) == NULL)
			return err_mem(e);
		m->line = p;
	} else if (c == EOF)
		m->lineno++;
	m->line[used] = '\0';
	return 1;
}

static int
number(const char *s, int base, uint64_t max, uint64_t *out)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(s, &end, base);
	if (*s < '0' || *s > '9' || *end != '\0' || errno != 0 || v > max)
		return -1;
	*out = v;
	return 0;
}

/* time=seconds[.nanoseconds]: mtree writes the second as a plain number. */
static int
parse_time(const char *s, struct entry *ent)
{
	char *end;
	uint64_t ns = 0;

	errno = 0;
	ent->mtime = strtoll(s, &end, 10);
	if (end == s || errno != 0)
		return -1;
	if (*end == '.' && number(end + 1, 10, 999999999, &ns) != 0)
		return -1;
	if (*end != '.' && *end != '\0')
		return -1;
	ent->mtime_ns = (uint32_t)ns;
	ent->flags &= ~(unsigned)ENTRY_UNDATED;
	return 0;
}

/* device=netbsd,major,minor, or the number of a NetBSD dev_t. */
static int
parse_device(const char *s, struct entry *ent)
{
	char word[32];
	const char *comma;
	uint64_t v, w;
	size_t len;

	if (number(s, 0, UINT32_MAX, &v) == 0) {
		ent->major = (uint32_t)(v & 0xfff00) >> 8;
		ent->minor = (uint32_t)((v & 0xfff00000) >> 12 | (v & 0xff));
		return 0;
	}
	if (strncmp(s, "netbsd,", 7) != 0)
		return -1;
	s += 7;
	if ((comma = strchr(s, ',')) == NULL)
		return -1;
	len = (size_t)(comma - s);
	if (len >= sizeof(word))
		return -1;
	memcpy(word, s, len);
	word[len] = '\0';
	if (number(word, 0, ENTRY_MAJOR_MAX, &v) != 0 ||
	    number(comma + 1, 0, ENTRY_MINOR_MAX, &w) != 0)
		return -1;
	ent->major = (uint32_t)v;
	ent->minor = (uint32_t)w;
	return 0;
}

static int
parse_kind(const char *s)
{
	size_t i;

	for (i = 0; i < NKINDS; i++) {
		if (strcmp(s, kinds[i].word) == 0)
			return (int)kinds[i].kind;
	}
	return -1;
}

/* Names differ between hosts: only the superuser's mean the same on all. */
static int
parse_owner(const char *s)
{
	return strcmp(s, "root") == 0 || strcmp(s, "wheel") == 0 ? 0 : -1;
}

static int
copy_vis(char *buf, const char *s)
{
	size_t len = strlen(s);

	if (len >= PATH_LEN_MAX)
		return -1;
	memcpy(buf, s, len + 1);
	return vis_decode(buf);
}

/* One keyword of an entry. An unknown one is passed over, as mtree does. */
static int
keyword(struct metalog *m, struct entry *ent, int *kind, const char **contents,
    const char *key, char *val, struct err *e)
{
	uint64_t v = 0;
	int r = 0;

	if (strcmp(key, "type") == 0)
		r = *kind = parse_kind(val);
	else if (strcmp(key, "mode") == 0) {
		if ((r = number(val, 8, 07777, &v)) == 0)
			ent->mode = (uint32_t)v;
	} else if (strcmp(key, "uid") == 0) {
		if ((r = number(val, 10, UINT32_MAX, &v)) == 0)
			ent->uid = (uint32_t)v;
	} else if (strcmp(key, "gid") == 0) {
		if ((r = number(val, 10, UINT32_MAX, &v)) == 0)
			ent->gid = (uint32_t)v;
	} else if (strcmp(key, "uname") == 0) {
		r = parse_owner(val);
		ent->uid = 0;
	} else if (strcmp(key, "gname") == 0) {
		r = parse_owner(val);
		ent->gid = 0;
	} else if (strcmp(key, "size") == 0)
		r = number(val, 10, INT64_MAX, &ent->size);
	else if (strcmp(key, "time") == 0)
		r = parse_time(val, ent);
	else if (strcmp(key, "device") == 0)
		r = parse_device(val, ent);
	else if (strcmp(key, "link") == 0) {
		r = copy_vis(m->target, val);
		ent->target = m->target;
	} else if (strcmp(key, "contents") == 0 ||
	    strcmp(key, "content") == 0) {
		r = copy_vis(m->contents, val);
		*contents = m->contents;
	}
	return r < 0 ? bad(m, e, key, val) : 0;
}

/* The next keyword of a line, and its value or ""; NULL at the end. */
static char *
next_word(char **rest, char **val)
{
	char *word;

	do {
		word = strsep(rest, " \t");
	} while (word != NULL && *word == '\0');
	if (word == NULL || *word == '#')
		return NULL;
	if ((*val = strchr(word, '=')) != NULL)
		*(*val)++ = '\0';
	else
		*val = word + strlen(word);
	return word;
}

static int
set_line(struct metalog *m, char *rest, struct err *e)
{
	struct entry ent = { .uid = 0 };
	const char *contents = NULL;
	char *word, *val;
	int kind = m->set.kind;

	while ((word = next_word(&rest, &val)) != NULL) {
		if (keyword(m, &ent, &kind, &contents, word, val, e) != 0)
			return -1;
		if (strcmp(word, "mode") == 0)
			m->set.mode = ent.mode;
		else if (strcmp(word, "uid") == 0 || strcmp(word, "uname") == 0)
			m->set.uid = ent.uid;
		else if (strcmp(word, "gid") == 0 || strcmp(word, "gname") == 0)
			m->set.gid = ent.gid;
		else if (strcmp(word, "type") == 0)
			m->set.kind = kind;
	}
	return 0;
}

static void
unset_line(struct metalog *m, char *rest)
{
	char *word, *val;

	while ((word = next_word(&rest, &val)) != NULL) {
		bool all = strcmp(word, "all") == 0;

		if (all || strcmp(word, "mode") == 0)
			m->set.mode = -1;
		if (all || strcmp(word, "uid") == 0 || !strcmp(word, "uname"))
			m->set.uid = -1;
		if (all || strcmp(word, "gid") == 0 || !strcmp(word, "gname"))
			m->set.gid = -1;
		if (all || strcmp(word, "type") == 0)
			m->set.kind = -1;
	}
}

/* A name with a slash is whole; one without is in the present folder. */
static int
entry_name(struct metalog *m, char *word, bool *whole, struct err *e)
{
	char part[PATH_LEN_MAX];

	*whole = strchr(word, '/') != NULL;
	if (vis_decode(word) != 0)
		return bad(m, e, "name not in vis(3) form", word);
	if (path_canonical(part, word, m->path, e) != 0)
		return -1;
	if (*whole || m->folder[0] == '\0') {
		memcpy(m->name, part, strlen(part) + 1);
		return 0;
	}
	return path_join(m->name, m->folder, part, e);
}

static int
finish_entry(struct metalog *m, struct entry *ent, int kind, struct err *e)
{
	if (kind < 0)
		return bad(m, e, "no type", m->name);
	ent->kind = (enum entry_kind)kind;
	ent->name = m->name;
	if (kind == ENTRY_CHAR || kind == ENTRY_BLOCK) {
		if (ent->major == UINT32_MAX)
			return bad(m, e, "device node without device=",
			    m->name);
	} else
		ent->major = ent->minor = 0;
	switch (ent->kind) {
	case ENTRY_SYMLINK:
		if (ent->target == NULL || *ent->target == '\0')
			return bad(m, e, "symbolic link without link=", m->name);
		ent->size = strlen(ent->target);
		break;
	case ENTRY_FILE:
		break;
	default:
		ent->size = 0;
	}
	return 0;
}

static int
entry_line(struct metalog *m, char *line, struct entry *ent,
    const char **contents, struct err *e)
{
	char *word, *val, *rest = line;
	int kind = m->set.kind;
	bool whole;

	memset(ent, 0, sizeof(*ent));
	ent->size = UINT64_MAX;
	ent->flags = ENTRY_UNDATED;
	ent->mode = ent->major = UINT32_MAX;
	ent->uid = m->set.uid >= 0 ? (uint32_t)m->set.uid : 0;
	ent->gid = m->set.gid >= 0 ? (uint32_t)m->set.gid : 0;
	*contents = NULL;

	word = strsep(&rest, " \t");
	if (entry_name(m, word, &whole, e) != 0)
		return -1;
	while ((word = next_word(&rest, &val)) != NULL) {
		if (keyword(m, ent, &kind, contents, word, val, e) != 0)
			return -1;
	}
	if (finish_entry(m, ent, kind, e) != 0)
		return -1;
	if (ent->mode == UINT32_MAX && m->set.mode >= 0)
		ent->mode = (uint32_t)m->set.mode;
	if (ent->mode == UINT32_MAX)
		ent->mode = kind == ENTRY_DIR || kind == ENTRY_SYMLINK ?
		    0755 : kind == ENTRY_FILE ? 0644 : 0600;
	if (kind == ENTRY_DIR && !whole)
		memcpy(m->folder, m->name, strlen(m->name) + 1);
	return 0;
}

int
metalog_next(struct metalog *m, struct entry *ent, const char **contents,
    struct err *e)
{
	char *p, *slash;
	int r;

	while ((r = read_line(m, e)) > 0) {
		p = m->line + strspn(m->line, " \t");
		if (*p == '\0' || *p == '#')
			continue;
		if (strncmp(p, "/set", 4) == 0 && strchr(" \t", p[4]) != NULL) {
			if (set_line(m, p + 4, e) != 0)
				return -1;
		} else if (strncmp(p, "/unset", 6) == 0 &&
		    strchr(" \t", p[6]) != NULL)
			unset_line(m, p + 6);
		else if (strcmp(p, "..") == 0) {
			slash = strrchr(m->folder, '/');
			*(slash != NULL ? slash : m->folder) = '\0';
		} else
			return entry_line(m, p, ent, contents, e) == 0 ? 1 : -1;
	}
	return r;
}

void
metalog_head(FILE *f)
{
	(void)fputs(METALOG_HEAD "\n", f);
}

void
metalog_write(FILE *f, const struct entry *ent)
{
	size_t i;

	(void)fputc('.', f);
	if (*ent->name != '\0')
		(void)fputc('/', f);
	vis_encode(f, ent->name);
	for (i = 0; i < NKINDS; i++) {
		if (kinds[i].kind == ent->kind)
			(void)fprintf(f, " type=%s", kinds[i].word);
	}
	(void)fprintf(f, " uid=%" PRIu32 " gid=%" PRIu32 " mode=%04" PRIo32,
	    ent->uid, ent->gid, ent->mode);
	if (ent->kind == ENTRY_FILE)
		(void)fprintf(f, " size=%" PRIu64, ent->size);
	if (ent->kind == ENTRY_CHAR || ent->kind == ENTRY_BLOCK)
		(void)fprintf(f, " device=netbsd,%" PRIu32 ",%" PRIu32,
		    ent->major, ent->minor);
	(void)fprintf(f, " time=%" PRId64 ".%09" PRIu32, ent->mtime,
	    ent->mtime_ns);
	if (ent->kind == ENTRY_SYMLINK) {
		(void)fputs(" link=", f);
		vis_encode(f, ent->target);
	}
	(void)fputc('\n', f);
}
