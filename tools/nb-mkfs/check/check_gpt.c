/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check_gpt.c: both partition tables, what is in them, and the protective MBR
 * (UEFI specification 2.10, chapter 5).
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "check_impl.h"
#include "gpt.h"
#include "gpt_name.h"
#include "le.h"

enum {				/* table 5.5, header */
	HDR_SIZE = 12, HDR_CRC = 16, HDR_SELF = 24, HDR_OTHER = 32,
	HDR_FIRST = 40, HDR_LAST = 48, HDR_GUID = 56, HDR_ENTRIES = 72,
	HDR_COUNT = 80, HDR_ENTSIZE = 84, HDR_ENTCRC = 88, HDR_BYTES = 92
};
enum {				/* table 5.6, entry */
	ENT_GUID = 16, ENT_FIRST = 32, ENT_LAST = 40, ENT_ATTR = 48,
	ENT_NAME = 56, ENT_BYTES = 128
};
enum {				/* tables 5.1 and 5.3, MBR */
	MBR_PART = 446, MBR_PART_BYTES = 16, MBR_PARTS = 4, MBR_TYPE = 4,
	MBR_LBA = 8, MBR_SIZE = 12, MBR_MAGIC = 510
};

#define COUNT_MAX 512u		/* entries that NetBSD reads */

/* One of the two tables. */
struct table {
	const char	*object;
	uint64_t	 lba;		/* where it was looked for */
	uint8_t		 hdr[GPT_SECTOR];
	uint32_t	 count;
	uint8_t		 entries[COUNT_MAX * ENT_BYTES];
};

struct tables {
	struct check	*c;
	int		 fd;
	uint64_t	 last;		/* sector of the image */
	struct table	 first, backup;
	struct gpt_part	 parts[COUNT_MAX];
	int		 nparts;
};

static bool
get(int fd, uint64_t lba, void *buf, size_t len)
{
	return lba < INT64_MAX / GPT_SECTOR &&
	    pread(fd, buf, len, (off_t)(lba * GPT_SECTOR)) == (ssize_t)len;
}

static uint32_t
sum(const uint8_t *p, size_t len)
{
	return (uint32_t)crc32(0, p, (uInt)len);
}

static bool
has_signature(const struct table *t)
{
	return memcmp(t->hdr, "EFI PART", 8) == 0;
}

/* What is wrong with a header in itself, or NULL. */
static const char *
bad_header(const struct table *t)
{
	uint8_t hdr[GPT_SECTOR];
	uint32_t size = le_get32(t->hdr + HDR_SIZE);

	if (!has_signature(t))
		return "it is not there";
	if (size < HDR_BYTES || size > GPT_SECTOR)
		return "its header's size cannot be";
	memcpy(hdr, t->hdr, sizeof(hdr));
	le_put32(hdr + HDR_CRC, 0);
	if (sum(hdr, size) != le_get32(t->hdr + HDR_CRC))
		return "its header's checksum is wrong";
	if (le_get32(t->hdr + HDR_ENTSIZE) != ENT_BYTES ||
	    le_get32(t->hdr + HDR_COUNT) > COUNT_MAX)
		return "its entries are too many, or not of 128 bytes";
	return NULL;
}

/* Read a table; whether it is sound in itself. */
static bool
read_table(struct tables *x, struct table *t, const char *object, uint64_t lba)
{
	const char *why;

	t->object = object;
	t->lba = lba;
	if (!get(x->fd, lba, t->hdr, sizeof(t->hdr)))
		memset(t->hdr, 0, sizeof(t->hdr));
	if ((why = bad_header(t)) != NULL) {
		check_found(x->c, object, "%s", why);
		return false;
	}
	t->count = le_get32(t->hdr + HDR_COUNT);
	if (!get(x->fd, le_get64(t->hdr + HDR_ENTRIES), t->entries,
	    t->count * ENT_BYTES) || sum(t->entries, t->count * ENT_BYTES) !=
	    le_get32(t->hdr + HDR_ENTCRC)) {
		check_found(x->c, object, "its entries' checksum is wrong");
		return false;
	}
	if (le_get64(t->hdr + HDR_SELF) != lba)
		check_found(x->c, object, "says it is at sector %" PRIu64
		    ", it is at %" PRIu64, le_get64(t->hdr + HDR_SELF), lba);
	return true;
}

static void
check_mbr(struct tables *x)
{
	uint8_t mbr[GPT_SECTOR];
	const uint8_t *p;
	uint64_t want = x->last < UINT32_MAX ? x->last : UINT32_MAX;
	int i;

	if (!get(x->fd, 0, mbr, sizeof(mbr)) ||
	    le_get16(mbr + MBR_MAGIC) != 0xaa55) {
		check_found(x->c, "MBR", "it is not there");
		return;
	}
	for (i = 0; i < MBR_PARTS; i++) {
		p = mbr + MBR_PART + i * MBR_PART_BYTES;
		if (p[MBR_TYPE] != 0xee)
			continue;
		if (le_get32(p + MBR_LBA) != 1 ||
		    le_get32(p + MBR_SIZE) != want)
			check_found(x->c, "MBR", "its protective partition "
			    "does not cover the image");
		return;
	}
	check_found(x->c, "MBR", "it has no protective partition");
}

/* The two tables against each other. */
static void
compare(struct tables *x)
{
	const uint8_t *a = x->first.hdr, *b = x->backup.hdr;

	if (le_get64(a + HDR_OTHER) != x->backup.lba)
		check_found(x->c, "GPT", "says its backup is at sector %" PRIu64
		    ", not at the image's last, %" PRIu64,
		    le_get64(a + HDR_OTHER), x->backup.lba);
	if (le_get64(b + HDR_OTHER) != x->first.lba)
		check_found(x->c, "backup GPT", "says the other is at sector %"
		    PRIu64, le_get64(b + HDR_OTHER));
	if (memcmp(a + HDR_FIRST, b + HDR_FIRST, 8 + 8 + 16) != 0)
		check_found(x->c, "backup GPT", "its GUID or usable sectors "
		    "are not those of the first");
	if (x->first.count != x->backup.count || memcmp(x->first.entries,
	    x->backup.entries, x->first.count * ENT_BYTES) != 0)
		check_found(x->c, "backup GPT", "its entries are not those of "
		    "the first");
}

static void
check_part(struct tables *x, const struct table *t, uint32_t n)
{
	static const uint8_t unused[16];
	const uint8_t *p = t->entries + n * ENT_BYTES;
	struct gpt_part *part = &x->parts[x->nparts];
	uint64_t first = le_get64(p + ENT_FIRST), last = le_get64(p + ENT_LAST);

	if (memcmp(p, unused, sizeof(unused)) == 0)
		return;
	if (first > last || first < le_get64(t->hdr + HDR_FIRST) ||
	    last > le_get64(t->hdr + HDR_LAST) || last > x->last) {
		check_found(x->c, t->object, "partition %" PRIu32 " is outside "
		    "the usable sectors", n + 1);
		return;
	}
	memcpy(part->type, p, 16);
	memcpy(part->guid, p + ENT_GUID, 16);
	part->start = first * GPT_SECTOR;
	part->size = (last - first + 1) * GPT_SECTOR;
	part->attributes = le_get64(p + ENT_ATTR);
	gpt_name_get(part->name, p + ENT_NAME);
	x->nparts++;
}

static void
check_pairs(struct tables *x, const struct table *t)
{
	const struct gpt_part *a, *b, *end = x->parts + x->nparts;
	bool marked = false;

	for (a = x->parts; a < end; a++) {
		if ((a->attributes & GPT_BOOTME) != 0 && marked)
			check_found(x->c, t->object, "more than one partition "
			    "is marked bootme");
		marked = marked || (a->attributes & GPT_BOOTME) != 0;
		for (b = a + 1; b < end; b++) {
			if (a->start < b->start + b->size &&
			    b->start < a->start + a->size)
				check_found(x->c, t->object, "partitions %s "
				    "and %s overlap", a->name, b->name);
			if (memcmp(a->guid, b->guid, 16) == 0)
				check_found(x->c, t->object, "partitions %s "
				    "and %s have one GUID", a->name, b->name);
		}
	}
}

static int
check_tables(struct tables *x, const char *path, uint64_t *start,
    uint64_t *size, uint8_t type[16], struct err *e)
{
	const struct gpt_part *part;
	const struct table *t;
	bool first, backup;
	uint32_t i;

	first = read_table(x, &x->first, "GPT", 1);
	backup = read_table(x, &x->backup, "backup GPT", x->last);
	if (!first && !backup)
		return err_set(e, "%s: neither partition table can be read",
		    path);
	t = first ? &x->first : &x->backup;
	check_mbr(x);
	if (first && backup)
		compare(x);
	if (le_get64(t->hdr + HDR_LAST) >= x->last)
		check_found(x->c, t->object, "its usable sectors end at %"
		    PRIu64 ", the image at %" PRIu64,
		    le_get64(t->hdr + HDR_LAST), x->last);
	for (i = 0; i < t->count; i++)
		check_part(x, t, i);
	check_pairs(x, t);
	/* Without a mark it is their content that tells. */
	if ((part = gpt_boot(x->parts, x->nparts)) == NULL)
		return first ? 0 : err_set(e, "%s: which of %d partitions is "
		    "to be checked? Mark it bootme", path, x->nparts);
	*start = part->start;
	*size = part->size;
	memcpy(type, part->type, 16);
	return 1;
}

int
check_gpt(struct check *c, const char *path, uint64_t *start, uint64_t *size,
    uint8_t type[16], struct err *e)
{
	struct tables *x;
	struct stat st;
	int r = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		return err_sys(e, "%s", path);
	/* Of a disk that does not tell its size the end is not known. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size < 3 * (off_t)GPT_SECTOR)
		goto out;
	if ((x = calloc(1, sizeof(*x))) == NULL) {
		r = err_mem(e);
		goto out;
	}
	x->c = c;
	x->fd = fd;
	x->last = (uint64_t)st.st_size / GPT_SECTOR - 1;
	/* A bare file system has no signature in either place. */
	(void)get(fd, 1, x->first.hdr, GPT_SECTOR);
	(void)get(fd, x->last, x->backup.hdr, GPT_SECTOR);
	if (has_signature(&x->first) || has_signature(&x->backup))
		r = check_tables(x, path, start, size, type, e);
	free(x);
out:
	(void)close(fd);
	return r;
}
