/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vms.h: all VMs, configured or running, what they do, and what can be done
 * with them.
 */
#ifndef NB_VMS_H
#define NB_VMS_H

#include <stdint.h>

#include "answer.h"
#include "err.h"

/* vms_watch: the thread that looks while somebody watches. false: it cannot
 * be started. vms_watch_end: once app.ending is set. */
bool vms_watch(void);
void vms_watch_end(void);

/* Somebody watches from now on, or does not any more. With app.lock held. */
void vms_watcher(int more);

/*
 * vms_text: {"vms": [...]} as JSON text, to be freed, when it has another
 * version than *seen, which is set; NULL when it has not. With app.lock held.
 */
char *vms_text(uint64_t *seen);

/* vms_look: look now, and let the watchers know. */
void vms_look(void);

struct answer vms_all(void);
struct answer vms_one(const char *name);

enum vms_act { VMS_START, VMS_STOP, VMS_KILL };

/* vms_act: done when this returns, or the answer says why not. */
struct answer vms_act(const char *name, enum vms_act);

/* vms_delete: its conf, unless it runs. vms_dismiss: forget how the last start
 * failed. */
struct answer vms_delete(const char *name);
struct answer vms_dismiss(const char *name);

/* vms_name: what nb-vm calls it; to be freed. */
char *vms_name(const char *name);

/* vms_runs: 1 or 0, as of the last look, a second ago at most; -1: that could
 * not tell. */
int vms_runs(const char *name, struct err *);

#endif
