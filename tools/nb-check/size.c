/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * size.c: whether the image has room for what is known of its content.
 */
#include <stdlib.h>

#include "diag.h"
#include "service.h"
#include "tree.h"

#define MB (1024u * 1024)

/* What no file system can do with less: fragments of 512 bytes. */
static uint64_t
content(const struct tree *t)
{
	uint64_t sum = 0;

	for (const struct node *n = t->root; n != NULL; n = tree_next(n)) {
		if (n->link == NULL && n->kind == ENTRY_FILE)
			sum += (n->size + 511) / 512 * 512;
		else if (n->kind == ENTRY_DIR)
			sum += 512;
	}
	return sum;
}

void
check_size(const struct service *s)
{
	struct tree *t;
	uint64_t need;
	unsigned line;
	struct err e;
	char *path;

	if (s->imgsize == 0 || s->nlayers == 0)
		return;
	t = tree_new(&e);
	if (t == NULL || tree_merge(t, s->layers, s->nlayers, NULL, NULL,
	    &e) == -1) {
		/* No fault of the service's, or one that has been told. */
		diag_warn("%s: size not known: %s", s->path, e.text);
		tree_free(t);
		return;
	}
	need = content(t) / MB + 1;
	tree_free(t);
	if (need <= s->imgsize)
		return;
	line = options_line(s, "IMGSIZE", &path);
	finding_add(s->found, line > 0 ? path : s->path, line > 0 ? line : 1,
	    "IMGSIZE=%llu: too small for %llu MB of files, of those that are "
	    "here: raise it in options.mk", (unsigned long long)s->imgsize,
	    (unsigned long long)need);
	free(path);
}
