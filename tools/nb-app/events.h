/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * events.h: what a page wants to hear of: VMs and builds, as they change.
 */
#ifndef NB_EVENTS_H
#define NB_EVENTS_H

#include "answer.h"

struct answer events(void);

#endif
