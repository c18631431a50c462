/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sailor.c: a service's sailor.conf, by nb-trim, which is what reads it.
 */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "service.h"
#include "spawn.h"

/* "nb-trim: [warning: ]file:line: text" */
static void
add(const struct service *s, const char *path, char *line)
{
	char *text = strstr(line, ": "), *place, *end;
	unsigned n = 1;

	text = text != NULL ? text + 2 : line;
	if (strncmp(text, "warning: ", 9) == 0)
		text += 9;
	place = strstr(text, ": ");
	/* It may be another file, which this one reads. */
	if (place != NULL) {
		*place = '\0';
		end = strrchr(text, ':');
		if (end != NULL && end[1] >= '0' && end[1] <= '9') {
			n = (unsigned)strtoul(end + 1, NULL, 10);
			*end = '\0';
			path = text;
			text = place + 2;
		} else
			*place = ':';
	}
	finding_add(s->found, path, n, "%s", text);
}

/* Its first message, if it fails. */
static void
ask(const struct service *s, char *path, char *folder)
{
	char said[2048], *trim = strdup(s->trim), f[] = "-s", c[] = "-c",
	    p[] = "-p", packages[] = "packages";
	char *argv[] = { trim, f, folder, p, packages, c, path, NULL };

	if (trim != NULL && spawn(argv, said, sizeof(said)) > 0) {
		said[strcspn(said, "\n")] = '\0';
		add(s, path, said);
	}
	free(trim);
}

void
check_sailor(const struct service *s)
{
	char *path = service_path(s, "sailor.conf");
	char *common = strdup(s->common);

	if (path != NULL && common != NULL && s->trim != NULL &&
	    service_has(s, "sailor.conf"))
		ask(s, path, dirname(common));
	free(common);
	free(path);
}
