/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * lockfile.c: a service's lock against what its build uses today.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "service.h"

static bool
is_used(const struct service *s, const char *key)
{
	for (size_t i = 0; i < s->nkeys; i++) {
		if (fnmatch(s->keys[i], key, 0) == 0)
			return true;
	}
	return false;
}

/* Lines of ARCH: those that are not used; seen[i]: key i is there. */
static size_t
check_lines(const struct service *s, const char *path, const struct text *t,
    bool *seen)
{
	size_t arch = strlen(s->arch), lines = 0;
	const char *p = t->data;
	unsigned n = 0;
	char *line;

	for (; (line = text_line(t, &p, &n)) != NULL; free(line)) {
		if (strncmp(line, s->arch, arch) != 0 || line[arch] != '/')
			continue;
		lines++;
		line[strcspn(line, " ")] = '\0';
		if (!is_used(s, line))
			finding_add(s->found, path, n, "%s: no build uses it "
			    "any more: bmake ARCH=%s SERVICE=%s lock", line,
			    s->arch, s->name);
		for (size_t i = 0; i < s->nkeys; i++)
			seen[i] |= strcmp(s->keys[i], line) == 0;
	}
	return lines;
}

void
check_lock(const struct service *s)
{
	char *path = service_path(s, "lock");
	bool *seen = mem_array(s->nkeys + 1, sizeof(*seen));
	struct text t;
	struct err e;

	if (path != NULL && seen != NULL && s->nkeys > 0 && s->arch != NULL &&
	    text_read(&t, path, &e) == 0) {
		/* No line: it is not for this ARCH yet. */
		if (check_lines(s, path, &t, seen) > 0) {
			for (size_t i = 0; i < s->nkeys; i++) {
				if (!seen[i] &&
				    strpbrk(s->keys[i], "*?[") == NULL)
					finding_add(s->found, path, 1, "does "
					    "not name %s, which is refused "
					    "then: bmake ARCH=%s SERVICE=%s "
					    "lock", s->keys[i], s->arch,
					    s->name);
			}
		}
		text_free(&t);
	}
	free(seen);
	free(path);
}
