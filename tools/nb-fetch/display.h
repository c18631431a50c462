/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * display.h: a few lines on a terminal that are drawn over and over, for what
 * lasts over a second: one for each file that is arriving, and one for all.
 *
 * Nothing is shown when quiet, or when standard error is no terminal.
 */
#ifndef NB_DISPLAY_H
#define NB_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct display;

/* display_start: NULL when there is nobody to look; all below accept that. */
struct display *display_start(void);

/* display_due: whether it is time to draw; cheap. If so, add lines and show
 * them. */
bool display_due(struct display *);

/* display_line: a name, and so many bytes of total (0: not known) at so many a
 * second. What the terminal has no room for is left out: there is always room
 * for the last line. */
void display_line(struct display *, const char *name, uint64_t done,
    uint64_t total, double rate);
void display_show(struct display *);

/* display_hide: wipe it before something else is printed. */
void display_hide(struct display *);

void display_end(struct display *);

/* Bytes a second, of late. */
struct rate {
	double	 rate;
	uint64_t bytes;		/* at the last look */
	int64_t	 at;		/* which was then, in milliseconds */
};

void rate_start(struct rate *, int64_t now);

/* rate_measure: what came since the last look, and what came before that, less
 * and less. */
void rate_measure(struct rate *, uint64_t bytes, int64_t now);

#endif
