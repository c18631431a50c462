/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * logs.c: what the console of a VM in the background has shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "logs.h"
#include "vmreg.h"
#include "writeall.h"

/* Milliseconds between two looks at a log that is followed. */
#define PAUSE 100

/* What there is of it from here. */
static int
copy(int fd, const char *path, struct err *e)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "%s", path);
		if (write_all(STDOUT_FILENO, buf, (size_t)n) == -1)
			return err_sys(e, "standard output");
	}
	return 0;
}

static int
follow_it(int fd, const char *path, const struct vmrecord *r, struct err *e)
{
	struct process p;
	bool ended = false;

	if (r == NULL || !vmreg_running(r, &p))
		return 0;
	while (!ended) {
		ended = process_wait(&p, PAUSE);
		if (copy(fd, path, e) == -1) {
			process_close(&p);
			return -1;
		}
	}
	process_close(&p);
	return 0;
}

int
logs_show(const char *dir, const char *name, const struct vmrecord *r,
    bool follow, struct err *e)
{
	char path[RUNDIR_SOCKET_MAX + 1];
	int fd, rv;

	rundir_file(path, dir, r != NULL ? vmrecord_text(r, "name") : name,
	    ".log");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 && errno == ENOENT)
		return err_code(e, ERR_MISSING, "%s: no log: only a VM in the "
		    "background (nb-start -d) has one", name);
	if (fd == -1)
		return err_sys(e, "%s", path);
	rv = copy(fd, path, e);
	if (rv == 0 && follow)
		rv = follow_it(fd, path, r, e);
	(void)close(fd);
	return rv;
}
