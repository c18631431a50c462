/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gpt_test.c: partition tables, as bytes and through gpt_read.
 */
#include <atf-c.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gpt.h"
#include "le.h"

#define SECTORS	40960u		/* of a disk of 20 MB */
#define SIZE	((uint64_t)SECTORS * 512)
#define LAST	(SECTORS - 1)

static uint8_t disk_guid[16];
static struct err e;

static int
new_disk(uint64_t size)
{
	int fd = open("disk", O_RDWR | O_CREAT | O_TRUNC, 0666);

	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE(ftruncate(fd, (off_t)size) == 0);
	return fd;
}

static struct gpt_part
new_part(const char *name)
{
	struct gpt_part p = {
		.start = GPT_ALIGN,
		.size = SIZE - GPT_ALIGN - GPT_TAIL,
		.attributes = GPT_BOOTME
	};

	memcpy(p.type, gpt_netbsd_ffs, 16);
	gpt_guid(p.guid, "partition", name, strlen(name));
	gpt_guid(disk_guid, "disk", name, strlen(name));
	(void)snprintf(p.name, sizeof(p.name), "%s", name);
	return p;
}

static int
written(const char *name)
{
	struct gpt_part p = new_part(name);
	int fd = new_disk(SIZE);

	ATF_REQUIRE_MSG(gpt_write(fd, SIZE, disk_guid, &p, &e) == 0, "%s",
	    e.text);
	return fd;
}

static void
read_sector(int fd, uint64_t n, uint8_t *p, size_t count)
{
	ATF_REQUIRE(pread(fd, p, count * 512, (off_t)n * 512) ==
	    (ssize_t)(count * 512));
}

static void
write_at(int fd, off_t off, const void *p, size_t len)
{
	ATF_REQUIRE(pwrite(fd, p, len, off) == (ssize_t)len);
}

/* CRC-32 by its definition, a bit at a time. */
static uint32_t
crc(const uint8_t *p, size_t len)
{
	uint32_t r = 0xffffffff;

	while (len-- > 0) {
		r ^= *p++;
		for (int i = 0; i < 8; i++)
			r = r & 1 ? r >> 1 ^ 0xedb88320 : r >> 1;
	}
	return ~r;
}

/* Make the header's checksums right again after a change. */
static void
mend(int fd)
{
	uint8_t entries[128 * 128], h[512];

	read_sector(fd, 1, h, 1);
	read_sector(fd, 2, entries, 32);
	le_put32(h + 88, crc(entries, sizeof(entries)));
	le_put32(h + 16, 0);
	le_put32(h + 16, crc(h, 92));
	write_at(fd, 512, h, sizeof(h));
}

static void
damaged(int fd, const char *what)
{
	struct gpt_part parts[4];

	e.text[0] = '\0';
	ATF_CHECK_MSG(gpt_read(fd, "disk", parts, 4, &e) == -1, "%s", what);
	ATF_CHECK_MSG(strncmp(e.text, "disk: ", 6) == 0, "%s: %s", what,
	    e.text);
}

ATF_TC_WITHOUT_HEAD(headers);
ATF_TC_BODY(headers, tc)
{
	uint8_t h[512], entries[128 * 128];
	int fd = written("root");

	for (int backup = 0; backup < 2; backup++) {
		uint64_t self = backup ? LAST : 1;
		uint64_t table = backup ? LAST - 32 : 2;
		uint32_t sum;

		read_sector(fd, self, h, 1);
		read_sector(fd, table, entries, 32);
		ATF_CHECK(memcmp(h, "EFI PART\0\0\1\0\134\0\0\0", 16) == 0);
		ATF_CHECK_EQ(le_get64(h + 24), self);
		ATF_CHECK_EQ(le_get64(h + 32), backup ? 1 : LAST);
		ATF_CHECK_EQ(le_get64(h + 40), 34);
		ATF_CHECK_EQ(le_get64(h + 48), LAST - 33);
		ATF_CHECK(memcmp(h + 56, disk_guid, 16) == 0);
		ATF_CHECK_EQ(le_get64(h + 72), table);
		ATF_CHECK_EQ(le_get32(h + 80), 128);
		ATF_CHECK_EQ(le_get32(h + 84), 128);
		ATF_CHECK_EQ(le_get32(h + 88), crc(entries, sizeof(entries)));
		sum = le_get32(h + 16);
		le_put32(h + 16, 0);
		ATF_CHECK_EQ(sum, crc(h, 92));
		for (int i = 92; i < 512; i++)
			ATF_CHECK_EQ(h[i], 0);
	}
}

ATF_TC_WITHOUT_HEAD(entries);
ATF_TC_BODY(entries, tc)
{
	/* GUIDs as text: 49F48D5A-B10E-11DC-B99B-0019D1879648. */
	static const uint8_t ffs[16] = {
		0x5a, 0x8d, 0xf4, 0x49, 0x0e, 0xb1, 0xdc, 0x11,
		0xb9, 0x9b, 0x00, 0x19, 0xd1, 0x87, 0x96, 0x48
	};
	uint8_t t[128 * 128];
	int fd = written("ab");

	read_sector(fd, 2, t, 32);
	ATF_CHECK(memcmp(t, ffs, 16) == 0);
	ATF_CHECK(memcmp(t + 16, new_part("ab").guid, 16) == 0);
	ATF_CHECK_EQ(le_get64(t + 32), 2048);
	ATF_CHECK_EQ(le_get64(t + 40), LAST - 33);
	ATF_CHECK_EQ(le_get64(t + 48), UINT64_C(1) << 59);
	ATF_CHECK(memcmp(t + 56, "a\0b\0\0\0", 6) == 0);
	for (size_t i = 62; i < sizeof(t); i++)
		ATF_CHECK_EQ(t[i], 0);
}

ATF_TC_WITHOUT_HEAD(protective_mbr_of_large_disk);
ATF_TC_BODY(protective_mbr_of_large_disk, tc)
{
	const uint64_t size = UINT64_C(3) << 40;
	struct gpt_part p = new_part("root");
	int fd = new_disk(0);
	uint8_t m[512];

	if (ftruncate(fd, (off_t)size) != 0)
		atf_tc_skip("no file of 3 TB here");
	ATF_REQUIRE_EQ(gpt_write(fd, size, disk_guid, &p, &e), 0);
	read_sector(fd, 0, m, 1);
	ATF_CHECK_EQ(le_get32(m + 446 + 8), 1);
	ATF_CHECK_EQ(le_get32(m + 446 + 12), 0xffffffff);
	(void)unlink("disk");
}

ATF_TC_WITHOUT_HEAD(nothing_between_is_touched);
ATF_TC_BODY(nothing_between_is_touched, tc)
{
	struct gpt_part p = new_part("root");
	uint8_t *was = malloc(SIZE), *now = malloc(SIZE);
	int fd = new_disk(SIZE);

	ATF_REQUIRE(was != NULL && now != NULL);
	memset(was, 0xa5, SIZE);
	write_at(fd, 0, was, SIZE);
	ATF_REQUIRE_EQ(gpt_write(fd, SIZE, disk_guid, &p, &e), 0);
	read_sector(fd, 0, now, SECTORS);
	ATF_CHECK(memcmp(was + 34 * 512, now + 34 * 512,
	    SIZE - (34 + 33) * 512) == 0);
	ATF_CHECK(memcmp(was, now, 512) != 0);
	free(was);
	free(now);
}

ATF_TC_WITHOUT_HEAD(read_what_was_written);
ATF_TC_BODY(read_what_was_written, tc)
{
	static const char *const names[] = {
		"rescueroot", "caf\xc3\xa9", "\xe6\xbc\xa2\xe5\xad\x97",
		"\xf0\x9f\x98\x80 face", "a"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct gpt_part want = new_part(names[i]), got[4];
		int fd = written(names[i]);

		ATF_REQUIRE_EQ(gpt_read(fd, "disk", got, 4, &e), 1);
		ATF_CHECK(memcmp(got, &want, sizeof(want)) == 0);
		ATF_CHECK_EQ(gpt_boot(got, 1), &got[0]);
		(void)close(fd);
	}
}

ATF_TC_WITHOUT_HEAD(name_of_36_units);
ATF_TC_BODY(name_of_36_units, tc)
{
	char name[100] = "";
	struct gpt_part p = new_part("x"), got;
	int fd = new_disk(SIZE);

	/* 18 pairs of surrogates */
	for (int i = 0; i < 18; i++)
		strcat(name, "\xf4\x8f\xbf\xbf");
	(void)snprintf(p.name, sizeof(p.name), "%s", name);
	ATF_REQUIRE_EQ(gpt_write(fd, SIZE, disk_guid, &p, &e), 0);
	ATF_REQUIRE_EQ(gpt_read(fd, "disk", &got, 1, &e), 1);
	ATF_CHECK_STREQ(got.name, name);
	/* one more is refused, of either kind */
	(void)snprintf(p.name, sizeof(p.name), "%sx", name);
	ATF_CHECK_EQ(gpt_write(fd, SIZE, disk_guid, &p, &e), -1);
	memset(name, 'n', 37);
	name[36] = '\0';
	(void)snprintf(p.name, sizeof(p.name), "%s", name);
	ATF_CHECK_EQ(gpt_write(fd, SIZE, disk_guid, &p, &e), 0);
	(void)snprintf(p.name, sizeof(p.name), "%sn", name);
	ATF_CHECK_EQ(gpt_write(fd, SIZE, disk_guid, &p, &e), -1);
	/* a pair does not fit where one unit is left */
	(void)snprintf(p.name, sizeof(p.name), "%.35s\xf0\x9f\x98\x80", name);
	ATF_CHECK_EQ(gpt_write(fd, SIZE, disk_guid, &p, &e), -1);
}

ATF_TC_WITHOUT_HEAD(names_that_are_not_utf8);
ATF_TC_BODY(names_that_are_not_utf8, tc)
{
	static const char *const names[] = {
		"", "\x80", "a\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe6\xbc",
		"\xc3\x28"
	};
	struct gpt_part p = new_part("x");
	int fd = new_disk(SIZE);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(p.name, sizeof(p.name), "%s", names[i]);
		ATF_CHECK_MSG(gpt_write(fd, SIZE, disk_guid, &p, &e) == -1,
		    "%zu", i);
		ATF_CHECK(strstr(e.text, "partition name") != NULL);
	}
}

ATF_TC_WITHOUT_HEAD(partitions_that_do_not_fit);
ATF_TC_BODY(partitions_that_do_not_fit, tc)
{
	static const struct { uint64_t start, size, disk; int r; } t[] = {
		{ 34 * 512, SIZE - (34 + 33) * 512, SIZE, 0 },
		{ 33 * 512, 512, SIZE, -1 },
		{ 0, 512, SIZE, -1 },
		{ 34 * 512, SIZE - (34 + 32) * 512, SIZE, -1 },
		{ GPT_ALIGN, SIZE, SIZE, -1 },
		{ SIZE - 33 * 512, 512, SIZE, -1 },
		{ SIZE - 34 * 512, 512, SIZE, 0 },
		{ SIZE, 512, SIZE, -1 },
		{ GPT_ALIGN, 0, SIZE, -1 },
		{ GPT_ALIGN, 513, SIZE, -1 },
		{ GPT_ALIGN + 1, 512, SIZE, -1 },
		{ GPT_ALIGN, 512, SIZE + 1, -1 },
		{ GPT_ALIGN, UINT64_MAX - 511, SIZE, -1 },
		{ UINT64_MAX - 511, 512, SIZE, -1 },
		{ 34 * 512, 512, 0, -1 },
		{ 34 * 512, 512, 67 * 512, -1 },
		{ 34 * 512, 512, 68 * 512, 0 }
	};
	int fd = new_disk(SIZE);

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct gpt_part p = new_part("x");

		p.start = t[i].start;
		p.size = t[i].size;
		ATF_CHECK_MSG(gpt_write(fd, t[i].disk, disk_guid, &p, &e) ==
		    t[i].r, "%zu", i);
	}
}

ATF_TC_WITHOUT_HEAD(no_table);
ATF_TC_BODY(no_table, tc)
{
	static const uint64_t sizes[] = { 0, 1, 512, 1023, 1024, SIZE };
	struct gpt_part p;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		int fd = new_disk(sizes[i]);

		ATF_CHECK_EQ(gpt_read(fd, "disk", &p, 1, &e), 0);
		(void)close(fd);
	}
}

ATF_TC_WITHOUT_HEAD(read_error);
ATF_TC_BODY(read_error, tc)
{
	struct gpt_part p;

	ATF_CHECK_EQ(gpt_read(-1, "disk", &p, 1, &e), -1);
	ATF_CHECK(strncmp(e.text, "disk: ", 6) == 0);
}

ATF_TC_WITHOUT_HEAD(damage);
ATF_TC_BODY(damage, tc)
{
	static const struct { int off; const char *what; int by_sum; } t[] = {
		{ 8, "revision", 0 }, { 12, "header size", 0 },
		{ 16, "header checksum", 1 }, { 24, "header", 1 },
		{ 60, "guid", 1 }, { 84, "entry size", 0 },
		{ 83, "count", 0 }, { 79, "place of entries", 0 },
		{ 512 + 5, "first entry", 1 },
		{ 512 + 127 * 128 + 127, "last entry", 1 }
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		int fd = written("root");
		uint8_t b;

		ATF_REQUIRE_EQ(pread(fd, &b, 1, 512 + t[i].off), 1);
		b ^= 0x40;
		write_at(fd, 512 + t[i].off, &b, 1);
		damaged(fd, t[i].what);
		if (!t[i].by_sum) {
			mend(fd);
			damaged(fd, t[i].what);
		}
		(void)close(fd);
	}
}

ATF_TC_WITHOUT_HEAD(truncated_entries);
ATF_TC_BODY(truncated_entries, tc)
{
	int fd = written("root");

	ATF_REQUIRE_EQ(ftruncate(fd, 34 * 512 - 1), 0);
	damaged(fd, "truncated");
}

ATF_TC_WITHOUT_HEAD(entries_out_of_range);
ATF_TC_BODY(entries_out_of_range, tc)
{
	static const struct { uint64_t first, last; } t[] = {
		{ 100, 99 }, { 0, UINT64_MAX }, { UINT64_MAX, UINT64_MAX },
		{ 1, INT64_MAX / 512 }
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		int fd = written("root");
		uint8_t b[16];

		le_put64(b, t[i].first);
		le_put64(b + 8, t[i].last);
		write_at(fd, 1024 + 32, b, sizeof(b));
		mend(fd);
		damaged(fd, "range");
		(void)close(fd);
	}
}

ATF_TC_WITHOUT_HEAD(half_a_surrogate_pair);
ATF_TC_BODY(half_a_surrogate_pair, tc)
{
	static const uint16_t name[36] = {
		'a', 0xd800, 'b', 0xdc00, 'c', 0xd83d, 0xde00
	};
	int fd = written("root");
	struct gpt_part p;
	uint8_t b[72];

	for (int i = 0; i < 36; i++)
		le_put16(b + 2 * i, name[i]);
	/* and the first half of one as the last unit */
	for (int i = 7; i < 36; i++)
		le_put16(b + 2 * i, i == 35 ? 0xd800 : 'x');
	write_at(fd, 1024 + 56, b, sizeof(b));
	mend(fd);
	ATF_REQUIRE_EQ(gpt_read(fd, "disk", &p, 1, &e), 1);
	ATF_CHECK_STREQ(p.name, "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c"
	    "\xf0\x9f\x98\x80" "xxxxxxxxxxxxxxxxxxxxxxxxxxxx\xef\xbf\xbd");
}

/* Copies the one entry to others and gives them names of one letter. */
static int
several(const char *letters, const uint64_t *attributes)
{
	int fd = written("root");
	uint8_t b[128];

	ATF_REQUIRE_EQ(pread(fd, b, sizeof(b), 1024), (ssize_t)sizeof(b));
	for (int i = 0; letters[i] != '\0'; i++) {
		memset(b + 56, 0, 72);
		b[56] = (uint8_t)letters[i];
		le_put64(b + 48, attributes[i]);
		/* every other entry, so that there are unused ones between */
		write_at(fd, 1024 + 256 * i, b, sizeof(b));
	}
	mend(fd);
	return fd;
}

ATF_TC_WITHOUT_HEAD(boot_partition);
ATF_TC_BODY(boot_partition, tc)
{
	static const uint64_t second[] = { 4, GPT_BOOTME, GPT_BOOTME };
	static const uint64_t none[] = { 0, 0, 0 };
	struct gpt_part p[8];
	int fd;

	fd = several("abc", second);
	ATF_REQUIRE_EQ(gpt_read(fd, "disk", p, 8, &e), 3);
	ATF_CHECK_STREQ(p[0].name, "a");
	ATF_CHECK_EQ(p[0].attributes, 4);
	ATF_CHECK_STREQ(p[2].name, "c");
	ATF_CHECK_EQ(gpt_boot(p, 3), &p[1]);
	(void)close(fd);
	fd = several("abc", none);
	ATF_REQUIRE_EQ(gpt_read(fd, "disk", p, 8, &e), 3);
	ATF_CHECK_EQ(gpt_boot(p, 3), NULL);
	ATF_CHECK_EQ(gpt_boot(p, 1), &p[0]);
	ATF_CHECK_EQ(gpt_boot(p, 0), NULL);
	/* the only one that can be a root, of any such type */
	memset(p[0].type, 0xee, 16);
	ATF_CHECK_EQ(gpt_boot(p, 3), NULL);
	memset(p[2].type, 0xee, 16);
	ATF_CHECK_EQ(gpt_boot(p, 3), &p[1]);
	memcpy(p[1].type, gpt_linux_data, 16);
	ATF_CHECK_EQ(gpt_boot(p, 3), &p[1]);
	memset(p[1].type, 0xee, 16);
	ATF_CHECK_EQ(gpt_boot(p, 3), NULL);
}

ATF_TC_WITHOUT_HEAD(no_more_than_asked_for);
ATF_TC_BODY(no_more_than_asked_for, tc)
{
	static const uint64_t none[] = { 0, 0, 0 };
	struct gpt_part p[3];
	int fd = several("abc", none);

	memset(p, 0x55, sizeof(p));
	ATF_CHECK_EQ(gpt_read(fd, "disk", p, 2, &e), 2);
	ATF_CHECK_EQ(p[2].type[0], 0x55);
	ATF_CHECK_EQ(gpt_read(fd, "disk", NULL, 0, &e), 0);
}

ATF_TC_WITHOUT_HEAD(guids);
ATF_TC_BODY(guids, tc)
{
	/* SHA-256 of "disk\0abc" begins so, but for version and variant. */
	static const uint8_t known[16] = {
		0x75, 0x7c, 0x1f, 0xb1, 0xe5, 0x2b, 0x6b, 0x89,
		0x8a, 0x6f, 0xc3, 0x7b, 0xfe, 0xac, 0xda, 0x39
	};
	uint8_t a[16], b[16];

	gpt_guid(a, "disk", "abc", 3);
	ATF_CHECK(memcmp(a, known, 16) == 0);
	ATF_CHECK_EQ(a[7] >> 4, 8);
	ATF_CHECK_EQ(a[8] >> 6, 2);
	gpt_guid(b, "disk", "abd", 3);
	ATF_CHECK(memcmp(a, b, 16) != 0);
	gpt_guid(b, "partition", "abc", 3);
	ATF_CHECK(memcmp(a, b, 16) != 0);
	/* salt and data do not run together */
	gpt_guid(b, "diska", "bc", 2);
	ATF_CHECK(memcmp(a, b, 16) != 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, headers);
	ATF_TP_ADD_TC(tp, entries);
	ATF_TP_ADD_TC(tp, protective_mbr_of_large_disk);
	ATF_TP_ADD_TC(tp, nothing_between_is_touched);
	ATF_TP_ADD_TC(tp, read_what_was_written);
	ATF_TP_ADD_TC(tp, name_of_36_units);
	ATF_TP_ADD_TC(tp, names_that_are_not_utf8);
	ATF_TP_ADD_TC(tp, partitions_that_do_not_fit);
	ATF_TP_ADD_TC(tp, no_table);
	ATF_TP_ADD_TC(tp, read_error);
	ATF_TP_ADD_TC(tp, damage);
	ATF_TP_ADD_TC(tp, truncated_entries);
	ATF_TP_ADD_TC(tp, entries_out_of_range);
	ATF_TP_ADD_TC(tp, half_a_surrogate_pair);
	ATF_TP_ADD_TC(tp, boot_partition);
	ATF_TP_ADD_TC(tp, no_more_than_asked_for);
	ATF_TP_ADD_TC(tp, guids);
	return atf_no_error();
}
