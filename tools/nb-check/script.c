/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * script.c: what holds for scripts of any kind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "service.h"
#include "spawn.h"

static bool
is_wrapper(const char *word)
{
	static const char *const words[] = { "command", "exec", "nohup",
		"time", "nice", "env" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

const char *
script_program(const struct shell_command *c, size_t *first)
{
	size_t i = c->nassigns;

	while (i < c->nwords && is_wrapper(c->words[i].text)) {
		/* command -v, nice -n 5, env A=B: not worth a guess. */
		if (i + 1 < c->nwords && (c->words[i + 1].text[0] == '-' ||
		    strchr(c->words[i + 1].text, '=') != NULL))
			return NULL;
		i++;
	}
	*first = i;
	return i < c->nwords ? c->words[i].text : NULL;
}

static bool
is_shell_line(const char *line)
{
	const char *p = line + strcspn(line, " \t\r\n");
	size_t n = (size_t)(p - line);

	return n >= 4 && line[0] == '#' && line[1] == '!' &&
	    memcmp(p - 2, "sh", 2) == 0;
}

/* The first line says which program reads it. */
static void
first_line(const struct service *s, const struct script *sc)
{
	const char *t = sc->text.data;

	if (sc->kind == SCRIPT_RC && strncmp(t, "#!", 2) != 0)
		finding_add(s->found, sc->path, 1, "no #! line: begin with "
		    "#!/bin/sh");
	else if (strncmp(t, "#!", 2) == 0 && sc->kind != SCRIPT_OTHER &&
	    strstr(t, "sh") == NULL)
		finding_add(s->found, sc->path, 1, "not a shell's script: sh(1) "
		    "runs it, whatever #! says");
}

/* Whether lines end with a carriage return, which sh(1) takes for a word's. */
static bool
carriage_returns(const struct service *s, const struct script *sc)
{
	unsigned line = text_find(&sc->text, "\r\n");

	if (line == 0)
		return false;
	finding_add(s->found, sc->path, line, "the line ends with a carriage "
	    "return, which is a part of its last word: tr -d '\\r' takes them "
	    "away");
	return true;
}

/* The number of the line that sh -n complains of, behind the file's name. */
static unsigned
line_in(const char *said, const char *path)
{
	const char *p = strstr(said, path);

	p = p != NULL ? p + strlen(path) : said;
	p += strcspn(p, "0123456789\n");
	return *p != '\n' ? (unsigned)strtoul(p, NULL, 10) : 0;
}

static void
syntax(const struct service *s, const struct script *sc)
{
	char dot[3] = "./", said[1024], *name, *reason;
	char sh[] = "sh", n[] = "-n";
	char *argv[] = { sh, n, NULL, NULL };
	unsigned line;
	int r;

	name = mem_printf("%s%s", *sc->path == '/' ? "" : dot, sc->path);
	if ((argv[2] = name) == NULL) {
		s->found->failed = 1;
		return;
	}
	r = spawn(argv, said, sizeof(said));
	if (r == -1)
		finding_add(s->found, sc->path, 1, "not checked: sh cannot be "
		    "run");
	if (r > 0 && *said != '\0') {
		line = line_in(said, name);
		said[strcspn(said, "\n")] = '\0';
		/* What stands behind "line 3: " or "3: ". */
		reason = strstr(said, name);
		reason = reason != NULL ? reason + strlen(name) : said;
		reason += strspn(reason, ": line0123456789");
		finding_add(s->found, sc->path, line > 0 ? line : 1,
		    "sh -n: %s", reason);
	}
	free(name);
}

static void
not_in_sh(const struct service *s, const struct script *sc)
{
	for (size_t i = 0; i < sc->shell.nodds; i++)
		finding_add(s->found, sc->path, sc->shell.odds[i].line, "%s",
		    sc->shell.odds[i].what);
	for (size_t i = 0; i < sc->shell.n; i++) {
		const struct shell_command *c = &sc->shell.commands[i];
		size_t first;
		const char *program = script_program(c, &first);

		if (program == NULL || shell_defines(&sc->shell, program))
			continue;
		if (strcmp(program, "source") == 0)
			finding_add(s->found, sc->path, c->line,
			    "source is not in sh(1): write . FILE");
		if (strcmp(program, "[") != 0 && strcmp(program, "test") != 0)
			continue;
		for (size_t j = first + 1; j < c->nwords; j++) {
			if (strcmp(c->words[j].text, "==") == 0 &&
			    !c->words[j].quoted)
				finding_add(s->found, sc->path,
				    c->words[j].line, "== is not in test(1): "
				    "write =");
		}
	}
}

/* What sets bring to /etc, and the build itself. */
static bool
in_sets(const char *name)
{
	static const char *const names[] = { "rc", "rc.subr", "rc.conf",
		"defaults/rc.conf", "profile", "shrc", "pkgvers", "rc.shutdown",
		"network.subr", "mk.conf" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return strncmp(name, "rc.d/", 5) == 0 ||
	    strncmp(name, "rc.conf.d/", 10) == 0;
}

/* Whether a test in the script looks for the file first. */
static bool
is_tested(const struct script *sc, const char *file)
{
	for (size_t i = 0; i < sc->shell.n; i++) {
		const struct shell_command *c = &sc->shell.commands[i];

		if (c->nwords < 3 || (strcmp(c->words[0].text, "[") != 0 &&
		    strcmp(c->words[0].text, "test") != 0))
			continue;
		for (size_t j = 1; j < c->nwords; j++) {
			if (strcmp(c->words[j].text, file) == 0)
				return true;
		}
	}
	return false;
}

static bool
exists_in(const char *folder, const char *name)
{
	char *path = mem_printf("%s/%s", folder, name);
	bool is = path == NULL || access(path, F_OK) == 0;

	free(path);
	return is;
}

/* Behind the prefix, or NULL. */
static const char *
behind(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 && text[n] != '\0' ? text + n :
	    NULL;
}

/* In the guest: /etc/include is common/, /etc the service's and the sets'. */
static void
sourced_in_guest(const struct service *s, const struct script *sc,
    const struct shell_word *w)
{
	const char *name, *base;
	char *in_etc;

	if (is_tested(sc, w->text))
		return;
	if ((name = behind(w->text, "/etc/include/")) == NULL &&
	    ((name = behind(w->text, "/etc/")) == NULL || in_sets(name)))
		return;
	base = strrchr(name, '/');
	base = base != NULL ? base + 1 : name;
	in_etc = mem_printf("%s/etc", s->path);
	if (in_etc == NULL || exists_in(in_etc, w->text + 5) ||
	    (behind(w->text, "/etc/include/") != NULL &&
	    exists_in(s->common, name)) || service_says(s, base)) {
		free(in_etc);
		return;
	}
	finding_add(s->found, sc->path, w->line, "%s: neither in %s nor in "
	    "%s/etc: there is nothing to source", w->text, s->common, s->path);
	free(in_etc);
}

static void
sourced_in_build(const struct service *s, const struct script *sc,
    const struct shell_word *w)
{
	const char *name = behind(w->text, "../service/"), *rest;
	size_t n = strlen(s->name);
	bool there = true;

	if (name == NULL)
		return;
	if ((rest = behind(name, "common/")) != NULL)
		there = exists_in(s->common, rest);
	else if (strncmp(name, s->name, n) == 0 && name[n] == '/')
		there = service_has(s, name + n + 1);
	else if ((rest = behind(name, "$SERVICE/")) != NULL ||
	    (rest = behind(name, "${SERVICE}/")) != NULL)
		there = service_has(s, rest);
	if (!there && !is_tested(sc, w->text))
		finding_add(s->found, sc->path, w->line, "%s: is not there: "
		    "there is nothing to source", w->text);
}

static void
sourced(const struct service *s, const struct script *sc)
{
	for (size_t i = 0; i < sc->shell.n; i++) {
		const struct shell_command *c = &sc->shell.commands[i];
		const struct shell_word *w;

		if (c->nwords < c->nassigns + 2 ||
		    strcmp(c->words[c->nassigns].text, ".") != 0)
			continue;
		w = &c->words[c->nassigns + 1];
		if (sc->kind == SCRIPT_POSTINST)
			sourced_in_build(s, sc, w);
		else if (!w->expands)
			sourced_in_guest(s, sc, w);
	}
}

void
check_script(const struct service *s, enum script_kind kind, const char *path)
{
	struct script sc = { .kind = kind, .path = path };
	unsigned line;
	struct err e;

	if (text_read(&sc.text, path, &e) == -1) {
		finding_unread(s->found, path, &e);
		return;
	}
	if (kind == SCRIPT_OTHER && !is_shell_line(sc.text.data)) {
		text_free(&sc.text);
		return;
	}
	/* How far it can be read is sh -n's to say. */
	(void)shell_read(&sc.shell, sc.text.data, sc.text.len, &line, &e);
	first_line(s, &sc);
	if (!carriage_returns(s, &sc) && sc.text.whole)
		syntax(s, &sc);
	not_in_sh(s, &sc);
	sourced(s, &sc);
	if (kind == SCRIPT_RC)
		check_rc(s, &sc);
	else if (kind == SCRIPT_POSTINST)
		check_postinst(s, &sc);
	shell_free(&sc.shell);
	text_free(&sc.text);
}
