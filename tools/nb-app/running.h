/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * running.h: the VMs that run, as nb-vm tells.
 */
#ifndef NB_RUNNING_H
#define NB_RUNNING_H

#include <jansson.h>

#include "err.h"

/*
 * running_list: an object by name of objects: name (nb-vm's), state (QEMU's),
 * pid, uptime (seconds), cpu (percent of one processor, since the last call),
 * memory (MB of the host's), accel, image, console (its kind), input (whether
 * one can type there), elsewhere (it is of another folder than ours). The key
 * is the conf's name for ours. NULL: nb-vm cannot tell. One caller at a time.
 */
json_t *running_list(struct err *);
void running_forget(void);

#endif
