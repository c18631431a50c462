/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * wait.h: waiting for what app.lock protects to change.
 */
#ifndef NB_WAIT_H
#define NB_WAIT_H

#include <stdbool.h>
#include <time.h>

/* wait_until: the moment so many milliseconds from now. */
void wait_until(struct timespec *, int ms);

/* wait_changed: with app.lock held; false: the moment has come. */
bool wait_changed(const struct timespec *);

#endif
