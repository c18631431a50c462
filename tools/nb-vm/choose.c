/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * choose.c: which VMs are meant.
 */
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "mem.h"
#include "vmreg.h"

/* Whether both are paths of one file. */
static bool
same_file(const char *a, const char *b)
{
	char *ra = realpath(a, NULL), *rb = realpath(b, NULL);
	bool same;

	same = strcmp(ra != NULL ? ra : a, rb != NULL ? rb : b) == 0;
	free(ra);
	free(rb);
	return same;
}

static bool
is_meant(const struct vmrecord *r, const char *name)
{
	return strchr(name, '/') != NULL ?
	    same_file(vmrecord_text(r, "image"), name) :
	    strcmp(vmrecord_text(r, "name"), name) == 0;
}

static bool
is_chosen(const struct chosen *c, const struct vmrecord *r)
{
	for (int i = 0; i < c->n; i++) {
		if (c->v[i] == r)
			return true;
	}
	return false;
}

static void
choose_one(struct chosen *c, char *name)
{
	bool found = false;

	for (int i = 0; i < c->nall; i++) {
		if (!is_meant(&c->all[i], name))
			continue;
		found = true;
		/* One that is named twice is meant once. */
		if (!is_chosen(c, &c->all[i]))
			c->v[c->n++] = &c->all[i];
	}
	if (!found)
		c->missing[c->nmissing++] = name;
}

int
choose(struct chosen *c, char **names, int n, struct err *e)
{
	memset(c, 0, sizeof(*c));
	if (rundir_find(c->dir, false, e) == -1) {
		if (e->code != ERR_MISSING)
			return -1;
	} else {
		vmreg_sweep(c->dir);
		if ((c->nall = vmreg_list(&c->all, c->dir, e)) == -1) {
			c->nall = 0;
			return -1;
		}
	}
	c->v = mem_array((size_t)c->nall + 1, sizeof(struct vmrecord *));
	c->missing = mem_array((size_t)n + 1, sizeof(char *));
	if (c->v == NULL || c->missing == NULL)
		return err_mem(e);
	for (int i = 0; i < n; i++)
		choose_one(c, names[i]);
	for (int i = 0; n == 0 && i < c->nall; i++)
		c->v[c->n++] = &c->all[i];
	return 0;
}

void
choose_free(struct chosen *c)
{
	vmreg_free(c->all, c->nall);
	free(c->v);
	free(c->missing);
}
