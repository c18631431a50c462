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
#include <time.h>
#include <unistd.h>

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

static int64_t
now_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) == -1)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

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
	p->start = now_ms();
	p->due = p->start + FIRST_MS;
	return p;
}

static int
columns(void)
{
	struct winsize ws;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_col == 0)
		return 80;
	return ws.ws_col < LINE_MAX_COLUMNS ? ws.ws_col : LINE_MAX_COLUMNS;
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

/* What stands behind the name: amount, share, rate, time left. */
static void
figures(const struct progress *p, uint64_t done, int64_t ms, char *buf,
    size_t size)
{
	double rate = ms > 0 ? (double)done * 1000 / (double)ms : 0;
	char d[PROGRESS_SIZE_MAX], t[PROGRESS_SIZE_MAX], r[PROGRESS_SIZE_MAX];
	long left;

	progress_size(d, (double)done);
	progress_size(r, rate);
	if (p->total == 0 || done > p->total) {
		(void)snprintf(buf, size, "%s, %s/s", d, r);
		return;
	}
	progress_size(t, (double)p->total);
	left = rate > 0 ? (long)((double)(p->total - done) / rate) : 0;
	(void)snprintf(buf, size, "%s of %s (%d%%), %s/s, %ld:%02ld", d, t,
	    (int)((double)done * 100 / (double)p->total), r, left / 60,
	    left % 60);
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
	int n, room;

	figures(p, done, now - p->start, tail, sizeof(tail));
	room = columns() - 3 - (int)strlen(tail);
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

	if (p == NULL || (now = now_ms()) < p->due)
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
