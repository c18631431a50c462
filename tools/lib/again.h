/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * again.h: failures that pass. A process or a file that cannot be looked at
 * for a moment (too many open files, no memory) is not one that is gone.
 */
#ifndef NB_AGAIN_H
#define NB_AGAIN_H

#include <stdbool.h>

/*
 * again: after a call that failed, by errno: whether to make it once more. Not
 * if it said that there is no such thing, or that it is not for us; nor for
 * more than half a second. *tries is 0 at first. Waits before the next.
 */
bool again(int *tries);

#endif
