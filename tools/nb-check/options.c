/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * options.c: options.mk and own.mk: which variables they set, and to what. make
 * itself reads them; here they are lines.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "forward.h"
#include "mem.h"
#include "nearest.h"
#include "service.h"

struct options {
	const struct service *s;
	const char	*path;
	const char	*who;		/* what a file may not set: see vars.h */
	const struct text *text;	/* of this file */
	const char	*names;		/* all POSTINSTVARS, of both files */
};

/* A line that sets a variable: its name and value, in the line itself. */
static bool
split(char *line, char **name, char **value)
{
	char *p, *end;
	size_t n;

	p = line + strspn(line, " ");
	n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_");
	end = p + n + strspn(p + n, " \t");
	if (n == 0)
		return false;
	if (*end != '\0' && strchr("?+:!", *end) != NULL)
		end++;
	if (*end != '=')
		return false;
	p[n] = '\0';
	*name = p;
	*value = end + 1 + strspn(end + 1, " \t");
	return true;
}

/* A # begins a comment unless a backslash is before it. */
static void
trim(char *value)
{
	size_t n;
	char *p;

	for (p = value; (p = strchr(p, '#')) != NULL; p++) {
		if (p == value || p[-1] != '\\') {
			*p = '\0';
			break;
		}
	}
	for (n = strlen(value); n > 0 && strchr(" \t\r", value[n - 1]); n--)
		value[n - 1] = '\0';
}

/* The next assignment; *line is where it begins. 0: no more. */
static int
next(const struct text *t, const char **p, unsigned *at, unsigned *line,
    char **buf, char **name, char **value)
{
	char *one, *more;
	size_t n;

	for (;;) {
		if ((one = text_line(t, p, at)) == NULL)
			return 0;
		*line = *at;
		while ((n = strlen(one)) > 0 && one[n - 1] == '\\') {
			char *rest = text_line(t, p, at);

			if (rest == NULL)
				break;
			one[n - 1] = ' ';
			more = mem_printf("%s%s", one, rest);
			free(one);
			free(rest);
			if ((one = more) == NULL)
				return 0;
		}
		if (split(one, name, value)) {
			trim(*value);
			*buf = one;
			return 1;
		}
		free(one);
	}
}

static bool
is_number(const char *v)
{
	return *v != '\0' && v[strspn(v, "0123456789")] == '\0';
}

static bool
is_memory(const char *v)
{
	size_t n = strspn(v, "0123456789");

	return n > 0 && (v[n] == '\0' ||
	    (strchr("mMgG", v[n]) != NULL && v[n + 1] == '\0'));
}

/* Whether list, WORD|WORD|..., has the value; +N is any number. */
static bool
is_listed(const char *list, const char *v)
{
	size_t n = strlen(v);

	for (const char *p = list; *p != '\0'; p += *p == '|') {
		size_t len = strcspn(p, "|");

		if (len == n && memcmp(p, v, n) == 0)
			return true;
		if (len == 2 && memcmp(p, "+N", 2) == 0 && *v == '+' &&
		    is_number(v + 1))
			return true;
		p += len;
	}
	return false;
}

/* A file of the user's: FILE, or FILE:PATTERN. */
static bool
is_there(const char *word)
{
	const char *colon = strrchr(word, ':');
	char *file;
	bool is;

	if (access(word, F_OK) == 0 || colon == NULL)
		return access(word, F_OK) == 0;
	if ((file = mem_printf("%.*s", (int)(colon - word), word)) == NULL)
		return true;
	is = access(file, F_OK) == 0;
	free(file);
	return is;
}

/* NetBSD's release(7): what is in binary/sets. */
static const char *const sets[] = { "base", "comp", "debug", "etc", "games",
	"gpufw", "man", "manhtml", "misc", "modules", "rescue", "tests", "text",
	"dtb", "xbase", "xcomp", "xdebug", "xetc", "xfont", "xserver",
	"debug32", "base32", "comp32", "rescue32" };
#define NSETS (sizeof(sets) / sizeof(sets[0]))

static void
look_at_set(const struct options *o, unsigned line, const char *name,
    const char *word)
{
	const char *near;

	for (size_t i = 0; i < NSETS; i++) {
		if (strcmp(word, sets[i]) == 0)
			return;
	}
	/* kern-GENERIC, base.tgz, and what releases to come may have */
	if (strpbrk(word, "-.:") != NULL ||
	    (near = word_nearest(sets, NSETS, word)) == NULL)
		return;
	finding_add(o->s->found, o->path, line, "%s=%s: no such set: %s?", name,
	    word, near);
}

static void
look_at_words(const struct options *o, unsigned line, const char *name,
    const char *value, bool are_sets)
{
	char *copy = strdup(value), *save, *w;

	if (copy == NULL)
		return;
	for (w = strtok_r(copy, " \t", &save); w != NULL;
	    w = strtok_r(NULL, " \t", &save)) {
		if (strchr(w, '$') != NULL)
			continue;
		if (strchr(w, '/') != NULL && !is_there(w))
			finding_add(o->s->found, o->path, line, "%s=%s: no "
			    "such file: names are relative to the project's "
			    "folder", name, w);
		else if (are_sets && strchr(w, '/') == NULL)
			look_at_set(o, line, name, w);
	}
	free(copy);
}

static void
look_at_value(const struct options *o, unsigned line, const struct var *v,
    const char *value)
{
	const char *kind = v->values;
	struct findings *f = o->s->found;
	struct err e;

	/* What make makes of it is make's to know. */
	if (strchr(value, '$') != NULL)
		return;
	if (strchr(kind, '|') != NULL && !is_listed(kind, value))
		finding_add(f, o->path, line, "%s=%s: not one of %s", v->name,
		    value, kind);
	else if (strcmp(kind, "number") == 0 && !is_number(value))
		finding_add(f, o->path, line, "%s=%s: not a whole number",
		    v->name, value);
	else if (strcmp(kind, "memory") == 0 && !is_memory(value))
		finding_add(f, o->path, line, "%s=%s: not a number of MB "
		    "(256, 1g)", v->name, value);
	else if (strcmp(kind, "port") == 0 && forward_check(value, &e) == -1)
		finding_add(f, o->path, line, "%s=%s", v->name, e.text);
	else if (strcmp(kind, "url") == 0 && *value != '\0' &&
	    strstr(value, "://") == NULL)
		finding_add(f, o->path, line, "%s=%s: not a URL", v->name,
		    value);
	else if (strcmp(kind, "path") == 0 && *value != '\0' &&
	    access(value, F_OK) == -1)
		finding_add(f, o->path, line, "%s=%s: no such file: names are "
		    "relative to the project's folder", v->name, value);
	else if (strcmp(kind, "sets") == 0 || strcmp(kind, "packages") == 0)
		look_at_words(o, line, v->name, value,
		    strcmp(kind, "sets") == 0);
}

/* Whether anything else than assignments has the name. */
static bool
is_used(const struct options *o, const char *name)
{
	static const char *const forms[] = { "${%s}", "${%s:", "$(%s)",
		"defined(%s)", "empty(%s" };
	char *needle;
	bool is = false;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !is; i++) {
		const char *mark = strchr(forms[i], '%');

		needle = mem_printf("%.*s%s%s", (int)(mark - forms[i]),
		    forms[i], name, mark + 2);
		is = needle == NULL || strstr(o->text->data, needle) != NULL;
		free(needle);
	}
	return is;
}

/* One of the service's own, which its scripts get. */
static bool
is_own(const struct options *o, const char *name)
{
	struct text t = { (char *)(uintptr_t)o->names, strlen(o->names), true };

	return text_has_word(&t, name) || is_used(o, name);
}

static void
look_at(const struct options *o, unsigned line, const char *name,
    const char *value)
{
	const struct var *v = vars_find(&o->s->vars, name), *near;

	if (v == NULL && (*name == '_' || is_own(o, name)))
		return;
	if (v == NULL && (near = vars_nearest(&o->s->vars, name)) != NULL)
		finding_add(o->s->found, o->path, line, "%s: no such variable: "
		    "%s?", name, near->name);
	else if (v == NULL)
		finding_add(o->s->found, o->path, line, "%s: no such variable: "
		    "one for postinst scripts is named in POSTINSTVARS", name);
	else if (strcmp(v->who, "call") == 0 ||
	    strcmp(v->who, o->who) == 0)
		finding_add(o->s->found, o->path, line, "%s: is not for this "
		    "file to set: it comes too late, or is the caller's: give "
		    "it on the command line", name);
	else
		look_at_value(o, line, v, value);
}

/* The values of all POSTINSTVARS in the file, behind those in names. */
static char *
add_names(char *names, const struct text *t)
{
	const char *p = t->data;
	char *buf, *name, *value, *more;
	unsigned at = 0, line;

	while (names != NULL &&
	    next(t, &p, &at, &line, &buf, &name, &value)) {
		if (strcmp(name, "POSTINSTVARS") == 0) {
			more = mem_printf("%s %s", names, value);
			free(names);
			names = more;
		}
		free(buf);
	}
	return names;
}

static void
look_at_all(const struct options *o)
{
	const char *p = o->text->data;
	char *buf, *name, *value;
	unsigned at = 0, line;

	while (next(o->text, &p, &at, &line, &buf, &name, &value)) {
		look_at(o, line, name, value);
		free(buf);
	}
}

static const char *const files[] = { "options.mk", "own.mk" };

void
check_options(const struct service *s)
{
	/* What options.mk must leave to own.mk; own.mk may set these. */
	static const char *const not_for[] = { "own", "call" };
	struct text texts[2] = { { NULL, 0, false }, { NULL, 0, false } };
	char *paths[2], *names = strdup("");
	struct err e;

	for (size_t i = 0; i < 2; i++) {
		paths[i] = service_path(s, files[i]);
		if (paths[i] == NULL || access(paths[i], F_OK) == -1)
			continue;
		if (text_read(&texts[i], paths[i], &e) == -1)
			finding_unread(s->found, paths[i], &e);
		else
			names = add_names(names, &texts[i]);
	}
	for (size_t i = 0; i < 2; i++) {
		struct options o = { s, paths[i], not_for[i], &texts[i],
			names };

		if (texts[i].data != NULL && names != NULL)
			look_at_all(&o);
		text_free(&texts[i]);
		free(paths[i]);
	}
	free(names);
}

unsigned
options_line(const struct service *s, const char *wanted, char **path)
{
	struct text t;
	unsigned at, line, found = 0;
	char *buf, *name, *value;
	const char *p;
	struct err e;

	*path = NULL;
	for (size_t i = 2; i-- > 0 && found == 0;) {
		free(*path);
		*path = service_path(s, files[i]);
		if (*path == NULL || text_read(&t, *path, &e) == -1)
			continue;
		p = t.data;
		at = 0;
		while (next(&t, &p, &at, &line, &buf, &name, &value)) {
			if (strcmp(name, wanted) == 0)
				found = line;
			free(buf);
		}
		text_free(&t);
	}
	return found;
}
