/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * witness.c: joins the sandbox and answers (Linux).
 */
#define _GNU_SOURCE	/* setns(2) */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>

#include "calls.h"
#include "death.h"
#include "handover.h"
#include "sandbox.h"
#include "tracee.h"
#include "watch.h"
#include "witness.h"

/* What it may do: as the script, and to look into the script's processes. */
#define CAP(c)	(UINT32_C(1) << (c))
#define RIGHTS	(CAP(CAP_CHOWN) | CAP(CAP_DAC_OVERRIDE) | CAP(CAP_FOWNER) | \
		CAP(CAP_FSETID) | CAP(CAP_SYS_PTRACE))

/* The first line of a report: all is well, or not. */
#define WELL	'+'
#define ILL	'-'
#define LINE	256

int
witness_open(struct witness *w, struct err *e)
{
	if ((w->report = tmpfile()) == NULL)
		return err_sys(e, "a temporary file");
	return 0;
}

static void
say(const struct witness *w, char state, const char *text)
{
	char line[LINE] = { 0 };

	(void)snprintf(line, sizeof(line), "%c%s", state, text);
	(void)!pwrite(fileno(w->report), line, sizeof(line), 0);
}

/* Cannot go on: tell why, which stops the script. */
static void
fail(const struct witness *w, const char *what)
{
	char text[LINE];

	(void)snprintf(text, sizeof(text), "its system calls could not be "
	    "watched: %s: %s", what, strerror(errno));
	say(w, ILL, text);
	_exit(1);
}

static int
drop_rights(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
	    0 };
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	data[0].effective = data[0].permitted = RIGHTS;
	return (int)syscall(__NR_capset, &head, data);
}

static void
join(const struct witness *w, const struct handover *h)
{
	if (w->enter != NULL && w->enter() != 0)
		fail(w, "user");
	if (setns(h->user, CLONE_NEWUSER) != 0 ||
	    setns(h->mnt, CLONE_NEWNS) != 0)
		fail(w, "setns");
	if (drop_rights() != 0 || chdir("/") != 0)
		fail(w, "capabilities");
	(void)umask(0);
}

/* What is mounted in that folder of the sandbox. */
static void
add_sources(struct calls *c, const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char path[PATH_MAX];

	while (d != NULL && (e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (*e->d_name != '.')
			calls_source(c, path);
	}
	if (d != NULL)
		(void)closedir(d);
}

static void
answer(const struct witness *w, struct calls *c, pid_t tid)
{
	struct tracee_call call;
	int rc = CALLS_PASS;

	/* One that was killed is not there to be asked. */
	if (tracee_call(tid, &call) != 0)
		return;
	rc = calls_answer(c, tid, call.nr, call.args);
	if (c->full) {
		errno = ENOMEM;
		fail(w, "owners");
	}
	if (rc != CALLS_PASS)
		tracee_return(tid, rc);
	tracee_go(tid);
}

/* Until all have ended. */
static void
serve(const struct witness *w, struct calls *c)
{
	struct watch watch;
	char text[LINE];
	int status;
	pid_t tid;

	watch_start(&watch, SANDBOX_STAGE, w->space);
	for (;;) {
		tid = waitpid(-1, &status, __WALL);
		if (tid == -1 && errno == ECHILD)
			break;
		if (tid > 0 && WIFSTOPPED(status)) {
			switch (tracee_stopped(tid, status)) {
			case TRACEE_CALL:
				answer(w, c, tid);
				break;
			case TRACEE_FORK:
				watch_fork(&watch);
				break;
			case TRACEE_OTHER:
				break;
			}
		}
		if (watch_look(&watch, SANDBOX_STAGE, text, sizeof(text)) !=
		    NULL) {
			say(w, ILL, text);
			_exit(1);
		}
	}
}

static void
on_tick(int sig)
{
	(void)sig;	/* waitpid(2) returns, to look at the watch */
}

/* Nothing but KILL ends it, and a clock wakes it. */
static void
set_signals(void)
{
	const struct itimerval often = { { 0, WATCH_MS * 1000 },
	    { 0, WATCH_MS * 1000 } };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	(void)sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_DFL;
	(void)sigaction(SIGCHLD, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	death_catch(&sa);
	sa.sa_handler = on_tick;
	(void)sigaction(SIGALRM, &sa, NULL);
	(void)sigprocmask(SIG_SETMASK, &sa.sa_mask, NULL);
	(void)setitimer(ITIMER_REAL, &often, NULL);
}

/* Room for pins (calls.h) and what a call needs. */
static void
want_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

/* In the child. */
static void
be_witness(const struct witness *w, const struct handover *h, int sock)
{
	struct calls c = { .owners = w->owners };

	set_signals();
	want_descriptors();
	c.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c.proc == -1)
		fail(w, "/proc");
	join(w, h);
	add_sources(&c, SANDBOX_SERVICE);
	add_sources(&c, SANDBOX_EXTRA);
	if (tracee_seize(h->pid) != 0)
		fail(w, "ptrace");
	if (handover_go(sock) != 0)
		fail(w, "start");
	(void)close(sock);
	serve(w, &c);
	if (lseek(fileno(w->report), LINE, SEEK_SET) == -1 ||
	    owners_save(w->owners, fileno(w->report)) != 0)
		fail(w, "report");
	say(w, WELL, "");
	_exit(0);
}

int
witness_prepare(int sock)
{
	return handover_prepare(sock);
}

pid_t
witness_serve(void *witness, int sock)
{
	const struct witness *w = witness;
	struct handover h;
	pid_t pid;

	if (handover_receive(sock, &h) != 0)
		return errno == 0 ? 0 : -1;
	if ((pid = fork()) == 0)
		be_witness(w, &h, sock);
	(void)close(h.user);
	(void)close(h.mnt);
	return pid;
}

int
witness_learn(struct witness *w, struct err *e)
{
	int fd = fileno(w->report);
	char line[LINE];

	if (pread(fd, line, sizeof(line), 0) != (ssize_t)sizeof(line))
		return err_set(e, "its system calls were not watched");
	line[sizeof(line) - 1] = '\0';
	if (*line != WELL)
		return err_set(e, "%s", line + 1);
	if (lseek(fd, LINE, SEEK_SET) == -1 ||
	    owners_load(w->owners, fd) != 0)
		return err_sys(e, "the report on its system calls");
	return 0;
}

void
witness_close(struct witness *w)
{
	if (w->report != NULL)
		(void)fclose(w->report);
	w->report = NULL;
}
