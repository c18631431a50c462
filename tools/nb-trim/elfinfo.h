/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elfinfo.h: what an ELF file wants of others when it runs: of any class,
 * byte order and machine.
 */
#ifndef NB_ELFINFO_H
#define NB_ELFINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct elfinfo {
	uint8_t		 class;		/* ELFCLASS32, ELFCLASS64 */
	uint8_t		 order;		/* ELFDATA2LSB, ELFDATA2MSB */
	uint16_t	 machine;	/* EM_X86_64, ... */
	bool		 runs;		/* a program or a shared object */
	char		*interp;	/* INTERP, or NULL */
	char		**needed;	/* NEEDED, in their order */
	size_t		 nneeded, cap;
	char		*rpath;		/* RPATH, RUNPATH: as they are, or NULL */
	char		*runpath;
};

/*
 * elfinfo_read: of fd, a file of size bytes; name is for messages. 1; 0: it is
 * no ELF file; -1: a damaged one (ERR_DAMAGED), or one that cannot be read.
 * What *i holds then is freed by elfinfo_free.
 */
int elfinfo_read(struct elfinfo *i, int fd, uint64_t size, const char *name,
    struct err *);

/* elfinfo_fits: whether a process can have both. */
bool elfinfo_fits(const struct elfinfo *, const struct elfinfo *);

void elfinfo_free(struct elfinfo *);

#endif
