/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * logs.c: what the console of a VM in the background has shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "logs.h"
#include "readall.h"
#include "vmreg.h"
#include "writeall.h"

/* Milliseconds between two looks at a log that is followed. */
#define PAUSE 100

/*
 * Where what is kept goes on from off, into *from, and how many bytes of it there
 * are at least, up to len: nb-start makes a hole where a guest said more than is
 * kept (background.c). 0 at the end.
 */
static off_t
kept(int fd, off_t off, off_t len, off_t *from)
{
	off_t end = lseek(fd, 0, SEEK_END);
#ifdef SEEK_DATA
	off_t data = lseek(fd, off, SEEK_DATA), hole;

	/* ENXIO: there is nothing but a hole, or the end. */
	if (data == -1 && errno == ENXIO)
		data = end;
	if (data > off)
		off = data;
	hole = lseek(fd, off, SEEK_HOLE);
	if (hole != -1 && hole < end)
		end = hole;
#endif
	*from = off;
	return end - off < len ? end - off : len;
}

/* What there is of it from *off. */
static int
copy(int fd, off_t *off, const char *path, struct err *e)
{
	char buf[65536], left[64];
	off_t from, len, now;
	ssize_t n;

	while ((len = kept(fd, *off, sizeof(buf), &from)) > 0) {
		n = read_all_at(fd, buf, (size_t)len, from);
		if (n == -1)
			return err_sys(e, "%s", path);
		/* It may have become a hole meanwhile. */
		if (kept(fd, from, len, &now) < n || now != from)
			continue;
		if (from > *off) {
			(void)snprintf(left, sizeof(left), "\n[%jd bytes are "
			    "not kept]\n", (intmax_t)(from - *off));
			if (write_all(STDOUT_FILENO, left, strlen(left)) == -1)
				return err_sys(e, "standard output");
		}
		if (write_all(STDOUT_FILENO, buf, (size_t)n) == -1)
			return err_sys(e, "standard output");
		*off = from + n;
	}
	return 0;
}

static int
follow_it(int fd, off_t *off, const char *path, const struct vmrecord *r,
    struct err *e)
{
	struct process p;
	bool ended = false;

	if (r == NULL || !vmreg_running(r, &p))
		return 0;
	while (!ended) {
		ended = process_wait(&p, PAUSE);
		if (copy(fd, off, path, e) == -1) {
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
	off_t off = 0;
	int fd, rv;

	rundir_file(path, dir, r != NULL ? vmrecord_text(r, "name") : name,
	    ".log");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1 && errno == ENOENT)
		return err_code(e, ERR_MISSING, "%s: no log: only a VM in the "
		    "background (nb-start -d) has one", name);
	if (fd == -1)
		return err_sys(e, "%s", path);
	rv = copy(fd, &off, path, e);
	if (rv == 0 && follow)
		rv = follow_it(fd, &off, path, r, e);
	(void)close(fd);
	return rv;
}
