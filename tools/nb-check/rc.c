/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * rc.c: etc/rc, which init(8) runs, and which has to end the VM.
 */
#include <stdlib.h>
#include <string.h>

#include "service.h"

/* What ends it, or never comes back. */
static bool
ends(const struct shell_command *c)
{
	static const char *const programs[] = { "halt", "poweroff", "reboot",
		"shutdown" };
	const char *name;

	if (c->nwords <= c->nassigns)
		return false;
	name = c->words[c->nassigns].text;
	if (strcmp(name, ".") == 0 && c->nwords > c->nassigns + 1)
		return strstr(c->words[c->nassigns + 1].text, "shutdown") !=
		    NULL;
	if (strrchr(name, '/') != NULL)
		name = strrchr(name, '/') + 1;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (strcmp(name, programs[i]) == 0)
			return true;
	}
	/* exec >FILE is none, while :; do ...; done is one */
	if (strcmp(name, "exec") == 0)
		return c->nwords > c->nassigns + 1;
	return c->condition &&
	    (strcmp(name, ":") == 0 || strcmp(name, "true") == 0);
}

/* Another file of etc/ that it sources may end it. */
static bool
sources_own(const struct service *s, const struct shell_command *c)
{
	const char *file;

	if (c->nwords < 2 || strcmp(c->words[0].text, ".") != 0)
		return false;
	file = c->words[1].text;
	return c->words[1].expands ||
	    (strncmp(file, "/etc/", 5) == 0 && service_has(s, file + 1));
}

/* init(8) goes on to multi-user when rc ends, if there is what it starts. */
static bool
is_multiuser(const struct service *s)
{
	return service_has(s, "etc/ttys") || service_has(s, "etc/rc.conf") ||
	    service_has(s, "etc/rc.conf.d");
}

/* Another init(8) needs no rc. */
static bool
has_own_init(const struct service *s)
{
	return service_says(s, "sbin/init") || service_has(s, "sbin/init");
}

void
check_rc(const struct service *s, const struct script *sc)
{
	for (size_t i = 0; i < sc->shell.n; i++) {
		if (ends(&sc->shell.commands[i]) ||
		    sources_own(s, &sc->shell.commands[i]))
			return;
	}
	if (is_multiuser(s) || has_own_init(s))
		return;
	finding_add(s->found, sc->path, text_last(&sc->text), "nothing ends "
	    "the VM: let the last line be \". /etc/include/shutdown\"");
}

void
check_no_rc(const struct service *s)
{
	char *path;

	if (is_multiuser(s) || has_own_init(s) ||
	    (path = service_path(s, "etc/rc")) == NULL)
		return;
	finding_add(s->found, path, 1, "is missing: init(8) has nothing to "
	    "run: copy service/hello/etc/rc");
	free(path);
}
