/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * witness.c: joins the sandbox and answers (Linux).
 */
#define _GNU_SOURCE	/* setns(2) */
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/seccomp.h>

#include "calls.h"
#include "death.h"
#include "handover.h"
#include "sandbox.h"
#include "watch.h"
#include "witness.h"

/* Since Linux 6.6: the caller goes on on the CPU that answers. */
#if !defined(SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP	1UL
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS		SECCOMP_IOW(4, __u64)
#endif

/* What it may do: as the script, and to look into the script's processes. */
#define CAP(c)	(UINT32_C(1) << (c))
#define RIGHTS	(CAP(CAP_CHOWN) | CAP(CAP_DAC_OVERRIDE) | CAP(CAP_FOWNER) | \
		CAP(CAP_FSETID) | CAP(CAP_SYS_PTRACE))

/* The first line of a report: all is well, or not. */
#define WELL	'+'
#define ILL	'-'
#define LINE	256

/* Room for the kernel's own idea of these, which may be larger than ours. */
struct letters {
	struct seccomp_notif		*notif;
	struct seccomp_notif_resp	*resp;
	size_t				 size;
};

int
witness_open(struct witness *w, struct err *e)
{
	w->listener = -1;
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
make_letters(const struct witness *w, struct letters *l)
{
	struct seccomp_notif_sizes sizes;

	memset(&sizes, 0, sizeof(sizes));
	if (syscall(__NR_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
		fail(w, "seccomp");
	l->size = sizes.seccomp_notif > sizeof(*l->notif) ?
	    sizes.seccomp_notif : sizeof(*l->notif);
	l->notif = calloc(1, l->size);
	l->resp = calloc(1, sizes.seccomp_notif_resp > sizeof(*l->resp) ?
	    sizes.seccomp_notif_resp : sizeof(*l->resp));
	if (l->notif == NULL || l->resp == NULL)
		fail(w, "memory");
}

/* A caller that is gone, or was interrupted, needs no answer. */
static void
answer_one(const struct witness *w, struct calls *c, struct letters *l)
{
	memset(l->notif, 0, l->size);
	if (ioctl(c->listener, SECCOMP_IOCTL_NOTIF_RECV, l->notif) != 0) {
		if (errno != ENOENT && errno != EINTR)
			fail(w, "receive");
		return;
	}
	calls_answer(c, l->notif, l->resp);
	if (c->full) {
		errno = ENOMEM;
		fail(w, "owners");
	}
	if (ioctl(c->listener, SECCOMP_IOCTL_NOTIF_SEND, l->resp) != 0 &&
	    errno != ENOENT)
		fail(w, "send");
}

/* Until hold's other end is closed. */
static void
serve(const struct witness *w, struct calls *c, int hold)
{
	struct pollfd fds[2] = { { .fd = hold, .events = 0 },
	    { .fd = c->listener, .events = POLLIN } };
	const uint64_t flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
	struct letters l;
	char text[LINE];

	make_letters(w, &l);
	(void)ioctl(c->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags);
	watch_start(&c->watch, SANDBOX_STAGE, w->space);
	for (;;) {
		if (poll(fds, 2, WATCH_MS) == -1 && errno != EINTR)
			fail(w, "poll");
		if (fds[0].revents != 0)
			break;
		if ((fds[1].revents & POLLIN) != 0)
			answer_one(w, c, &l);
		else if (fds[1].revents != 0)
			fds[1].fd = -1;		/* all have ended */
		if (watch_look(&c->watch, SANDBOX_STAGE, text, sizeof(text)) !=
		    NULL) {
			say(w, ILL, text);
			_exit(1);
		}
	}
	free(l.notif);
	free(l.resp);
}

/* In the child. */
static void
be_witness(const struct witness *w, const struct handover *h, int hold)
{
	struct calls c = { .owners = w->owners, .listener = h->listener };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_IGN;
	(void)sigemptyset(&sa.sa_mask);
	death_catch(&sa);
	c.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c.proc == -1)
		fail(w, "/proc");
	join(w, h);
	add_sources(&c, SANDBOX_SERVICE);
	add_sources(&c, SANDBOX_EXTRA);
	serve(w, &c, hold);
	if (lseek(fileno(w->report), LINE, SEEK_SET) == -1 ||
	    owners_save(w->owners, fileno(w->report)) != 0)
		fail(w, "report");
	say(w, WELL, "");
	_exit(0);
}

pid_t
witness_serve(void *witness, int sock, int *hold)
{
	struct witness *w = witness;
	struct handover h;
	int ends[2];
	pid_t pid;

	if (handover_receive(sock, &h) != 0)
		return errno == 0 ? 0 : -1;
	if (pipe(ends) != 0) {
		handover_close(&h);
		return -1;
	}
	if ((pid = fork()) == 0) {
		(void)close(ends[1]);
		be_witness(w, &h, ends[0]);
	}
	(void)close(ends[0]);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	w->listener = h.listener;
	(void)close(h.user);
	(void)close(h.mnt);
	if (pid == -1)
		(void)close(ends[1]);
	else
		*hold = ends[1];
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
	if (w->listener != -1)
		(void)close(w->listener);
	w->listener = -1;
}
