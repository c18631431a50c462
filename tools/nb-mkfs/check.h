/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check.h: looks for all that is wrong with an image; changes nothing.
 */
#ifndef NB_CHECK_H
#define NB_CHECK_H

#include <stdint.h>
#include <stdio.h>

#include "err.h"

struct check_result {
	char		name[8];	/* of the file system */
	uint64_t	inodes;		/* in use */
	unsigned long	faults;
};

/*
 * check_image: partition tables, and the whole file system: each fault is a
 * line "path: object: what is wrong" on f. -1: it could not be checked.
 */
int check_image(const char *path, FILE *f, struct check_result *,
    struct err *);

#endif
