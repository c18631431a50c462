/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * postinst.c: scripts of postinst/, which run in the new system's root: what
 * they write has to be named relative to it.
 */
#include <stdlib.h>
#include <string.h>

#include "service.h"

/* Which of a program's operands it writes to. */
enum written { ALL, LAST, BUT_FIRST, FIRST };

/* `with` are its options that take an argument. */
static const struct program {
	const char	*name;
	enum written	 written;
	const char	*with;
} programs[] = {
	{ "cp", LAST, "tS" }, { "mv", ALL, "tS" }, { "ln", LAST, "tS" },
	{ "install", LAST, "mogtSBf" }, { "rsynclite", LAST, "" },
	{ "rsync", LAST, "e" },
	{ "rm", ALL, "" }, { "rmdir", ALL, "" }, { "mkdir", ALL, "m" },
	{ "touch", ALL, "rtd" }, { "mkfifo", ALL, "m" }, { "tee", ALL, "" },
	{ "truncate", ALL, "sr" }, { "mknod", FIRST, "mgu" },
	{ "chmod", BUT_FIRST, "" }, { "chown", BUT_FIRST, "" },
	{ "chgrp", BUT_FIRST, "" },
};

/* What the host does not have, or does to itself. */
static const char *const netbsd[] = { "chroot", "useradd", "usermod", "userdel",
	"groupadd", "groupmod", "groupdel", "pkgin", "pkg_add", "mount",
	"umount", "sudo", "doas" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Folders that every script has for itself (/build is the sandbox's name for
 * what is above its root, nb-postinst(1)), and devices. */
static bool
is_free(const char *path)
{
	static const char *const free_paths[] = { "/tmp", "/var/tmp",
		"/dev/fd", "/build" };
	static const char *const devices[] = { "/dev/null", "/dev/stdout",
		"/dev/stderr", "/dev/tty", "/dev/zero" };

	for (size_t i = 0; i < COUNT(free_paths); i++) {
		size_t n = strlen(free_paths[i]);

		if (strncmp(path, free_paths[i], n) == 0 &&
		    (path[n] == '/' || path[n] == '\0'))
			return true;
	}
	for (size_t i = 0; i < COUNT(devices); i++) {
		if (strcmp(path, devices[i]) == 0)
			return true;
	}
	return false;
}

static void
look(const struct service *s, const struct script *sc,
    const struct shell_word *w)
{
	const char *path = w->text;

	if (*path != '/' || is_free(path))
		return;
	finding_add(s->found, sc->path, w->line, "%s: written to, and "
	    "absolute: the new system's is named without the slash: %s", path,
	    path[strspn(path, "/")] == '\0' ? "." : path + strspn(path, "/"));
}

static void
redirections(const struct service *s, const struct script *sc,
    const struct shell_command *c)
{
	for (size_t i = 0; i < c->nredirs; i++) {
		if (strchr(c->redirs[i].op, '>') != NULL)
			look(s, sc, &c->redirs[i].to);
	}
}

/* The operands among the words from `i` on; how many. */
static size_t
operands(const struct shell_command *c, size_t i, const char *with,
    const struct shell_word **to, size_t room)
{
	size_t n = 0;
	bool options = true;

	for (; i < c->nwords && n < room; i++) {
		const char *w = c->words[i].text;

		if (options && strcmp(w, "--") == 0)
			options = false;
		else if (options && w[0] == '-' && w[1] != '\0') {
			/* -m 600, the last letter of -dm 700 */
			if (w[1] != '-' &&
			    strchr(with, w[strlen(w) - 1]) != NULL)
				i++;
		} else
			to[n++] = &c->words[i];
	}
	return n;
}

static bool
has_option(const struct shell_command *c, size_t i, char letter)
{
	for (; i < c->nwords; i++) {
		const char *w = c->words[i].text;

		if (w[0] == '-' && w[1] != '-' && strchr(w, letter) != NULL)
			return true;
	}
	return false;
}

#define OPERANDS 128

static void
files(const struct service *s, const struct script *sc,
    const struct shell_command *c, size_t first, const struct program *p)
{
	const struct shell_word *o[OPERANDS];
	size_t n = operands(c, first + 1, p->with, o, OPERANDS), from = 0;

	switch (p->written) {
	case ALL:
		break;
	case FIRST:
		n = n > 0;
		break;
	case BUT_FIRST:
		from = 1;
		break;
	case LAST:
		if (strcmp(p->name, "install") == 0 &&
		    has_option(c, first + 1, 'd'))
			break;
		from = n > 1 ? n - 1 : n;
		break;
	}
	for (size_t i = from; i < n; i++)
		look(s, sc, o[i]);
}

/* sed -i: behind the expression, which is an operand without -e or -f. */
static void
sed(const struct service *s, const struct script *sc,
    const struct shell_command *c, size_t first)
{
	const struct shell_word *o[OPERANDS];
	size_t n, from;

	if (!has_option(c, first + 1, 'i'))
		return;
	n = operands(c, first + 1, "ef", o, OPERANDS);
	from = !has_option(c, first + 1, 'e') && !has_option(c, first + 1, 'f');
	/* sed -i '' EXPRESSION, as BSD has it */
	if (n > 0 && *o[0]->text == '\0')
		from++;
	for (size_t i = from; i < n; i++)
		look(s, sc, o[i]);
}

/* The word behind an option of one letter. */
static void
option_value(const struct service *s, const struct script *sc,
    const struct shell_command *c, size_t first, const char *option)
{
	for (size_t i = first + 1; i + 1 < c->nwords; i++) {
		if (strcmp(c->words[i].text, option) == 0)
			look(s, sc, &c->words[i + 1]);
	}
}

static bool
is_one_of(const char *word, const char *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(word, list[i]) == 0)
			return true;
	}
	return false;
}

/* Programs that name what they write in other ways. */
static void
others(const struct service *s, const struct script *sc,
    const struct shell_command *c, size_t first, const char *program)
{
	static const char *const fetch[] = { "$FETCH", "${FETCH}", "curl",
		"ftp" };
	static const char *const tar[] = { "$TAR", "${TAR}", "tar", "bsdtar" };

	if (strcmp(program, "sed") == 0)
		sed(s, sc, c, first);
	else if (is_one_of(program, fetch, COUNT(fetch)))
		option_value(s, sc, c, first, "-o");
	else if (strcmp(program, "wget") == 0)
		option_value(s, sc, c, first, "-O");
	else if (is_one_of(program, tar, COUNT(tar)) &&
	    first + 1 < c->nwords &&
	    strchr(c->words[first + 1].text, 'x') != NULL)
		option_value(s, sc, c, first, "-C");
}

static void
runs(const struct service *s, const struct script *sc,
    const struct shell_command *c, const char *program, bool for_netbsd)
{
	if (strcmp(program, "curl") == 0 || strcmp(program, "wget") == 0)
		finding_add(s->found, sc->path, c->line, "%s: not on every "
		    "host, and a failed download passes: write $FETCH -o FILE "
		    "URL", program);
	if (!for_netbsd && is_one_of(program, netbsd, COUNT(netbsd)))
		finding_add(s->found, sc->path, c->line, "%s: does not work in "
		    "the sandbox of \"base\": put a file NETBSD_ONLY into %s, or "
		    "test for /BUILDIMG", program, s->path);
}

void
check_postinst(const struct service *s, const struct script *sc)
{
	/* One that knows where it runs may name what is there. */
	bool knows = text_find(&sc->text, "/BUILDIMG") != 0;
	bool for_netbsd = knows || service_has(s, "NETBSD_ONLY");

	for (size_t i = 0; i < sc->shell.n; i++) {
		const struct shell_command *c = &sc->shell.commands[i];
		const char *program;
		size_t first;

		if (!knows)
			redirections(s, sc, c);
		program = script_program(c, &first);
		if (program == NULL || shell_defines(&sc->shell, program))
			continue;
		runs(s, sc, c, program, for_netbsd);
		if (knows)
			continue;
		for (size_t j = 0; j < COUNT(programs); j++) {
			if (strcmp(program, programs[j].name) == 0)
				files(s, sc, c, first, &programs[j]);
		}
		others(s, sc, c, first, program);
	}
}
