/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * register.c: a VM gets the name by which nb-vm finds it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "register.h"
#include "vmreg.h"

/* A path that holds wherever one is; path relative to cwd, or absolute. */
static int
add_path(struct vmrecord *r, const char *key, const char *cwd,
    const char *path, struct err *e)
{
	if (path[0] == '.' && path[1] == '/')
		path += 2;
	return *path == '/' ? vmrecord_add(r, e, key, "%s", path) :
	    vmrecord_add(r, e, key, "%s/%s", cwd, path);
}

static int
add_files(struct vmrecord *r, const struct vm *vm, struct err *e)
{
	char cwd[4096];
	int rv;

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		return err_sys(e, "the present folder");
	rv = add_path(r, "pidfile", cwd, vm->pidfile, e);
	if (rv == 0)
		rv = add_path(r, "image", cwd, vm->image.path, e);
	for (size_t i = 0; rv == 0 && i < vm->ndisks; i++)
		rv = add_path(r, "disk", cwd, vm->disks[i].path, e);
	if (rv == 0)
		rv = add_path(r, "kernel", cwd, vm->kernel.path, e);
	for (size_t i = 0; rv == 0 && i < vm->sockets.n; i++)
		rv = add_path(r, "socket", cwd, vm->sockets.v[i], e);
	return rv;
}

static int
add_forwards(struct vmrecord *r, const struct vm *vm, struct err *e)
{
	for (int i = 0; i < vm->nforwards; i++) {
		const struct forward *f = &vm->forwards[i];

		if (vmrecord_add(r, e, "forward", "%s:%s:%u-%s:%u",
		    f->udp ? "udp" : "tcp", f->host, f->hostport, f->guest,
		    f->guestport) == -1)
			return -1;
	}
	return 0;
}

/* Where the guest's console is: a kind, and where, if that is known. */
static int
add_console(struct vmrecord *r, const struct vm *vm, struct err *e)
{
	const struct settings *s = vm->want;
	const char *name = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;

	if (s->daemon && s->serial_port != 0)
		return vmrecord_add(r, e, "console", "telnet %s %u",
		    FORWARD_LOOPBACK, s->serial_port);
	if (vm->pty != NULL)
		return vmrecord_add(r, e, "console", "pty");
	if (s->daemon)
		return vmrecord_add(r, e, "console", "socket");
	if (name != NULL)
		return vmrecord_add(r, e, "console", "terminal %s", name);
	return vmrecord_add(r, e, "console", "output");
}

static int
add_all(struct vmrecord *r, const struct vm *vm, struct err *e)
{
	const struct settings *s = vm->want;

	if (vmrecord_add(r, e, "service", "%s", vm->service) == -1 ||
	    vmrecord_add(r, e, "state", "%s", s->daemon ? "starting" :
	    "running") == -1 ||
	    vmrecord_add(r, e, "since", "%jd", (intmax_t)time(NULL)) == -1 ||
	    vmrecord_add(r, e, "arch", "%s", vm->arch->name) == -1 ||
	    vmrecord_add(r, e, "accel", "%s", vm->accel.name) == -1 ||
	    vmrecord_add(r, e, "memory", "%u",
	    s->mem != 0 ? s->mem : VM_MEMORY) == -1 ||
	    vmrecord_add(r, e, "cores", "%u",
	    s->cores != 0 ? s->cores : VM_CORES) == -1)
		return -1;
	if (add_files(r, vm, e) == -1 || add_forwards(r, vm, e) == -1)
		return -1;
	return add_console(r, vm, e);
}

/* Without it a VM runs as well; only nb-vm does not know of it. */
static void
do_without(struct registered *known, const struct err *why)
{
	diag_warn("%s: nb-vm will not know this VM", why->text);
	vmrecord_free(&known->record);
	known->dir[0] = '\0';
}

int
register_vm(struct vm *vm, struct err *e)
{
	struct registered *known = &vm->known;
	struct err why;

	if (rundir_find(known->dir, true, &why) == -1) {
		do_without(known, &why);
		return 0;
	}
	if (add_all(&known->record, vm, e) == 0 &&
	    vmreg_claim(&known->record, known->dir, e) == 0) {
		/* The last one's is not this one's. */
		if (vm->want->daemon)
			(void)unlink(registered_file(known, "log"));
		return 0;
	}
	known->dir[0] = '\0';
	return -1;
}

int
register_names(struct vm *vm, struct err *e)
{
	char dir[RUNDIR_MAX + 1];
	struct err why;

	if (rundir_name(dir, &why) == -1) {
		do_without(&vm->known, &why);
		return 0;
	}
	return vmreg_names(&vm->known.record, dir, vm->service, e);
}
