/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vmreg.c: VMs that run, by name: who has which, and who has none any more.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "again.h"
#include "mem.h"
#include "pidfile.h"
#include "vmreg.h"

/* So many VMs of one name, each with its own pid file. */
#define SAME_MAX 9999

/* What there can be of a VM besides its record. */
static const char *const files[] = { "qmp", "tty", "ctl" };

#define N_FILES (sizeof(files) / sizeof(files[0]))

int
vmreg_names(struct vmrecord *r, const char *dir, const char *name,
    struct err *e)
{
	static const char *const all[] = { "qmp", "tty", "ctl", "log" };
	char path[RUNDIR_SOCKET_MAX + 1], suffix[8];

	if (vmrecord_set(r, e, "name", "%s", name) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		(void)snprintf(suffix, sizeof(suffix), ".%s", all[i]);
		rundir_file(path, dir, name, suffix);
		if (vmrecord_set(r, e, all[i], "%s", path) == -1)
			return -1;
	}
	return 0;
}

static void
record_path(char path[RUNDIR_SOCKET_MAX + 1], const char *dir,
    const struct vmrecord *r)
{
	rundir_file(path, dir, vmrecord_text(r, "name"), ".vm");
}

bool
vmreg_running(const struct vmrecord *r, struct process *p)
{
	const char *pidfile = vmrecord_get(r, "pidfile");
	pid_t pid;

	if (process_open(p, (pid_t)vmrecord_number(r, "pid"),
	    vmrecord_text(r, "born")))
		return true;
	/*
	 * Who started it was killed before he could say which process QEMU
	 * put into the background. QEMU says so itself: it has its pid file
	 * locked, before and after we have hold of that process.
	 */
	if (strcmp(vmrecord_text(r, "state"), "starting") != 0 ||
	    pidfile == NULL || (pid = pidfile_running(pidfile)) <= 0 ||
	    !process_open(p, pid, NULL))
		return false;
	if (pidfile_running(pidfile) == pid)
		return true;
	process_close(p);
	return false;
}

/* With the folder locked. */
static void
clear(const struct vmrecord *r, const char *path)
{
	const char *pidfile = vmrecord_get(r, "pidfile"), *file;
	size_t at = 0;

	for (size_t i = 0; i < N_FILES; i++) {
		if ((file = vmrecord_get(r, files[i])) != NULL)
			(void)unlink(file);
	}
	/* Outside our folder it may be another's, who is not known here. */
	if (pidfile != NULL && pidfile_clear(pidfile)) {
		while ((file = vmrecord_next(r, "socket", &at)) != NULL)
			(void)unlink(file);
	}
	(void)unlink(path);
}

static int
set_process(struct vmrecord *r, pid_t pid, struct err *e)
{
	struct process_info info = { .over = false };

	if (process_look(pid, &info) == -1)
		return err_set(e, "process %jd: nothing is known of it",
		    (intmax_t)pid);
	if (vmrecord_set(r, e, "pid", "%jd", (intmax_t)pid) == -1)
		return -1;
	return vmrecord_set(r, e, "born", "%s", info.born);
}

/* 1: the name is taken by another, who runs; 0: it is free now. */
static int
is_taken(const struct vmrecord *r, const char *path, struct err *e)
{
	struct vmrecord other = { { NULL, 0, 0 } };
	const char *pidfile = vmrecord_text(r, "pidfile");
	struct process p;
	struct err missing;
	int rv = 0;

	if (vmrecord_read(&other, path, &missing) == -1) {
		if (missing.code == ERR_DAMAGED)
			(void)unlink(path);
		else if (missing.code != ERR_MISSING) {
			*e = missing;
			rv = -1;
		}
	} else if (!vmreg_running(&other, &p))
		clear(&other, path);
	else {
		rv = 1;
		if (strcmp(vmrecord_text(&other, "pidfile"), pidfile) == 0)
			rv = err_set(e, "%s: runs already, as process %jd "
			    "(%s)", vmrecord_text(r, "service"),
			    (intmax_t)p.pid, pidfile);
		process_close(&p);
	}
	vmrecord_free(&other);
	return rv;
}

/* With the folder locked. */
static int
take_name(struct vmrecord *r, const char *dir, struct err *e)
{
	const char *service = vmrecord_text(r, "service");
	char path[RUNDIR_SOCKET_MAX + 1], *name;
	int rv = 1;

	for (int i = 1; rv == 1 && i <= SAME_MAX; i++) {
		name = i == 1 ? mem_printf("%s", service) :
		    mem_printf("%s.%d", service, i);
		if (name == NULL)
			return err_mem(e);
		rundir_file(path, dir, name, ".vm");
		rv = is_taken(r, path, e);
		if (rv == 0)
			rv = vmreg_names(r, dir, name, e);
		free(name);
	}
	if (rv == 1)
		return err_set(e, "%s: more than %d of this name run", service,
		    SAME_MAX);
	return rv == -1 ? -1 : vmrecord_write(r, path, e);
}

int
vmreg_claim(struct vmrecord *r, const char *dir, struct err *e)
{
	int lock, rv;

	if (set_process(r, getpid(), e) == -1 ||
	    vmrecord_set(r, e, "id", "%jd@%s", (intmax_t)getpid(),
	    vmrecord_text(r, "born")) == -1 ||
	    (lock = rundir_lock(dir, e)) == -1)
		return -1;
	rv = take_name(r, dir, e);
	(void)close(lock);
	return rv;
}

/* Whether the name is still this claim's. With the folder locked. */
static bool
is_ours(const struct vmrecord *r, const char *path)
{
	struct vmrecord there = { { NULL, 0, 0 } };
	struct err e;
	bool known, ours;
	int tries = 0;

	do {
		known = vmrecord_read(&there, path, &e) == 0;
	} while (!known && e.code == ERR_ANY && again(&tries));
	ours = known &&
	    strcmp(vmrecord_text(&there, "id"), vmrecord_text(r, "id")) == 0;
	vmrecord_free(&there);
	return ours;
}

int
vmreg_moved(struct vmrecord *r, const char *dir, pid_t pid, struct err *e)
{
	char path[RUNDIR_SOCKET_MAX + 1];
	int lock, rv = 0;

	record_path(path, dir, r);
	if (set_process(r, pid, e) == -1 ||
	    vmrecord_set(r, e, "state", "running") == -1 ||
	    (lock = rundir_lock(dir, e)) == -1)
		return -1;
	if (is_ours(r, path))
		rv = vmrecord_write(r, path, e);
	(void)close(lock);
	return rv;
}

void
vmreg_clear(const struct vmrecord *r, const char *dir)
{
	char path[RUNDIR_SOCKET_MAX + 1];
	struct err e;
	int lock;

	record_path(path, dir, r);
	if ((lock = rundir_lock(dir, &e)) == -1)
		return;
	if (is_ours(r, path))
		clear(r, path);
	(void)close(lock);
}

/* Where the last suffix of a file's name begins, if it is that one. */
static char *
has_suffix(char *name, const char *suffix)
{
	char *dot = strrchr(name, '.');

	return dot != NULL && strcmp(dot + 1, suffix) == 0 ? dot : NULL;
}

/* One of our kinds of file, whose record is not there. */
static bool
is_orphan(const char *dir, const char *name)
{
	char path[1024], *dot;
	int n = snprintf(path, sizeof(path) - 4, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof(path) - 4)
		return false;
	/* A writer has the lock, so that this one was killed. */
	if ((dot = has_suffix(path, "part")) != NULL) {
		*dot = '\0';
		return has_suffix(path, "vm") != NULL;
	}
	for (size_t i = 0; i < N_FILES; i++) {
		if ((dot = has_suffix(path, files[i])) != NULL) {
			(void)strcpy(dot, ".vm");
			return access(path, F_OK) == -1 && errno == ENOENT;
		}
	}
	return false;
}

void
vmreg_sweep(const char *dir)
{
	struct dirent *d;
	struct err e;
	int lock;
	DIR *dp;

	if ((lock = rundir_lock(dir, &e)) == -1)
		return;
	if ((dp = opendir(dir)) != NULL) {
		while ((d = readdir(dp)) != NULL) {
			if (is_orphan(dir, d->d_name))
				(void)unlinkat(dirfd(dp), d->d_name, 0);
		}
		(void)closedir(dp);
	}
	(void)close(lock);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(vmrecord_text(a, "name"), vmrecord_text(b, "name"));
}

/* One that has been cleared away meanwhile is none, nor is a torn one. */
static int
add_record(struct vmrecord **list, size_t *cap, int n, const char *dir,
    const char *name, struct err *e)
{
	struct vmrecord r = { { NULL, 0, 0 } }, *more;
	char *path = mem_printf("%s/%s", dir, name);
	struct err none;
	int rv;

	if (path == NULL)
		return err_mem(e);
	rv = vmrecord_read(&r, path, &none);
	free(path);
	if (rv == -1 || vmrecord_get(&r, "name") == NULL) {
		vmrecord_free(&r);
		return n;
	}
	more = mem_grow(*list, cap, (size_t)n + 1, sizeof(**list));
	if (more == NULL) {
		vmrecord_free(&r);
		return err_mem(e);
	}
	*list = more;
	more[n] = r;
	return n + 1;
}

int
vmreg_list(struct vmrecord **list, const char *dir, struct err *e)
{
	struct dirent *d;
	size_t cap = 0;
	int n = 0, next;
	DIR *dp = opendir(dir);

	*list = NULL;
	if (dp == NULL)
		return err_sys(e, "%s", dir);
	while ((d = readdir(dp)) != NULL) {
		if (has_suffix(d->d_name, "vm") == NULL)
			continue;
		next = add_record(list, &cap, n, dir, d->d_name, e);
		if (next == -1) {
			vmreg_free(*list, n);
			*list = NULL;
			n = -1;
			break;
		}
		n = next;
	}
	(void)closedir(dp);
	if (n > 1)
		qsort(*list, (size_t)n, sizeof(**list), by_name);
	return n;
}

void
vmreg_free(struct vmrecord *list, int n)
{
	for (int i = 0; i < n; i++)
		vmrecord_free(&list[i]);
	free(list);
}
