/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ask.h: a guest is asked to shut down, on its first console port.
 *
 * The line STOP goes there. A guest that listens (service/common/onstop)
 * answers STOPPING, and when all is written to its disks JEMATA!, as it tells
 * anyone who started it. One that does not listen says nothing, and what
 * stands in its port's queue then does no harm.
 */
#ifndef NB_ASK_H
#define NB_ASK_H

#include "process.h"
#include "vmrecord.h"

enum ask_answer {
	ASK_NONE,		/* nobody listens, or it did not end in time */
	ASK_DONE,		/* it has shut down, and QEMU may go */
	ASK_ENDED		/* it has, and QEMU has gone */
};

/* ask_guest: it gets until clock_ms() is `until`, but only if it answers
 * before `answer`. */
enum ask_answer ask_guest(const struct vmrecord *, const struct process *,
    int64_t answer, int64_t until);

#endif
