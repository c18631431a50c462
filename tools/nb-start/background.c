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
#include <sys/wait.h>
#include <unistd.h>

#include "control.h"
#include "pidfile.h"
#include "run.h"

/*
 * QEMU has the other end of w->control until it ends, so that as long as
 * nothing more is read than what it wrote it is there, and so is its pid.
 */
static bool
ended(const struct watch *w, int seconds)
{
	struct pollfd p = { .fd = w->control, .events = POLLIN };
	char buf[512];
	ssize_t n;

	for (;;) {
		if (poll(&p, 1, seconds * 1000) == 0)
			return false;
		n = read(w->control, buf, sizeof(buf));
		if (n == 0 || (n == -1 && errno != EINTR))
			return true;
	}
}

static void
stop(const struct watch *w)
{
	pid_t pid = pidfile_running(w->pidfile);

	if (pid <= 0 || kill(pid, SIGTERM) == -1)
		return;
	if (!ended(w, RUN_GRACE) && pidfile_running(w->pidfile) == pid) {
		(void)kill(pid, SIGKILL);
		(void)ended(w, RUN_GRACE);
	}
}

static void
stay(const struct watch *w)
{
	struct control words;
	char buf[512];
	ssize_t n;

	memset(&words, 0, sizeof(words));
	while ((n = read(w->control, buf, sizeof(buf))) != 0) {
		if (n == -1 && errno != EINTR)
			break;
		if (n > 0 && control_feed(&words, buf, (size_t)n) ==
		    CONTROL_STOP) {
			stop(w);
			break;
		}
	}
	/* Its name may be another's by now. */
	if (!pidfile_clear(w->pidfile))
		return;
	for (size_t i = 0; i < w->leftovers->n; i++)
		(void)unlink(w->leftovers->v[i]);
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

int
run_daemon(const char *path, const struct words *argv, const struct watch *w,
    struct err *e)
{
	pid_t pid;
	int status;

	if ((pid = run_start(path, argv, -1, e)) == -1)
		return -1;
	(void)close(w->control_qemu);
	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return err_sys(e, "%s", path);
	}
	if (run_judge(path, status, e) == -1)
		return -1;
	return leave_behind(w, e);
}
