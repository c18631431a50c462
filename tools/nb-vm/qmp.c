/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qmp.c: QEMU's machine protocol.
 */
#include <stdio.h>

#include "jsonget.h"
#include "qmp.h"

const char *
qmp_ask(struct qmp *q, const char *command, int64_t until)
{
	char text[128];
	const char *line;
	bool ended;

	(void)snprintf(text, sizeof(text), "{\"execute\":\"%s\"}\n", command);
	if (!line_put(&q->line, text))
		return NULL;
	/* Events may come between. */
	while ((line = line_get(&q->line, until, &ended)) != NULL) {
		if (json_find(line, "return") != NULL)
			return line;
		if (json_find(line, "error") != NULL)
			return NULL;
	}
	return NULL;
}

bool
qmp_open(struct qmp *q, const char *path, int64_t until)
{
	const char *line;
	bool ended;

	if (!line_open(&q->line, path))
		return false;
	line = line_get(&q->line, until, &ended);
	if (line != NULL && json_find(line, "QMP") != NULL &&
	    qmp_ask(q, "qmp_capabilities", until) != NULL)
		return true;
	qmp_close(q);
	return false;
}

void
qmp_close(struct qmp *q)
{
	line_close(&q->line);
}
