/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qcow2.c: the start of the disk that a qcow2 file holds. Source of the
 * figures: QEMU docs/interop/qcow2.txt; all numbers are big-endian.
 */
#include <string.h>
#include <unistd.h>

#include "qcow2.h"

#define H_VERSION	4	/* 32 bits: 2 or 3 */
#define H_BACKING	8	/* 64 bits: where the backing file's name is */
#define H_CLUSTER_BITS	20	/* 32 bits */
#define H_SIZE		24	/* 64 bits: the disk's */
#define H_CRYPT		32	/* 32 bits: 0 is none */
#define H_L1_SIZE	36	/* 32 bits: entries */
#define H_L1		40	/* 64 bits: where they are */
#define H_INCOMPAT	72	/* 64 bits, from version 3 */
#define H_BYTES		80

#define CLUSTER_BITS_MIN 9
#define CLUSTER_BITS_MAX 21

/* Incompatible features that do not change what is read: dirty, corrupt (QEMU
 * says what is to be said of these), and how clusters are compressed. */
#define INCOMPAT_KNOWN	UINT64_C(0x0b)

/* Entries of both tables: where the next level is. */
#define OFFSET		UINT64_C(0x00fffffffffffe00)
#define COMPRESSED	(UINT64_C(1) << 62)
#define ZEROS		UINT64_C(1)	/* of version 3 */

struct disk {
	int		fd;
	unsigned	bits;		/* of a cluster's size */
	uint64_t	size, l1, l1size;
	bool		zeros;		/* that flag has its meaning */
	bool		backed;
};

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static uint64_t
be64(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

bool
qcow2_is(const uint8_t *head, size_t len)
{
	return len >= 4 && memcmp(head, "QFI\xfb", 4) == 0;
}

static bool
get(int fd, void *buf, size_t len, uint64_t at)
{
	return at <= INT64_MAX / 2 &&
	    pread(fd, buf, len, (off_t)at) == (ssize_t)len;
}

static bool
open_disk(struct disk *d, int fd)
{
	uint8_t h[H_BYTES] = { 0 };
	uint32_t version;

	if (pread(fd, h, sizeof(h), 0) < H_INCOMPAT || !qcow2_is(h, sizeof(h)))
		return false;
	version = be32(h + H_VERSION);
	d->fd = fd;
	d->bits = be32(h + H_CLUSTER_BITS);
	d->size = be64(h + H_SIZE);
	d->l1 = be64(h + H_L1);
	d->l1size = be32(h + H_L1_SIZE);
	d->zeros = version >= 3;
	d->backed = be64(h + H_BACKING) != 0;
	return (version == 2 || version == 3) && be32(h + H_CRYPT) == 0 &&
	    d->bits >= CLUSTER_BITS_MIN && d->bits <= CLUSTER_BITS_MAX &&
	    (version == 2 ||
	    (be64(h + H_INCOMPAT) & ~INCOMPAT_KNOWN) == 0);
}

/* Where the cluster is that has the disk's byte `at`; 0: it is all zeros. */
static bool
find_cluster(const struct disk *d, uint64_t at, uint64_t *where)
{
	uint64_t cluster = at >> d->bits, entries = (UINT64_C(1) << d->bits) / 8;
	uint64_t l2;
	uint8_t entry[8];

	*where = 0;
	if (cluster / entries >= d->l1size || !get(d->fd, entry, 8,
	    (d->l1 & OFFSET) + cluster / entries * 8))
		return false;
	if ((l2 = be64(entry) & OFFSET) == 0)
		return !d->backed;
	if (!get(d->fd, entry, 8, l2 + cluster % entries * 8))
		return false;
	l2 = be64(entry);
	if ((l2 & COMPRESSED) != 0)
		return false;
	if (d->zeros && (l2 & ZEROS) != 0)
		return true;
	*where = l2 & OFFSET;
	return *where != 0 || !d->backed;
}

bool
qcow2_head(int fd, uint8_t *buf, size_t len)
{
	struct disk d;
	uint64_t where;

	memset(buf, 0, len);
	if (!open_disk(&d, fd))
		return false;
	if (len > d.size)
		len = (size_t)d.size;
	for (size_t at = 0, n; at < len; at += n) {
		n = (size_t)1 << d.bits;
		if (n > len - at)
			n = len - at;
		if (!find_cluster(&d, at, &where))
			return false;
		if (where != 0 && !get(fd, buf + at, n, where))
			return false;
	}
	return true;
}
