/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * ask.c: a guest is asked to shut down, on its first console port.
 */
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "line.h"

static const char stop[] = "STOP\n", stopping[] = "STOPPING";
static const char gone[] = "JEMATA!";

/* So often QEMU is looked at besides. */
#define STEP 20

static enum ask_answer
listen_to(struct line *l, const struct process *p, int64_t answer,
    int64_t until)
{
	int64_t end = answer, now;
	const char *line;
	bool ended = false;

	while ((now = clock_ms()) < end) {
		if (process_wait(p, ended ? STEP : 0))
			return ASK_ENDED;
		if (ended)
			continue;
		line = line_get(l, now + STEP < end ? now + STEP : end,
		    &ended);
		if (line != NULL && strcmp(line, stopping) == 0)
			end = until;
		if (line != NULL && strncmp(line, gone, strlen(gone)) == 0)
			return ASK_DONE;
	}
	return ASK_NONE;
}

enum ask_answer
ask_guest(const struct vmrecord *r, const struct process *p, int64_t answer,
    int64_t until)
{
	const char *path = vmrecord_get(r, "socket");
	enum ask_answer a = ASK_NONE;
	struct line l;

	/* Without a socket of the user's there may be one of nb-start's. */
	if (!line_open(&l, path != NULL ? path : vmrecord_text(r, "ctl")))
		return ASK_NONE;
	if (line_put(&l, stop))
		a = listen_to(&l, p, answer, until);
	line_close(&l);
	return a;
}
