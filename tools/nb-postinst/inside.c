/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * inside.c: limits, the filter, the shell (Linux).
 */
#define _GNU_SOURCE	/* O_CLOEXEC is POSIX; syscall(2) is not */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "filter.h"
#include "handover.h"
#include "inside.h"
#include "run.h"

/* What yields when the machine is short of CPU (of memory: all of it). */
#define NICE		5
#define OOM_FIRST	"1000"

/* Landlock, since Linux 6.12: no abstract socket of the host's can be asked,
 * which the network that it shares would let in (landlock(7)). */
#define NR_landlock_create_ruleset	444
#define NR_landlock_restrict_self	446
#define SCOPE_ABSTRACT_UNIX_SOCKET	1u

static void
scope_sockets(void)
{
	const struct {
		uint64_t	fs, net, scoped;
	} rules = { 0, 0, SCOPE_ABSTRACT_UNIX_SOCKET };
	long fd = syscall(NR_landlock_create_ruleset, &rules, sizeof(rules),
	    0);

	if (fd == -1)
		return;		/* the manual tells what this means */
	(void)syscall(NR_landlock_restrict_self, (int)fd, 0);
	(void)close((int)fd);
}

/* Since Linux 5.14 a user's processes are counted for each user namespace;
 * before that, the caller's others would count too. */
static int
counts_apart(void)
{
	struct utsname u;
	unsigned major, minor;

	return uname(&u) == 0 &&
	    sscanf(u.release, "%u.%u", &major, &minor) == 2 &&
	    (major > 5 || (major == 5 && minor >= 14));
}

static int
limit(int what, rlim_t max)
{
	struct rlimit r;

	if (getrlimit(what, &r) != 0)
		return -1;
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > max)
		r.rlim_cur = r.rlim_max = max;
	else
		r.rlim_cur = r.rlim_max;
	return setrlimit(what, &r);
}

/* The machine's own needs come first. */
static void
yield(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd != -1) {
		(void)!write(fd, OOM_FIRST, sizeof(OOM_FIRST) - 1);
		(void)close(fd);
	}
	(void)setpriority(PRIO_PROCESS, 0, NICE);
}

/* Be seen, from the filter on. */
static int
hand_over(void)
{
	struct handover h;

	h.pid = getpid();
	h.user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	h.mnt = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (h.user == -1 || h.mnt == -1 ||
	    handover_send(RUN_SOCKET, &h) != 0 ||
	    handover_wait(RUN_SOCKET) != 0)
		return -1;
	(void)close(h.user);
	(void)close(h.mnt);
	(void)close(RUN_SOCKET);
	return filter_install();
}

int
inside_run(int argc, char *argv[])
{
	rlim_t bytes;

	if (argc < 4) {
		diag_error("%s is for nb-postinst itself", INSIDE_FLAG);
		return EXIT_USAGE;
	}
	bytes = (rlim_t)strtoull(argv[2], NULL, 10);
	if (limit(RLIMIT_FSIZE, bytes) != 0 || (counts_apart() &&
	    limit(RLIMIT_NPROC, INSIDE_TASKS) != 0)) {
		diag_error("cannot set limits (%d)", errno);
		return EXIT_FAILURE;
	}
	yield();
	scope_sockets();
	if (hand_over() != 0) {
		diag_error("system calls cannot be watched here "
		    "(ptrace(2), seccomp(2), error %d)", errno);
		return EXIT_FAILURE;
	}
	(void)execv(argv[3], argv + 3);
	diag_error("%s: error %d", argv[3], errno);
	return EXIT_FAILURE;
}
