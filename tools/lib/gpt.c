/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gpt.c: GUID partition tables: the sectors at both ends of an image.
 * The names in them are gpt_name.c's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "gpt.h"
#include "gpt_name.h"
#include "le.h"
#include "readall.h"

#include COMPAT_SHA256_H

/* Master boot record, UEFI 2.10 table 5.1 to 5.4. */
#define MBR_PART	446
#define MBR_PART_CHS	1	/* first sector, by cylinder/head/sector */
#define MBR_PART_TYPE	4
#define MBR_PART_END	5	/* last sector, likewise */
#define MBR_PART_LBA	8
#define MBR_PART_SIZE	12
#define MBR_MAGIC	510
#define MBR_TYPE_GPT	0xee

/* Table header, UEFI 2.10 table 5.5. */
#define HDR_SIG		0
#define HDR_REVISION	8
#define HDR_SIZE	12
#define HDR_CRC		16
#define HDR_SELF	24
#define HDR_OTHER	32
#define HDR_FIRST	40
#define HDR_LAST	48
#define HDR_GUID	56
#define HDR_ENTRIES	72
#define HDR_COUNT	80
#define HDR_ENTSIZE	84
#define HDR_ENTCRC	88
#define HDR_BYTES	92

static const char hdr_sig[] = "EFI PART";
#define HDR_SIGLEN	8
#define HDR_REVISION_1	0x00010000u

/* Partition entry, UEFI 2.10 table 5.6. */
#define ENT_TYPE	0
#define ENT_GUID	16
#define ENT_FIRST	32
#define ENT_LAST	40
#define ENT_ATTR	48
#define ENT_NAME	56
#define ENT_BYTES	128

#define COUNT		128u	/* entries in the tables that we write */
#define COUNT_MAX	512u	/* and in those that NetBSD's kernel reads */
#define ENT_PER_SECTOR	(GPT_SECTOR / ENT_BYTES)
#define ENT_SECTORS	(COUNT / ENT_PER_SECTOR)
#define HEAD_SECTORS	(2 + ENT_SECTORS)	/* MBR, header, entries */
#define TAIL_SECTORS	(GPT_TAIL / GPT_SECTOR)

const uint8_t gpt_netbsd_ffs[16] = {
	0x5a, 0x8d, 0xf4, 0x49, 0x0e, 0xb1, 0xdc, 0x11,
	0xb9, 0x9b, 0x00, 0x19, 0xd1, 0x87, 0x96, 0x48
};
const uint8_t gpt_linux_data[16] = {
	0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
	0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4
};

/* What else a NetBSD kernel takes for a file system that a root can be
 * (sys/dev/dkwedge/dkwedge_gpt.c): FreeBSD's UFS, 516E7CB6-6ECF-11D6-..., and
 * Apple's, 55465300-0000-11AA-... */
static const uint8_t freebsd_ufs[16] = {
	0xb6, 0x7c, 0x6e, 0x51, 0xcf, 0x6e, 0xd6, 0x11,
	0x8f, 0xf8, 0x00, 0x02, 0x2d, 0x09, 0x71, 0x2b
};
static const uint8_t apple_ufs[16] = {
	0x00, 0x53, 0x46, 0x55, 0x00, 0x00, 0xaa, 0x11,
	0xaa, 0x11, 0x00, 0x30, 0x65, 0x43, 0xec, 0xac
};

/* The CRC of UEFI 2.10 §4.2, that of ISO 3309: lowest bit first. */
static uint32_t
crc32(const uint8_t *p, size_t len)
{
	uint32_t table[256], crc;

	for (uint32_t i = 0; i < 256; i++) {
		crc = i;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
		table[i] = crc;
	}
	crc = 0xffffffff;
	for (size_t i = 0; i < len; i++)
		crc = table[(crc ^ p[i]) & 0xff] ^ crc >> 8;
	return ~crc;
}

static int
put(int fd, uint64_t sector, const uint8_t *p, size_t len, struct err *e)
{
	off_t off = (off_t)(sector * GPT_SECTOR);
	ssize_t n;

	while (len > 0) {
		n = pwrite(fd, p, len, off);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = EIO;
			return err_sys(e, "partition table");
		}
		p += n;
		len -= (size_t)n;
		off += n;
	}
	return 0;
}

/* From a sector on, as read_all_at. */
static ssize_t
get(int fd, uint64_t sector, uint8_t *p, size_t len)
{
	return read_all_at(fd, p, len, (off_t)(sector * GPT_SECTOR));
}

/* One partition of the old kind over all of the disk keeps programs that do
 * not know GPT from taking the disk for empty. */
static void
mbr_fill(uint8_t *mbr, uint64_t sectors)
{
	uint8_t *part = mbr + MBR_PART;
	uint64_t size = sectors - 1;

	memset(mbr, 0, GPT_SECTOR);
	part[MBR_PART_CHS + 1] = 0x02;	/* 0/0/2, which is sector 1 */
	part[MBR_PART_TYPE] = MBR_TYPE_GPT;
	/* An image has no geometry in which the end could be told. */
	memset(part + MBR_PART_END, 0xff, 3);
	le_put32(part + MBR_PART_LBA, 1);
	le_put32(part + MBR_PART_SIZE,
	    size > UINT32_MAX ? UINT32_MAX : (uint32_t)size);
	mbr[MBR_MAGIC] = 0x55;
	mbr[MBR_MAGIC + 1] = 0xaa;
}

static void
header_fill(uint8_t *hdr, uint64_t sectors, const uint8_t disk[16],
    const uint8_t *entries)
{
	memset(hdr, 0, GPT_SECTOR);
	memcpy(hdr + HDR_SIG, hdr_sig, HDR_SIGLEN);
	le_put32(hdr + HDR_REVISION, HDR_REVISION_1);
	le_put32(hdr + HDR_SIZE, HDR_BYTES);
	le_put64(hdr + HDR_FIRST, HEAD_SECTORS);
	le_put64(hdr + HDR_LAST, sectors - TAIL_SECTORS - 1);
	memcpy(hdr + HDR_GUID, disk, 16);
	le_put32(hdr + HDR_COUNT, COUNT);
	le_put32(hdr + HDR_ENTSIZE, ENT_BYTES);
	le_put32(hdr + HDR_ENTCRC, crc32(entries, COUNT * ENT_BYTES));
}

/* The two headers differ in where they and their entries are. */
static void
header_place(uint8_t *hdr, uint64_t self, uint64_t other, uint64_t entries)
{
	le_put64(hdr + HDR_SELF, self);
	le_put64(hdr + HDR_OTHER, other);
	le_put64(hdr + HDR_ENTRIES, entries);
	le_put32(hdr + HDR_CRC, 0);
	le_put32(hdr + HDR_CRC, crc32(hdr, HDR_BYTES));
}

static int
entry_fill(uint8_t *ent, const struct gpt_part *p, struct err *e)
{
	memcpy(ent + ENT_TYPE, p->type, 16);
	memcpy(ent + ENT_GUID, p->guid, 16);
	le_put64(ent + ENT_FIRST, p->start / GPT_SECTOR);
	le_put64(ent + ENT_LAST, (p->start + p->size) / GPT_SECTOR - 1);
	le_put64(ent + ENT_ATTR, p->attributes);
	return gpt_name_put(ent + ENT_NAME, p->name, e);
}

static int
part_check(const struct gpt_part *p, uint64_t size, struct err *e)
{
	const uint64_t head = HEAD_SECTORS * GPT_SECTOR;

	if (size % GPT_SECTOR != 0 || size > INT64_MAX)
		return err_set(e, "partition table: an image of %" PRIu64
		    " bytes is not a number of %u-byte sectors", size,
		    GPT_SECTOR);
	if (p->start % GPT_SECTOR != 0 || p->size % GPT_SECTOR != 0 ||
	    p->size == 0)
		return err_set(e, "%s: a partition of %" PRIu64
		    " bytes from %" PRIu64 " on is not a number of %u-byte "
		    "sectors", p->name, p->size, p->start, GPT_SECTOR);
	if (size < head + GPT_TAIL || p->start < head ||
	    p->start > size - GPT_TAIL ||
	    p->size > size - GPT_TAIL - p->start)
		return err_set(e, "%s: a partition of %" PRIu64
		    " bytes from %" PRIu64 " on does not fit between the "
		    "tables of an image of %" PRIu64 " bytes", p->name,
		    p->size, p->start, size);
	return 0;
}

int
gpt_write(int fd, uint64_t size, const uint8_t disk[16],
    const struct gpt_part *part, struct err *e)
{
	uint8_t entries[COUNT * ENT_BYTES] = { 0 };
	uint8_t sector[GPT_SECTOR];
	const uint64_t sectors = size / GPT_SECTOR, last = sectors - 1;

	if (part_check(part, size, e) == -1 ||
	    entry_fill(entries, part, e) == -1)
		return -1;
	mbr_fill(sector, sectors);
	if (put(fd, 0, sector, sizeof(sector), e) == -1 ||
	    put(fd, 2, entries, sizeof(entries), e) == -1 ||
	    put(fd, last - ENT_SECTORS, entries, sizeof(entries), e) == -1)
		return -1;
	header_fill(sector, sectors, disk, entries);
	header_place(sector, last, 1, last - ENT_SECTORS);
	if (put(fd, last, sector, sizeof(sector), e) == -1)
		return -1;
	header_place(sector, 1, last, 2);
	return put(fd, 1, sector, sizeof(sector), e);
}

/*
 * What sys/dev/dkwedge/dkwedge_gpt.c asks of a header. Returns the number of
 * entries, 0 when this is no header.
 */
static int
header_check(uint8_t *hdr, const char *path, struct err *e)
{
	uint32_t crc, size, count;

	if (memcmp(hdr + HDR_SIG, hdr_sig, HDR_SIGLEN) != 0)
		return 0;
	if (le_get32(hdr + HDR_REVISION) != HDR_REVISION_1)
		return err_set(e, "%s: damaged partition table: unknown "
		    "revision", path);
	size = le_get32(hdr + HDR_SIZE);
	crc = le_get32(hdr + HDR_CRC);
	le_put32(hdr + HDR_CRC, 0);
	if (size < HDR_BYTES || size > GPT_SECTOR || crc32(hdr, size) != crc)
		return err_set(e, "%s: damaged partition table: the header's "
		    "checksum is wrong", path);
	if (le_get32(hdr + HDR_ENTSIZE) != ENT_BYTES)
		return err_set(e, "%s: partition table: entries of %" PRIu32
		    " bytes, NetBSD wants %d", path,
		    le_get32(hdr + HDR_ENTSIZE), ENT_BYTES);
	count = le_get32(hdr + HDR_COUNT);
	if (count > COUNT_MAX)
		return err_set(e, "%s: partition table: %" PRIu32
		    " entries, NetBSD reads at most %u", path, count,
		    COUNT_MAX);
	return (int)count;
}

/* One entry: 1, 0 when it is not in use, -1 when its range is no range. */
static int
entry_read(struct gpt_part *p, const uint8_t *ent)
{
	static const uint8_t unused[16];
	uint64_t first = le_get64(ent + ENT_FIRST);
	uint64_t last = le_get64(ent + ENT_LAST);

	if (memcmp(ent + ENT_TYPE, unused, sizeof(unused)) == 0)
		return 0;
	if (first > last || last >= INT64_MAX / GPT_SECTOR)
		return -1;
	memset(p, 0, sizeof(*p));
	memcpy(p->type, ent + ENT_TYPE, 16);
	memcpy(p->guid, ent + ENT_GUID, 16);
	p->start = first * GPT_SECTOR;
	p->size = (last - first + 1) * GPT_SECTOR;
	p->attributes = le_get64(ent + ENT_ATTR);
	gpt_name_get(p->name, ent + ENT_NAME);
	return 1;
}

int
gpt_read(int fd, const char *path, struct gpt_part *parts, int max,
    struct err *e)
{
	uint8_t hdr[GPT_SECTOR], entries[COUNT_MAX * ENT_BYTES] = { 0 };
	uint64_t table;
	size_t len;
	ssize_t n;
	int count, found = 0;

	if ((n = get(fd, 1, hdr, sizeof(hdr))) == -1)
		return err_sys(e, "%s", path);
	if ((size_t)n < sizeof(hdr))
		return 0;
	if ((count = header_check(hdr, path, e)) <= 0)
		return count;
	table = le_get64(hdr + HDR_ENTRIES);
	len = (size_t)count * ENT_BYTES;
	if (table >= INT64_MAX / GPT_SECTOR - COUNT_MAX)
		n = 0;
	else if ((n = get(fd, table, entries, len)) == -1)
		return err_sys(e, "%s", path);
	if ((size_t)n < len ||
	    crc32(entries, len) != le_get32(hdr + HDR_ENTCRC))
		return err_set(e, "%s: damaged partition table: the entries' "
		    "checksum is wrong", path);
	for (int i = 0; i < count && found < max; i++) {
		switch (entry_read(&parts[found], entries + i * ENT_BYTES)) {
		case 1:
			found++;
			break;
		case -1:
			return err_set(e, "%s: damaged partition table: "
			    "entry %d ends before it begins", path, i + 1);
		}
	}
	return found;
}

static bool
can_be_root(const struct gpt_part *p)
{
	return memcmp(p->type, gpt_netbsd_ffs, 16) == 0 ||
	    memcmp(p->type, gpt_linux_data, 16) == 0 ||
	    memcmp(p->type, freebsd_ufs, 16) == 0 ||
	    memcmp(p->type, apple_ufs, 16) == 0;
}

const struct gpt_part *
gpt_boot(const struct gpt_part *parts, int n)
{
	const struct gpt_part *root = NULL;

	for (int i = 0; i < n; i++)
		if (parts[i].attributes & GPT_BOOTME)
			return &parts[i];
	if (n == 1)
		return parts;
	for (int i = 0; i < n; i++) {
		if (!can_be_root(&parts[i]))
			continue;
		if (root != NULL)
			return NULL;
		root = &parts[i];
	}
	return root;
}

void
gpt_guid(uint8_t guid[16], const char *salt, const void *what, uint64_t len)
{
	uint8_t sum[SHA256_DIGEST_LENGTH];
	COMPAT_SHA256_CTX ctx;

	SHA256Init(&ctx);
	SHA256Update(&ctx, (const uint8_t *)salt, strlen(salt) + 1);
	SHA256Update(&ctx, what, (size_t)len);
	SHA256Final(sum, &ctx);
	memcpy(guid, sum, 16);
	/* RFC 9562 §5.8. The third group, whose first digit is the version,
	 * is a little-endian number on disk: its high byte comes second. */
	guid[7] = (uint8_t)((guid[7] & 0x0f) | 0x80);
	guid[8] = (uint8_t)((guid[8] & 0x3f) | 0x80);
}
