/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarfile.h: tar files that are not compressed, read where they are.
 *
 * This knows what is plain: files, directories, links and devices under ustar
 * or GNU headers, with the extended headers that names, sizes and times need.
 * It says where the first header is that it does not know (sparse files,
 * extended attributes, other numbers); from there on it is libarchive's.
 */
#ifndef NB_TARFILE_H
#define NB_TARFILE_H

#include <stddef.h>
#include <stdint.h>

#include <archive_entry.h>

#include "err.h"

struct tarfile;

/*
 * tarfile_open: 1: *tp reads fd, which is a regular file and stays the
 * caller's; 0: it does not begin with a plain header; -1: error. name is for
 * messages and must outlive it.
 */
int tarfile_open(struct tarfile **tp, int fd, const char *name,
    struct err *);

/*
 * tarfile_next: 1: the next entry, in ae; 0: the end of the file; -1: error;
 * TARFILE_OTHER: what begins at tarfile_where is not plain, and ae is spoilt.
 * Content not taken is passed over.
 */
#define TARFILE_OTHER 2
int tarfile_next(struct tarfile *, struct archive_entry *ae, struct err *);

/* tarfile_where: the byte at which the header begins that comes next. */
uint64_t tarfile_where(const struct tarfile *);

/* tarfile_data: as layer_data of layer.h, of the present entry. */
int tarfile_data(struct tarfile *, const void **buf, size_t *len,
    uint64_t *off, struct err *);

void tarfile_close(struct tarfile *);

#endif
