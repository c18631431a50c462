/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * thread.h: threads that no signal reaches: those are for the thread that
 * knows what they mean.
 */
#ifndef NB_THREAD_H
#define NB_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* thread_start: run(arg) beside the caller; false: no thread can be had. To be
 * ended by pthread_join. */
bool thread_start(pthread_t *, void *(*run)(void *), void *arg);

#endif
