/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * progress.h: one line on a terminal for what lasts over a second.
 *
 * Nothing is shown when quiet, or when standard error is no terminal.
 */
#ifndef NB_PROGRESS_H
#define NB_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct progress;

/* progress_start: what ("images/base-amd64.img"), total bytes or 0. */
struct progress *progress_start(const char *what, uint64_t total);
/* progress_at: so many bytes are done; cheap, redraws a few times a second. */
void progress_at(struct progress *, uint64_t done);
void progress_total(struct progress *, uint64_t total);
/* progress_hide: wipe the line before something else is printed; it comes back
 * with the next progress_at. */
void progress_hide(struct progress *);
/* progress_end: wipe the line, free. NULL is accepted, everywhere. */
void progress_end(struct progress *);

/* progress_size: bytes as people read them, "9.5 MB". */
#define PROGRESS_SIZE_MAX 16
void progress_size(char buf[PROGRESS_SIZE_MAX], double bytes);

/* progress_figures: "12 MB of 64 MB (19%), 30 MB/s, 0:02"; total 0: unknown,
 * rate in bytes a second. */
void progress_figures(char *buf, size_t size, uint64_t done, uint64_t total,
    double rate);

/* progress_room: how large the terminal is. */
void progress_room(unsigned *columns, unsigned *rows);

#endif
