/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * progress.c: draws the progress line.
 */
#include <sys/ioctl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "mem.h"
#include "progress.h"

#define FIRST_MS 1000	/* what is over sooner shows nothing */
#define NEXT_MS	 200
#define LINE_MAX_COLUMNS 200

struct progress {
	char	 *what;
	uint64_t  total;
	int64_t	  start;	/* milliseconds of the monotonic clock */
	int64_t	  due;		/* when to draw next */
	int	  drawn;
};

/* NULL when there is nobody to look, which all functions accept. */
struct progress *
progress_start(const char *what, uint64_t total)
{
	struct progress *p;

	if (diag_is_quiet() || !diag_is_terminal(STDERR_FILENO))
		return NULL;
	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	if ((p->what = mem_printf("%s", what)) == NULL) {
		free(p);
		return NULL;
	}
	p->total = total;
	p->start = clock_ms();
	p->due = p->start + FIRST_MS;
	return p;
}

void
progress_room(unsigned *columns, unsigned *rows)
{
	struct winsize ws;

	*columns = 80;
	*rows = 24;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == -1)
		return;
	if (ws.ws_col != 0)
		*columns = ws.ws_col < LINE_MAX_COLUMNS ? ws.ws_col :
		    LINE_MAX_COLUMNS;
	if (ws.ws_row != 0)
		*rows = ws.ws_row;
}

/* Three figures are enough. */
void
progress_size(char buf[PROGRESS_SIZE_MAX], double bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	size_t i;

	for (i = 0; i < 4 && bytes >= 999.5; i++)
		bytes /= 1000;
	(void)snprintf(buf, PROGRESS_SIZE_MAX,
	    i > 0 && bytes < 9.95 ? "%.1f %s" : "%.0f %s", bytes, units[i]);
}

void
progress_figures(char *buf, size_t size, uint64_t done, uint64_t total,
    double rate)
{
	char d[PROGRESS_SIZE_MAX], t[PROGRESS_SIZE_MAX], r[PROGRESS_SIZE_MAX];
	double left;

	progress_size(d, (double)done);
	progress_size(r, rate);
	if (total == 0 || done > total) {
		(void)snprintf(buf, size, "%s, %s/s", d, r);
		return;
	}
	progress_size(t, (double)total);
	left = rate > 0 ? (double)(total - done) / rate : 0;
	if (left > 359999)
		left = 359999;
	(void)snprintf(buf, size, "%s of %s (%d%%), %s/s, %ld:%02ld", d, t,
	    (int)((double)done * 100 / (double)total), r, (long)left / 60,
	    (long)left % 60);
}

/*
 * The last column stays free: some terminals wrap there. Of a name that is
 * too long the end is shown, which tells more than the folder.
 */
static void
draw(struct progress *p, uint64_t done, int64_t now)
{
	char tail[96], line[LINE_MAX_COLUMNS + 32];
	const char *what = p->what;
	int64_t ms = now - p->start;
	unsigned columns, rows;
	int n, room;

	progress_figures(tail, sizeof(tail), done, p->total,
	    ms > 0 ? (double)done * 1000 / (double)ms : 0);
	progress_room(&columns, &rows);
	room = (int)columns - 3 - (int)strlen(tail);
	if (room < 8)
		return;
	if (strlen(what) > (size_t)room)
		what += strlen(what) - (size_t)room;
	n = snprintf(line, sizeof(line), "\r%s: %s\033[K", what, tail);
	if (n > 0 && (size_t)n < sizeof(line))
		(void)!write(STDERR_FILENO, line, (size_t)n);
	p->drawn = 1;
}

void
progress_at(struct progress *p, uint64_t done)
{
	int64_t now;

	if (p == NULL || (now = clock_ms()) < p->due)
		return;
	p->due = now + NEXT_MS;
	draw(p, done, now);
}

void
progress_total(struct progress *p, uint64_t total)
{
	if (p != NULL)
		p->total = total;
}

void
progress_hide(struct progress *p)
{
	if (p == NULL || !p->drawn)
		return;
	(void)!write(STDERR_FILENO, "\r\033[K", 4);
	p->drawn = 0;
}

void
progress_end(struct progress *p)
{
	if (p == NULL)
		return;
	progress_hide(p);
	free(p->what);
	free(p);
}
