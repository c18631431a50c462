/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.h: what a script uses up, seen from inside of its sandbox: processes,
 * and space on the disk and in memory (Linux).
 */
#ifndef NB_POSTINST_WATCH_H
#define NB_POSTINST_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WATCH_MS	100	/* between two looks */
#define WATCH_PROCESSES	512
#define WATCH_FORKS	64	/* between two counts of processes */

struct watch {
	uint64_t	space;		/* bytes that may be written */
	uint64_t	free_before;	/* on the stage's file system */
	uint64_t	files, files_before;	/* the same, of inodes */
	int64_t		next;		/* clock_ms() of the next look */
	unsigned	forks;		/* till the next count */
	bool		crowded;	/* there were too many processes */
};

/* watch_start: the stage is as it is before the script. */
void watch_start(struct watch *, const char *stage, uint64_t space);

/* watch_fork: a process was started. */
void watch_fork(struct watch *);

/* watch_look: NULL, or what was too much, in buf. */
const char *watch_look(struct watch *, const char *stage, char *buf,
    size_t size);

#endif
