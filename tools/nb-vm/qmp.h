/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qmp.h: QEMU's machine protocol (QEMU docs/interop/qmp-spec): a JSON object a
 * line, a greeting first.
 */
#ifndef NB_QMP_H
#define NB_QMP_H

#include "line.h"

struct qmp {
	struct line line;
};

/* qmp_open: connected, greeted and ready for commands before clock_ms() is
 * `until`. QEMU serves one at a time: others wait. */
bool qmp_open(struct qmp *, const char *path, int64_t until);
void qmp_close(struct qmp *);

/*
 * qmp_ask: a command without arguments. The line with its result, which has a
 * member "return"; NULL when it failed, or there was none until then.
 */
const char *qmp_ask(struct qmp *, const char *command, int64_t until);

#endif
