/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elf_fuzz.c: a target of libFuzzer for what nb-trim reads of ELF files and of
 * scripts, of which an input is one. Every name that comes out is in the file.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elfinfo.h"
#include "libpath.h"
#include "scratch.h"
#include "script.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

/* Whether the file has the string with its end. */
static bool
has(const uint8_t *in, size_t len, const char *s)
{
	size_t n = strlen(s) + 1, i;

	for (i = 0; i + n <= len; i++) {
		if (memcmp(in + i, s, n) == 0)
			return true;
	}
	return false;
}

static void
check_path(const char *rpath)
{
	struct libpath l = { .n = 0 };
	struct err e;
	size_t i;

	MUST(libpath_expand(&l, rpath, "/origin", &e) == 0);
	for (i = 0; i < l.n; i++) {
		MUST(*l.dirs[i] == '/');
		MUST(strpbrk(l.dirs[i], "$:") == NULL);
	}
	libpath_free(&l);
}

static void
check(const struct elfinfo *i, const uint8_t *in, size_t len)
{
	size_t n;

	MUST(elfinfo_fits(i, i));
	for (n = 0; n < i->nneeded; n++)
		MUST(has(in, len, i->needed[n]));
	if (i->interp != NULL)
		MUST(has(in, len, i->interp));
	if (i->rpath != NULL) {
		MUST(has(in, len, i->rpath));
		check_path(i->rpath);
	}
	if (i->runpath != NULL) {
		MUST(has(in, len, i->runpath));
		check_path(i->runpath);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static char path[SCRATCH_PATH];
	static int fd = -1;
	struct err e = { ERR_ANY, "" };
	struct elfinfo i;
	struct script s;
	int r;

	if (fd == -1)
		fd = scratch_file(path, "elf");
	scratch_put(fd, in, len);
	r = elfinfo_read(&i, fd, len, "a file", &e);
	MUST(r == 0 || r == 1 || r == -1);
	MUST((r < 0) == (e.text[0] != '\0'));
	if (r > 0)
		check(&i, in, len);
	elfinfo_free(&i);
	if (script_read(&s, fd, "a file", &e) > 0) {
		MUST(s.interp[0] == '/');
		MUST(strpbrk(s.interp, " \t\n") == NULL);
		MUST(strpbrk(s.program, " \t\n") == NULL);
	}
	return 0;
}
