/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elf.h: the few questions that nb-start asks an ELF file. Nothing in the
 * file is believed before it is checked against the file's size.
 * Source: System V ABI, chapters 4 and 5.
 */
#ifndef NB_ELF_H
#define NB_ELF_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct elf {
	int		 fd;
	const char	*path;		/* for messages */
	uint64_t	 size;		/* of the file */
	bool		 is64;
	uint16_t	 machine;
	uint64_t	 phoff, shoff;
	uint32_t	 phnum, shnum;
	uint32_t	 phentsize, shentsize;
};

/* elf_is: whether the first bytes of a file are an ELF file's. */
bool elf_is(const uint8_t *head, uint64_t len);

/* elf_open: read fd's ELF header. fd stays the caller's. */
int elf_open(struct elf *, int fd, const char *path, uint64_t size,
    struct err *);

/* elf_loadable: 0 when there is something to load and all of it is there. */
int elf_loadable(const struct elf *, struct err *);

/*
 * elf_note: whether a PT_NOTE segment has a note of that owner and type.
 * 1, 0, or -1 when the file is damaged.
 */
int elf_note(const struct elf *, const char *owner, uint32_t type,
    struct err *);

/* elf_symbol: whether .symtab has that name. 1, 0, or -1. */
int elf_symbol(const struct elf *, const char *name, struct err *);

#endif
