/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * metalog_fuzz.c: a target of libFuzzer for the reader of METALOG: an input is
 * an mtree(5) file. What it tells is sound; written as METALOG and read again
 * it is the same; as a layer it makes a sound tree.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "metalog.h"
#include "path.h"
#include "scratch.h"
#include "treecheck.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

static char given[SCRATCH_PATH], written[SCRATCH_PATH];
static int given_fd = -1, written_fd;

/* Once: the files, and a stage for what METALOG names. */
static void
set_up(void)
{
	char a[SCRATCH_PATH], b[SCRATCH_PATH];
	int fd;

	written_fd = scratch_file(written, "again.mtree");
	fd = scratch_file(a, "a");
	scratch_put(fd, "content", 7);
	(void)close(fd);
	(void)close(scratch_file(b, "empty"));
	scratch_path(b, "b");
	MUST(link(a, b) == 0);
	scratch_path(b, "l");
	MUST(symlink("a", b) == 0);
	given_fd = scratch_file(given, "METALOG");
}

static void
check_entry(const struct entry *ent)
{
	char canonical[PATH_LEN_MAX];
	struct err e;

	MUST(path_canonical(canonical, ent->name, "", &e) == 0);
	MUST(strcmp(canonical, ent->name) == 0);
	MUST(ent->mode <= 07777 && ent->mtime_ns < 1000000000);
	MUST(ent->major <= ENTRY_MAJOR_MAX && ent->minor <= ENTRY_MINOR_MAX);
	switch (ent->kind) {
	case ENTRY_FILE:
		MUST(ent->size <= INT64_MAX || ent->size == UINT64_MAX);
		break;
	case ENTRY_SYMLINK:
		MUST(*ent->target != '\0' && ent->size == strlen(ent->target));
		break;
	case ENTRY_DIR:
	case ENTRY_CHAR:
	case ENTRY_BLOCK:
	case ENTRY_FIFO:
		MUST(ent->size == 0);
		break;
	default:
		abort();
	}
}

/* All that path tells, in METALOG's own form. A file's size that is not told
 * is 0 there. The number of entries, or -1. */
static long
rewrite(const char *path, char **text, size_t *len)
{
	struct err e = { .code = ERR_ANY };
	struct metalog *m = metalog_open(path, &e);
	const char *contents;
	struct entry ent;
	FILE *f = open_memstream(text, len);
	long n = 0;
	int r;

	MUST(m != NULL && f != NULL);
	metalog_head(f);
	while ((r = metalog_next(m, &ent, &contents, &e)) > 0) {
		check_entry(&ent);
		if (ent.size == UINT64_MAX)
			ent.size = 0;
		metalog_write(f, &ent);
		n++;
	}
	MUST((r == 0) == (*e.text == '\0'));
	metalog_close(m);
	MUST(fclose(f) == 0);
	return r == 0 ? n : -1;
}

/* Nothing but what vis(3) calls harmless, and ends of lines. */
static void
check_text(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		MUST(s[i] == '\n' || (s[i] >= ' ' && s[i] < 127));
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	char *words[] = { given }, *first, *second;
	size_t n, m;
	long entries;

	if (given_fd == -1)
		set_up();
	scratch_put(given_fd, in, len);
	entries = rewrite(given, &first, &n);
	check_text(first, n);
	scratch_put(written_fd, first, n);
	MUST(rewrite(written, &second, &m) >= entries);
	MUST(n == m && memcmp(first, second, n) == 0);
	free(first);
	free(second);
	treecheck_merge(words, 1, NULL);
	return 0;
}
