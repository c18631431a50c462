/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * bzimage.c: the ELF file inside a compressed x86 kernel.
 *
 * Where it is, the header says (Linux Documentation/x86/boot.rst): 0x1f1
 * sectors of set-up code less one, 0x202 version of the header, 0x248 offset
 * of the payload after them, 0x24c its length.
 */
#include <archive.h>
#include <archive_entry.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

/* Decompress what libarchive takes for one compressed file. */
static struct bytes
decompress(const unsigned char *p, size_t len)
{
	struct archive *a;
	struct archive_entry *e;
	struct bytes out = { NULL, 0 };
	const void *buf;
	size_t n;
	la_int64_t off;
	int r;

	if ((a = archive_read_new()) == NULL)
		err(1, "memory");
	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, p, len) != ARCHIVE_OK ||
	    archive_read_next_header(a, &e) != ARCHIVE_OK)
		errx(1, "vmlinuz: %s", archive_error_string(a));
	while ((r = archive_read_data_block(a, &buf, &n, &off)) == ARCHIVE_OK) {
		if (n == 0)
			continue;
		bytes_grow(&out, (size_t)off + n);
		memcpy(out.p + off, buf, n);
	}
	if (r != ARCHIVE_EOF)
		errx(1, "vmlinuz: %s", archive_error_string(a));
	archive_read_free(a);
	return out;
}

struct bytes
bzimage_vmlinux(struct bytes in)
{
	size_t at, len;

	if (in.len < 0x250 || memcmp(in.p + 0x202, "HdrS", 4) != 0 ||
	    get16(in.p + 0x206) < 0x208)
		errx(1, "vmlinuz: not an x86 kernel");
	at = (in.p[0x1f1] + (size_t)1) * 512 + get32(in.p + 0x248);
	len = get32(in.p + 0x24c);
	/* The last word is the length of what comes out. */
	if (len < 4 || at > in.len || len > in.len - at)
		errx(1, "vmlinuz: cut short");
	return decompress(in.p + at, len - 4);
}
