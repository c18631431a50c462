/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * standin-kernel.c: makes one kernel file of Debian's kernel and an initramfs,
 * which starts as a NetBSD kernel does: given alone, with the options of the
 * launcher as they are.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

struct bytes
bytes_read(const char *path)
{
	struct bytes b = { NULL, 0 };
	FILE *f;
	size_t n;

	if ((f = fopen(path, "rb")) == NULL)
		err(1, "%s", path);
	do {
		bytes_grow(&b, b.len + (1 << 20));
		n = fread(b.p + b.len - (1 << 20), 1, 1 << 20, f);
		b.len -= (1 << 20) - n;
	} while (n > 0);
	if (ferror(f))
		err(1, "%s", path);
	fclose(f);
	return b;
}

void
bytes_grow(struct bytes *b, size_t len)
{
	if ((b->p = realloc(b->p, len)) == NULL)
		err(1, "memory");
	if (len > b->len)
		memset(b->p + b->len, 0, len - b->len);
	b->len = len;
}

static void
bytes_write(const char *path, struct bytes b)
{
	FILE *f;

	if ((f = fopen(path, "wb")) == NULL ||
	    fwrite(b.p, 1, b.len, f) != b.len || fclose(f) != 0)
		err(1, "%s", path);
}

int
main(int argc, char **argv)
{
	struct bytes kernel, ramfs;

	if (argc != 4) {
		fprintf(stderr,
		    "usage: standin-kernel vmlinuz initramfs output\n");
		return 2;
	}
	kernel = bytes_read(argv[1]);
	ramfs = bytes_read(argv[2]);
	if (kernel.len >= 64 && memcmp(kernel.p + 56, "ARM\x64", 4) == 0)
		kernel = arm64_kernel(kernel, ramfs);
	else
		kernel = elf_kernel(bzimage_vmlinux(kernel), ramfs);
	bytes_write(argv[3], kernel);
	return 0;
}
