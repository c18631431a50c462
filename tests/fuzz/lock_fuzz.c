/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * lock_fuzz.c: a target of libFuzzer for the locks of services.
 *
 * An input is a lock. What is read of it is sorted, can be found, and is the
 * same after it was written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

static char in_path[SCRATCH_PATH], out_path[SCRATCH_PATH];
static int in_fd = -1;

static void
same(const struct list *a, const struct list *b)
{
	size_t i;

	MUST(a->n == b->n);
	for (i = 0; i < a->n; i++) {
		MUST(strcmp(a->lines[i].key, b->lines[i].key) == 0);
		MUST(strcmp(a->lines[i].url, b->lines[i].url) == 0);
		MUST(strcmp(a->lines[i].sum, b->lines[i].sum) == 0);
	}
}

static void
check(const struct list *l)
{
	struct list again = { NULL, 0, 0 };
	struct err e;
	bool changed;
	size_t i;

	for (i = 0; i < l->n; i++) {
		MUST(i == 0 ||
		    strcmp(l->lines[i - 1].key, l->lines[i].key) < 0);
		MUST(list_find(l, l->lines[i].key) == &l->lines[i]);
		MUST(strlen(l->lines[i].sum) == 64);
		MUST(strstr(l->lines[i].url, "://") != NULL);
	}
	MUST(list_find(l, "") == NULL);
	MUST(list_write(l, out_path, &changed, &e) == 0);
	MUST(list_read(&again, out_path, &e) == 0);
	same(l, &again);
	MUST(list_write(&again, out_path, &changed, &e) == 0 && !changed);
	list_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct list l = { NULL, 0, 0 };
	struct err e;

	if (in_fd == -1) {
		in_fd = scratch_file(in_path, "in");
		scratch_path(out_path, "out");
	}
	scratch_put(in_fd, in, len);
	memset(&e, 0, sizeof(e));
	if (list_read(&l, in_path, &e) == 0)
		check(&l);
	else
		MUST(e.text[0] != '\0');
	list_free(&l);
	return 0;
}
