/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * display.c: draws with the cursor's motion that all terminals know (ECMA-48:
 * CUU, ED, EL).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "display.h"
#include "progress.h"

#define FIRST_MS 1000	/* what is over sooner shows nothing */
#define NEXT_MS	 200
#define LINES	 32
#define LINE	 256	/* bytes */

struct display {
	int64_t	 due;
	unsigned drawn;		/* lines on the screen */
	unsigned n;		/* lines to be drawn */
	char	 lines[LINES][LINE];
};

struct display *
display_start(void)
{
	struct display *d;

	if (diag_is_quiet() || !diag_is_terminal(STDERR_FILENO) ||
	    (d = calloc(1, sizeof(*d))) == NULL)
		return NULL;
	d->due = clock_ms() + FIRST_MS;
	return d;
}

bool
display_due(struct display *d)
{
	int64_t now;

	if (d == NULL || (now = clock_ms()) < d->due)
		return false;
	d->due = now + NEXT_MS;
	d->n = 0;
	return true;
}

/* Of a name that is too long the end is shown, which tells more than the
 * folder; no character is cut in two. The last column stays free: some
 * terminals wrap there. */
static void
line_write(char *line, const char *name, const char *tail, unsigned columns)
{
	size_t room = columns < LINE ? columns : LINE, len = strlen(name);

	*line = '\0';
	if (room < strlen(tail) + 4)
		return;
	room -= strlen(tail) + 3;
	if (len > room)
		name += len - room;
	while (((unsigned char)*name & 0xc0) == 0x80)
		name++;
	(void)snprintf(line, LINE, "%s: %s", name, tail);
}

void
display_line(struct display *d, const char *name, uint64_t done,
    uint64_t total, double rate)
{
	unsigned columns, rows;
	char tail[96];

	if (d == NULL)
		return;
	progress_room(&columns, &rows);
	rows = rows > 1 ? rows - 1 : 1;
	if (rows > LINES)
		rows = LINES;
	if (d->n >= rows)
		d->n = rows - 1;
	progress_figures(tail, sizeof(tail), done, total, rate);
	line_write(d->lines[d->n++], name, tail, columns);
}

static void
put(const char *buf, size_t len)
{
	(void)!write(STDERR_FILENO, buf, len);
}

/* To the first of the lines that are there. */
static size_t
up(const struct display *d, char *buf, size_t size)
{
	if (d->drawn < 2)
		return (size_t)snprintf(buf, size, "\r");
	return (size_t)snprintf(buf, size, "\r\033[%uA", d->drawn - 1);
}

void
display_show(struct display *d)
{
	char buf[LINES * (LINE + 8) + 32];
	size_t len;
	unsigned i;

	if (d == NULL || d->n == 0)
		return;
	len = up(d, buf, sizeof(buf));
	for (i = 0; i < d->n; i++)
		len += (size_t)snprintf(buf + len, sizeof(buf) - len,
		    "%s%s\033[K", i > 0 ? "\r\n" : "", d->lines[i]);
	len += (size_t)snprintf(buf + len, sizeof(buf) - len, "\033[J");
	put(buf, len);
	d->drawn = d->n;
}

void
display_hide(struct display *d)
{
	char buf[32];
	size_t len;

	if (d == NULL || d->drawn == 0)
		return;
	len = up(d, buf, sizeof(buf) - 4);
	memcpy(buf + len, "\033[J", 3);
	put(buf, len + 3);
	d->drawn = 0;
}

void
display_end(struct display *d)
{
	display_hide(d);
	free(d);
}

void
rate_start(struct rate *r, int64_t now)
{
	memset(r, 0, sizeof(*r));
	r->at = now;
}

void
rate_measure(struct rate *r, uint64_t bytes, int64_t now)
{
	double rate;

	if (now <= r->at)
		return;
	rate = (double)(bytes - r->bytes) * 1000 / (double)(now - r->at);
	r->rate += (rate - r->rate) * (r->rate == 0 ? 1 : 0.2);
	r->bytes = bytes;
	r->at = now;
}
