/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * background.c: QEMU in the background, and the process that stays with it
 * to do as the guest asks.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "again.h"
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

static void
stay(const struct watch *w)
{
	struct control words;
	char buf[512];
	ssize_t n;
	int tries = 0;

	memset(&words, 0, sizeof(words));
	while ((n = read(w->control, buf, sizeof(buf))) != 0) {
		/* It may run on: then its record has to be there. */
		if (n == -1 && errno != EINTR && !again(&tries))
			return;
		if (n > 0 && control_feed(&words, buf, (size_t)n) ==
		    CONTROL_STOP) {
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
