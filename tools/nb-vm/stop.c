/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * stop.c: a VM is brought to its end, gently first.
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "qmp.h"
#include "stop.h"
#include "vmreg.h"

/* Milliseconds for a guest to say that it listens. */
#define ANSWER 500

/* Milliseconds that a process which was killed may take to go. */
#define LAST 5000

/* For each step that share of what is left, in per cent. */
enum { SHARE_START = 30, SHARE_GUEST = 60, SHARE_BUTTON = 25, SHARE_QUIT = 50 };

struct stopping {
	const struct vmrecord *r;
	struct process *p;
	int64_t	limit;		/* when it is killed */
};

/* When a step that gets such a share ends. */
static int64_t
share(const struct stopping *s, int percent)
{
	int64_t now = clock_ms(), left = s->limit - now;

	return now + (left > 0 ? left * percent / 100 : 0);
}

static bool
wait_until(const struct stopping *s, int64_t end)
{
	int64_t left = end - clock_ms();

	return process_wait(s->p, left > 0 ? left : 0);
}

/* One command to QEMU; whether it has ended by then. */
static bool
tell_qemu(const struct stopping *s, const char *command, int64_t end)
{
	struct qmp q;
	bool told;

	if (!qmp_open(&q, vmrecord_text(s->r, "qmp"), end))
		return process_wait(s->p, 0);
	/* What it answers to quit may not come any more. */
	told = qmp_ask(&q, command, end) != NULL;
	qmp_close(&q);
	return (told || process_wait(s->p, 0)) && wait_until(s, end);
}

/*
 * x86's microvm has no power button: QEMU would press nothing. Behind one a
 * guest needs a daemon that sees it.
 */
static bool
press_button(const struct stopping *s)
{
	if (strcmp(vmrecord_text(s->r, "arch"), "evbarm-aarch64") != 0)
		return false;
	return tell_qemu(s, "system_powerdown", share(s, SHARE_BUTTON));
}

static enum stop_how
insist(const struct stopping *s, enum stop_how how)
{
	if (tell_qemu(s, "quit", share(s, SHARE_QUIT)))
		return how == STOP_GUEST ? how : STOP_QUIT;
	if (process_signal(s->p, SIGTERM) && wait_until(s, s->limit))
		return how == STOP_GUEST ? how : STOP_TERM;
	(void)process_signal(s->p, SIGKILL);
	return process_wait(s->p, LAST) ? STOP_KILL : STOP_NOT;
}

static enum stop_how
step_by_step(const struct stopping *s)
{
	int64_t now = clock_ms(), answer = share(s, SHARE_BUTTON);

	if (now >= s->limit) {
		(void)process_signal(s->p, SIGKILL);
		return process_wait(s->p, LAST) ? STOP_KILL : STOP_NOT;
	}
	if (answer > now + ANSWER)
		answer = now + ANSWER;
	switch (ask_guest(s->r, s->p, answer, share(s, SHARE_GUEST))) {
	case ASK_ENDED:
		return STOP_GUEST;
	case ASK_DONE:
		return insist(s, STOP_GUEST);
	case ASK_NONE:
		break;
	}
	if (press_button(s))
		return STOP_BUTTON;
	return insist(s, STOP_QUIT);
}

/*
 * One in the background that is just being started has another process soon:
 * until that is known, or the time is up. The newest record is in *r then.
 */
static void
wait_for_start(struct vmrecord *r, const struct vmrecord *was,
    const char *dir, const struct stopping *s)
{
	int64_t end = share(s, SHARE_START);
	char path[RUNDIR_SOCKET_MAX + 1];
	struct err e;

	rundir_file(path, dir, vmrecord_text(was, "name"), ".vm");
	for (;;) {
		struct vmrecord now = { { NULL, 0, 0 } };
		bool same;

		same = vmrecord_read(&now, path, &e) == 0 &&
		    strcmp(vmrecord_text(&now, "id"),
		    vmrecord_text(was, "id")) == 0;
		if (same) {
			vmrecord_free(r);
			*r = now;
		} else
			vmrecord_free(&now);
		if (!same || strcmp(vmrecord_text(r, "state"), "starting") != 0 ||
		    clock_ms() >= end || process_wait(s->p, 10))
			return;
	}
}

enum stop_how
stop_vm(const struct vmrecord *was, const char *dir, int64_t limit)
{
	struct vmrecord r = { { NULL, 0, 0 } };
	struct process p;
	struct stopping s = { was, &p, clock_ms() + limit };
	enum stop_how how = STOP_GONE;

	if (strcmp(vmrecord_text(was, "state"), "starting") == 0 &&
	    vmreg_running(was, &p)) {
		wait_for_start(&r, was, dir, &s);
		process_close(&p);
		if (vmrecord_get(&r, "name") != NULL)
			s.r = &r;
	}
	/* Who starts it may go, and leave QEMU: that goes, too. */
	for (int i = 0; i < 2 && how != STOP_NOT && vmreg_running(s.r, &p);
	    i++) {
		how = step_by_step(&s);
		process_close(&p);
	}
	if (how != STOP_NOT)
		vmreg_clear(s.r, dir);
	vmrecord_free(&r);
	return how;
}

bool
stop_wait(const struct vmrecord *r, const char *dir, int64_t limit)
{
	struct process p;
	bool ended = true;

	if (vmreg_running(r, &p)) {
		ended = process_wait(&p, limit);
		process_close(&p);
	}
	if (ended)
		vmreg_clear(r, dir);
	return ended;
}
