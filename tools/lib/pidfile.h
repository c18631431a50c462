/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pidfile.h: whether a VM runs, by QEMU's pid file.
 */
#ifndef NB_PIDFILE_H
#define NB_PIDFILE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * pidfile_running: the process that has path as its pid file; 0 when there is
 * none. QEMU keeps the file locked while it runs (qemu_write_pidfile in its
 * os-posix.c), so that a file that was left behind says nothing, and its
 * number is not believed.
 */
pid_t pidfile_running(const char *path);

/* pidfile_clear: remove a file that was left behind, and no other. Whether
 * there is none of a running VM's now. */
bool pidfile_clear(const char *path);

#endif
