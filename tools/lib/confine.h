/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confine.h: a process gives up what the rest of its work does not need.
 *
 * To be begun when what the command line names is known or open, before
 * anything of a stranger's is read and before there are threads: those made
 * later are bound too. From confine_end on, to the end of the process,
 *
 *	files		can be opened, made, renamed and removed only where a
 *			rule says so; what is open already stays as it is
 *			(Linux: Landlock)
 *	programs	cannot be started, nor other processes looked into or
 *			signalled; no kernel interface that these programs have
 *			no use for (Linux: seccomp)
 *	the network	cannot be reached, unless CONFINE_NETWORK
 *
 * It is a second line behind code that is careful anyway: where the system has
 * none of it, or cannot be asked, the work goes on without. What it costs is
 * some hundredths of a millisecond.
 *
 * In the environment NB_CONFINE=n leaves it out. So does LD_PRELOAD: what a
 * preloaded library needs is not known here; NB_CONFINE=y confines then, too.
 */
#ifndef NB_CONFINE_H
#define NB_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

/* What a path may be used for. */
enum confine_use {
	CONFINE_READ,		/* a file, or all in a folder */
	CONFINE_PUBLISH,	/* a folder: a file that is open already is
				 * renamed in it, or removed */
	CONFINE_PLACE,		/* a folder: the same of folders */
	CONFINE_WRITE,		/* a folder: files are made and changed in it */
	CONFINE_REMOVE,		/* a folder: it is emptied */
	CONFINE_FILL		/* a folder: anything of any kind in it */
};

enum {
	CONFINE_NETWORK = 1,	/* TCP and UDP stay, and sockets of the host */
	CONFINE_LINKS = 2,	/* files are linked or moved between folders */
	CONFINE_READ_ALL = 4	/* reading is not confined */
};

struct confine {
	int		 ruleset;	/* -1: none */
	int		 flags;
	uint64_t	 known;		/* rights that the kernel knows */
	const char	*why;		/* not; NULL: all is well */
};

/* confine_begin: flags as above. No error: confine_end says. */
void confine_begin(struct confine *, int flags);

/* confine_path, confine_fd: a rule for a file or a folder and all below it.
 * What is not there needs no rule; NULL is accepted. */
void confine_path(struct confine *, const char *path, enum confine_use);
void confine_fd(struct confine *, int fd, enum confine_use);

/* confine_folder: the same of the folder in which the file path is or will
 * be. */
void confine_folder(struct confine *, const char *path, enum confine_use);

/* confine_link: where path is a symbolic link, CONFINE_WRITE for the folder of
 * the file that an outfile of this name replaces. */
void confine_link(struct confine *, const char *path);

/* confine_system: reading what comes with a system: libraries, settings of
 * names and certificates, time zones; but no home, and no temporary folder. */
void confine_system(struct confine *);

/* confine_end: from now on. Returns NULL, or why files are not confined. */
const char *confine_end(struct confine *);

/* confine_reader: all of it for a program that reads what it is told to, and
 * writes an outfile of the name output, or none (NULL). */
const char *confine_reader(const char *output);

#endif
