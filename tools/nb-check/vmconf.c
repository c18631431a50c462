/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vmconf.c: etc/NAME.conf, by nb-start's own reader.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "service.h"

/* "file:line: text" as a finding; a message without a line is one of line 1. */
static void
add(const struct service *s, const char *text)
{
	size_t n = strlen(s->conf);
	unsigned line = 1;
	char *end;

	if (strncmp(text, s->conf, n) == 0 && text[n] == ':') {
		text += n + 1;
		if (*text >= '0' && *text <= '9') {
			line = (unsigned)strtoul(text, &end, 10);
			text = end + (*end == ':');
		}
		text += strspn(text, " ");
	}
	finding_add(s->found, s->conf, line, "%s", text);
}

/* Where the conf sets the key; 1 when that cannot be seen. */
static unsigned
line_of(const struct service *s, const char *key)
{
	size_t len = strlen(key);
	unsigned n = 0, found = 1;
	struct text t;
	const char *p;
	struct err e;
	char *line;

	if (text_read(&t, s->conf, &e) == -1)
		return 1;
	p = t.data;
	while ((line = text_line(&t, &p, &n)) != NULL) {
		const char *w = line + strspn(line, " \t");

		if (strncmp(w, key, len) == 0 && w[len] == '=')
			found = n;
		free(line);
	}
	text_free(&t);
	return found;
}

/* NAME, NAME-ARCH or NAME-ARCH:TAG, in any folder. */
static bool
is_of(const char *image, const char *name)
{
	const char *base = strrchr(image, '/');
	size_t n = strlen(name);

	base = base != NULL ? base + 1 : image;
	return strncmp(base, name, n) == 0 &&
	    (base[n] == '\0' || strchr("-:.", base[n]) != NULL);
}

void
check_conf(const struct service *s)
{
	struct words unused = { NULL, 0, 0 };
	struct settings to = { 0 };
	struct err e;

	if (s->conf == NULL || access(s->conf, F_OK) == -1)
		return;
	if (conf_read(&to, s->conf, &unused, &e) == -1)
		add(s, e.text);
	for (size_t i = 0; i < unused.n; i++)
		add(s, unused.v[i]);
	if (to.image != NULL && !is_of(to.image, s->name))
		finding_add(s->found, s->conf, line_of(s, "img"), "img=%s: not "
		    "an image of %s: leave it out, it follows from this file's "
		    "name", to.image, s->name);
	if (to.root != NULL && strncmp(to.root, "NAME=", 5) == 0 &&
	    !is_of(to.root + 5, s->name) &&
	    strncmp(to.root + 5, s->name, strlen(s->name)) != 0)
		finding_add(s->found, s->conf, line_of(s, "root"), "root=%s: "
		    "the image's is called NAME=%sroot: leave it out", to.root,
		    s->name);
	words_free(&unused);
	settings_free(&to);
}
