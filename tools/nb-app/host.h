/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * host.h: facts of this machine that matter to VMs.
 */
#ifndef NB_HOST_H
#define NB_HOST_H

#include "answer.h"

/* host_learn: what does not change while we run; before there are threads. */
void host_learn(void);
void host_forget(void);

struct answer host_facts(void);

#endif
