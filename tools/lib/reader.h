/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * reader.h: archives, read by libarchive in this process alone, with the
 * check sums of their compressors seen.
 */
#ifndef NB_READER_H
#define NB_READER_H

#include <stddef.h>
#include <stdint.h>

#include <archive.h>
#include <archive_entry.h>

#include "err.h"

struct reader;

/*
 * reader_open: the archive in the file path, or on standard input when path
 * is "-". name stands in front of messages and must outlive the reader.
 */
struct reader *reader_open(const char *path, const char *name, struct err *);

/*
 * reader_open_packed: the same of what the file's compressor was given, as the
 * content of one entry.
 */
struct reader *reader_open_packed(const char *path, const char *name,
    struct err *);

/* reader_next: 1: *ae is the next header, valid until the next call; 0: the
 * end; -1: error. Content not taken is passed over. */
int reader_next(struct reader *, struct archive_entry **ae, struct err *);

/* reader_data: the next piece of content, as layer_data of layer.h. */
int reader_data(struct reader *, const void **buf, size_t *len, uint64_t *off,
    struct err *);

/*
 * reader_range: the next range of content that the archive holds, as the
 * entry's header tells of it; as layer_range of layer.h.
 */
int reader_range(struct reader *, uint64_t *off, uint64_t *len, struct err *);

/*
 * Names as the archive's bytes; NULL when it has none. The programs set no
 * locale; what libarchive then holds as UTF-8 only is asked for as such.
 */
const char *reader_pathname(struct archive_entry *);
const char *reader_hardlink(struct archive_entry *);
const char *reader_symlink(struct archive_entry *);

void reader_close(struct reader *);

/* reader_library: that libarchive and this program mean the same by time_t.
 * Opening a reader asks, too. */
int reader_library(struct err *);

#endif
