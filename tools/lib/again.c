/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * again.c: waits for a failure to pass.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>

#include "again.h"

#define TRIES 50
#define PAUSE 10	/* milliseconds */

bool
again(int *tries)
{
	int why = errno;

	if (why == 0 || why == ENOENT || why == ENOTDIR || why == ESRCH ||
	    why == ENXIO || why == ELOOP || why == EACCES || why == EPERM ||
	    ++*tries >= TRIES)
		return false;
	(void)poll(NULL, 0, PAUSE);
	errno = why;
	return true;
}
