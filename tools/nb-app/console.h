/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * console.h: what VMs write to their consoles, and what is typed there.
 */
#ifndef NB_CONSOLE_H
#define NB_CONSOLE_H

#include <stdint.h>

#include "answer.h"

/* console_watch: a stream of what the VM's console showed and shows. */
struct answer console_watch(const char *name, uint64_t from);

/* console_type: as from a keyboard. */
struct answer console_type(const char *name, const char *input);

/* console_end: when app.ending is set and nobody watches any more. */
void console_end(void);

#endif
