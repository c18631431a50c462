/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vmreg.h: VMs that run, by name: who has which, and who has none any more.
 *
 * Keys of a record that matter here: name, service, id (of this claim), pid,
 * born, state (starting or running), pidfile, and the files qmp, tty, ctl, log
 * and socket. A record is in DIR/NAME.vm as long as the VM may run; who finds that
 * its process has gone clears away what it left. All of that is done with the
 * folder locked.
 */
#ifndef NB_VMREG_H
#define NB_VMREG_H

#include "process.h"
#include "rundir.h"
#include "vmrecord.h"

/*
 * vmreg_names: name, qmp, tty, ctl and log of a VM that is called so, as
 * paths in dir, into the record. Nothing is looked at.
 */
int vmreg_names(struct vmrecord *, const char *dir, const char *name,
    struct err *);

/*
 * vmreg_claim: take the name of the record's service, or when another VM that
 * runs has that NAME.2 and so on, for this process. Fails when the other has
 * the same pid file, which makes it the same VM.
 */
int vmreg_claim(struct vmrecord *, const char *dir, struct err *);

/* vmreg_moved: the VM is that process from now on. */
int vmreg_moved(struct vmrecord *, const char *dir, pid_t, struct err *);

/* vmreg_running: whether it runs; then p is its process, to be closed. */
bool vmreg_running(const struct vmrecord *, struct process *p);

/*
 * vmreg_clear: the VM has ended: remove its record, and what a process that
 * was killed could not: sockets, pid file. Nothing is done when the name is
 * another's by now.
 */
void vmreg_clear(const struct vmrecord *, const char *dir);

/* vmreg_sweep: remove files of VMs that have no record. */
void vmreg_sweep(const char *dir);

/*
 * vmreg_list: all records in dir, by name, to be freed with vmreg_free.
 * Returns how many; -1 on error.
 */
int vmreg_list(struct vmrecord **, const char *dir, struct err *);
void vmreg_free(struct vmrecord *, int n);

#endif
