/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * rundir.h: the folder where what runs is known by name.
 */
#ifndef NB_RUNDIR_H
#define NB_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "err.h"

/* sun_path has 104 bytes on BSD systems, 108 on Linux. */
#define RUNDIR_SOCKET_MAX 103

/* The longest that leaves room for a socket's name (rundir_file). */
#define RUNDIR_MAX 75

/*
 * rundir_find: $XDG_RUNTIME_DIR/nb-start if that is this user's, else
 * /var/run/nb-start for root, else /tmp/nb-start-UID. It has to be this user's
 * and closed to all others: what is in it is believed. With make it is made;
 * without, -1 and ERR_MISSING when it is not there.
 */
int rundir_find(char dir[RUNDIR_MAX + 1], bool make, struct err *);

/* rundir_name: the same name, of which nothing is known. */
int rundir_name(char dir[RUNDIR_MAX + 1], struct err *);

/* rundir_own: whether dir is a folder of this user's on which others have none
 * of these rights. */
bool rundir_own(const char *dir, mode_t rights, struct err *);

/*
 * rundir_file: DIR/NAME and suffix, which is a dot and up to three letters, or
 * something shorter and as good as unique when that would be too long for a
 * socket's name.
 */
void rundir_file(char path[RUNDIR_SOCKET_MAX + 1], const char *dir,
    const char *name, const char *suffix);

/*
 * rundir_lock: wait until nobody else changes what is in dir. Returns the
 * lock's descriptor, to be closed; a process that ends gives it up, too.
 */
int rundir_lock(const char *dir, struct err *);

#endif
