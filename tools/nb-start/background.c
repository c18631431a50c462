/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * background.c: QEMU in the background, and the process that stays with it
 * to do as the guest asks.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "again.h"
#include "clock.h"
#include "compat.h"
#include "control.h"
#include "pidfile.h"
#include "process.h"
#include "run.h"

/*
 * QEMU itself says which process it is, as it has its pid file locked; both
 * before and after we have hold of that process, so that it is no other.
 */
static bool
find(const struct watch *w, struct process *p)
{
	pid_t pid = pidfile_running(w->pidfile);

	if (!process_open(p, pid, NULL))
		return false;
	if (pidfile_running(w->pidfile) == pid)
		return true;
	process_close(p);
	return false;
}

static void
stop(const struct watch *w)
{
	struct process p;

	if (!find(w, &p))
		return;
	if (process_signal(&p, SIGTERM) &&
	    !process_wait(&p, RUN_GRACE * 1000)) {
		(void)process_signal(&p, SIGKILL);
		(void)process_wait(&p, RUN_GRACE * 1000);
	}
	process_close(&p);
}

/*
 * What the console shows is the guest's to say, and the folder that it is kept
 * in often memory: of a log its beginning, which is how it booted, and what came
 * last are kept. QEMU writes on where it was; what is between becomes a hole.
 */
#define LOG_HEAD  ((off_t)64 << 10)
#define LOG_TAIL  ((off_t)8 << 20)
#define LOG_PAUSE 1000		/* milliseconds between two looks */

struct keeper {
	int	 log;		/* -1: there is none, or it cannot be cut */
	off_t	 cut;		/* where the hole ends */
	int64_t	 next;		/* when to look again, by clock_ms */
};

/* Milliseconds until it has to be called again; -1: it has not. */
static int
keep_short(struct keeper *k)
{
	struct stat st;
	int64_t now;
	off_t cut;

	if (k->log == -1)
		return -1;
	if ((now = clock_ms()) < k->next)
		return (int)(k->next - now);
	k->next = now + LOG_PAUSE;
	if (fstat(k->log, &st) == -1 || st.st_size - k->cut < 2 * LOG_TAIL)
		return LOG_PAUSE;
	cut = (st.st_size - LOG_TAIL) / LOG_HEAD * LOG_HEAD;
	if (compat_forget(k->log, k->cut, cut - k->cut) == -1) {
		(void)close(k->log);
		k->log = -1;
		return -1;
	}
	k->cut = cut;
	return LOG_PAUSE;
}

static void
stay(const struct watch *w)
{
	const char *log = registered_file(w->known, "log");
	struct keeper keeper = { .cut = LOG_HEAD, .log = log == NULL ? -1 :
	    open(log, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) };
	struct pollfd p = { .fd = w->control, .events = POLLIN };
	struct control words;
	char buf[512];
	ssize_t n;
	int tries = 0;

	memset(&words, 0, sizeof(words));
	for (;;) {
		n = poll(&p, 1, keep_short(&keeper));
		if (n == 0)
			continue;
		if (n == 1 && (n = read(w->control, buf, sizeof(buf))) == 0)
			break;
		/* It may run on: then its record has to be there. */
		if (n == -1 && errno != EINTR && !again(&tries))
			return;
		if (n > 0 &&
		    control_feed(&words, buf, (size_t)n) == CONTROL_STOP) {
			stop(w);
			break;
		}
	}
	run_clear(w, true);
}

/* Its own session and nobody's terminal, output or signals. */
static int
leave_behind(const struct watch *w, struct err *e)
{
	int null;

	switch (fork()) {
	case -1:
		return err_sys(e, "fork");
	case 0:
		break;
	default:
		return 0;
	}
	(void)setsid();
	if ((null = open("/dev/null", O_RDWR)) != -1) {
		for (int fd = 0; fd < 3; fd++)
			(void)dup2(null, fd);
		if (null > 2)
			(void)close(null);
	}
	stay(w);
	_exit(EXIT_SUCCESS);
}

/* Its process is the one that QEMU says by its pid file. */
static void
make_known(const struct watch *w)
{
	struct process p;

	if (find(w, &p)) {
		registered_moved(w->known, p.pid);
		process_close(&p);
	} else
		(void)registered_clear(w->known);
}

int
run_daemon(const char *path, const struct words *argv, const struct watch *w,
    struct err *e)
{
	pid_t pid;
	int status;

	pid = run_start(path, argv, -1, NULL, e);
	if (w->control_qemu != -1)
		(void)close(w->control_qemu);
	while (pid != -1 && waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR) {
			(void)err_sys(e, "%s", path);
			pid = -1;
		}
	}
	if (pid == -1 || run_judge(path, status, e) == -1) {
		run_clear(w, false);
		return -1;
	}
	make_known(w);
	if (w->control == -1 || leave_behind(w, e) == 0)
		return 0;
	stop(w);
	run_clear(w, true);
	return -1;
}
