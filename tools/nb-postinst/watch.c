/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.c: counts processes and free space.
 *
 * What the file system has less of is what is looked at, not what the stage
 * has more of: a file that was removed while it is open is in no folder.
 */
#include <sys/statvfs.h>

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "clock.h"
#include "watch.h"

#define FILES_MAX	1000000
#define MB		(1u << 20)

void
watch_start(struct watch *w, const char *stage, uint64_t space)
{
	struct statvfs v;

	w->space = space;
	w->free_before = w->files = w->files_before = 0;
	w->next = clock_ms() + WATCH_MS;
	w->forks = 0;
	w->crowded = false;
	if (statvfs(stage, &v) != 0)
		return;
	w->free_before = (uint64_t)v.f_bfree * v.f_frsize;
	w->files_before = v.f_ffree;
	w->files = v.f_favail / 2 < FILES_MAX ? v.f_favail / 2 : FILES_MAX;
}

static unsigned
processes(void)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	unsigned n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += *e->d_name >= '1' && *e->d_name <= '9';
	if (d != NULL)
		(void)closedir(d);
	return n;
}

void
watch_fork(struct watch *w)
{
	unsigned n;

	if (w->forks > 0) {
		w->forks--;
		return;
	}
	n = processes();
	w->forks = n < WATCH_PROCESSES - WATCH_FORKS ? WATCH_FORKS : 0;
	w->crowded |= n > WATCH_PROCESSES;
}

/* Whether more is in a file system in memory than may be written, or half of
 * what it may have. */
static bool
too_full(const struct watch *w, const char *path)
{
	struct statvfs v;
	uint64_t used;

	if (statvfs(path, &v) != 0 || v.f_blocks == 0)
		return false;
	used = v.f_blocks - v.f_bfree;
	return used > v.f_blocks / 2 || used * v.f_frsize > w->space;
}

const char *
watch_look(struct watch *w, const char *stage, char *buf, size_t size)
{
	int64_t now = clock_ms();
	struct statvfs v;

	if (now < w->next && !w->crowded)
		return NULL;
	w->next = now + WATCH_MS;
	if (w->crowded)
		(void)snprintf(buf, size, "more than %d processes at once",
		    WATCH_PROCESSES);
	else if (statvfs(stage, &v) == 0 && w->free_before >
	    w->space + (uint64_t)v.f_bfree * v.f_frsize)
		(void)snprintf(buf, size, "the disk has %" PRIu64 " MB less "
		    "than before it (-S)", w->space / MB);
	else if (w->files != 0 && statvfs(stage, &v) == 0 &&
	    w->files_before > w->files + v.f_ffree)
		(void)snprintf(buf, size, "it made more than %" PRIu64
		    " files", w->files);
	else if (too_full(w, "/tmp") || too_full(w, "/dev"))
		(void)snprintf(buf, size, "its /tmp, which is in memory, "
		    "has too much in it (-S)");
	else
		return NULL;
	return buf;
}
