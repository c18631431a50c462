/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * entry.c: device numbers and words of entries.
 */
#include "entry.h"

uint32_t
entry_dev(uint32_t major, uint32_t minor)
{
	return ((major << 8) & 0x000fff00u) | ((minor << 12) & 0xfff00000u) |
	    (minor & 0x000000ffu);
}

const char *
entry_kind_name(enum entry_kind kind)
{
	static const char *const names[] = {
		"file", "directory", "symbolic link", "hard link",
		"character device", "block device", "fifo"
	};

	return (unsigned)kind < sizeof(names) / sizeof(names[0]) ?
	    names[kind] : "unknown";
}
