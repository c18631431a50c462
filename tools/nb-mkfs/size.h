/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * size.h: how large an image has to be, and what to say of one that is too
 * small. What is found besides a size goes into params.inodes.
 */
#ifndef NB_SIZE_H
#define NB_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "make.h"
#include "survey.h"

#define SIZE_GRAIN	4096u	/* sizes of file systems are multiples */

/* size_fs: bytes of the file system in an image of size bytes; 0: none fits. */
uint64_t size_fs(const struct make *, uint64_t size);

/* size_choose: the image's size when none was asked for; 0: error. */
uint64_t size_choose(struct make *, struct err *);

/* size_inodes_asked: whether the number of inodes is not for us to choose. */
bool size_inodes_asked(const struct fs_params *);

/*
 * size_more_inodes: whether the files of s fit into the size given when there
 * are more inodes than its density gives: sets as many as they need, or some
 * more.
 */
bool size_more_inodes(struct make *, const struct survey *s);

/*
 * size_refuse: turn "no room" into what a person can act on. s may be NULL:
 * then why says why. size_refuse_any: not even an empty file system fits.
 * Both return -1.
 */
int size_refuse(struct make *, const struct survey *s, const struct err *why,
    struct err *);
int size_refuse_any(struct make *, struct err *);

#endif
