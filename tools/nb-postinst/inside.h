/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * inside.h: the first process in the sandbox: it takes away from itself what
 * no script is to have, and becomes the script's shell.
 */
#ifndef NB_POSTINST_INSIDE_H
#define NB_POSTINST_INSIDE_H

/* The first argument that makes nb-postinst that process; then come the bytes
 * that a file may have at most, and the shell with its arguments. No one else
 * is to use it. */
#define INSIDE_FLAG	"--inside"

#define INSIDE_TASKS	1024	/* processes and threads at a time */

/* inside_run: does not return when all is well; else prints why, and returns
 * the exit status. */
int inside_run(int argc, char *argv[]);

#endif
