/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gpt.h: GUID partition tables with one partition, written and read.
 * Source: UEFI specification 2.10, chapter 5; NetBSD sys/sys/disklabel_gpt.h.
 */
#ifndef NB_GPT_H
#define NB_GPT_H

#include <stdint.h>

#include "err.h"

#define GPT_SECTOR	512u
#define GPT_ALIGN	1048576u	/* the partition begins at 1 MiB */
/* What the backup table takes at the end of the image: 32 sectors of entries
 * and one of header. */
#define GPT_TAIL	(33u * GPT_SECTOR)
/* UTF-8 bytes of a name: a NetBSD wedge name holds 127, GPT 36 UTF-16 units. */
#define GPT_NAME_MAX	127

/* GUIDs in the byte order in which they stand on disk. */
extern const uint8_t gpt_netbsd_ffs[16];	/* 49F48D5A-B10E-11DC-... */
extern const uint8_t gpt_linux_data[16];	/* 0FC63DAF-8483-4772-... */

#define GPT_BOOTME	(UINT64_C(1) << 59)

struct gpt_part {
	uint8_t		type[16];
	uint8_t		guid[16];
	uint64_t	start;		/* bytes from the start of the image */
	uint64_t	size;		/* bytes */
	uint64_t	attributes;
	char		name[GPT_NAME_MAX + 1];	/* UTF-8 */
};

/*
 * gpt_write: protective MBR, primary and backup tables for one partition on
 * the open image fd of `size` bytes (a multiple of 512). disk is the disk's
 * GUID. Nothing between is touched. Fails when part overlaps a table or name
 * is empty, too long or not UTF-8.
 */
int gpt_write(int fd, uint64_t size, const uint8_t disk[16],
    const struct gpt_part *part, struct err *);

/*
 * gpt_read: the partitions of fd's primary table, checked as NetBSD does
 * (signature, both CRCs, entry size 128). Returns how many of at most max
 * were filled into parts (unused entries are passed over); 0 when there is no
 * GPT at all; -1 when there is one that is damaged, or on a read error.
 * path stands in the message.
 */
int gpt_read(int fd, const char *path, struct gpt_part *parts, int max,
    struct err *);

/*
 * gpt_boot: of n parts the first marked bootme, else the only one, else the
 * only one of a type that can be a NetBSD root (FFS, UFS, ext2: no EFI, swap
 * or boot code), else NULL.
 */
const struct gpt_part *gpt_boot(const struct gpt_part *parts, int n);

/*
 * gpt_guid: a stable GUID (RFC 9562 version 8) from what[0..len), in on-disk
 * byte order. salt tells disk from partition from file system.
 */
void gpt_guid(uint8_t guid[16], const char *salt, const void *what,
    uint64_t len);

#endif
