/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qemu.c: which QEMU, and the arguments that make it run a VM.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fwcfg.h"
#include "mem.h"
#include "program.h"
#include "qemu.h"
#include "sandbox.h"

static int
find_named(struct vm *vm, const char *name, struct err *e)
{
	vm->qemu_name = name;
	return program_find(name, &vm->qemu, e);
}

int
qemu_find(struct vm *vm, struct err *e)
{
	const char *named = getenv("QEMU");
	int rv;

	if (named != NULL && *named != '\0') {
		if ((rv = find_named(vm, named, e)) == 0)
			return err_code(e, ERR_MISSING,
			    "%s: no such program: QEMU names it", named);
		return rv == 1 ? 0 : -1;
	}
	for (size_t i = 0; i < 2 && vm->arch->qemu[i] != NULL; i++) {
		if ((rv = find_named(vm, vm->arch->qemu[i], e)) != 0)
			return rv == 1 ? 0 : -1;
	}
	return err_code(e, ERR_MISSING, "%s: not found: install QEMU (`sh "
	    "mk/bootstrap` does), or set QEMU", vm->arch->qemu[0]);
}

static int
add2(struct words *w, const char *option, const char *value, struct err *e)
{
	return words_add(w, option, e) == -1 ? -1 : words_add(w, value, e);
}

int
qemu_machine(struct words *w, const struct arch *a, const char *accel,
    const char *cpu, struct err *e)
{
	const char *machine;

	/* The host's interrupt controller can be had with kvm only. */
	if (a->x86)
		machine = "microvm,rtc=on,acpi=off,pic=off";
	else if (strcmp(accel, "kvm") == 0)
		machine = "virt,gic-version=host";
	else
		machine = "virt,gic-version=3";
	/* Neither a user's QEMU files nor devices that were not asked for. */
	if (words_add(w, "-no-user-config", e) == -1 ||
	    words_add(w, "-nodefaults", e) == -1 ||
	    add2(w, "-accel", accel, e) == -1 ||
	    add2(w, "-M", machine, e) == -1 || add2(w, "-cpu", cpu, e) == -1)
		return -1;
	return add2(w, "-display", "none", e);
}

/*
 * A name that QEMU takes for a file's, whatever is in it: without "./" what
 * stands before a colon would be a protocol (nbd:, fat:, json:).
 */
static char *
file_value(const char *path, struct err *e)
{
	size_t n = strcspn(path, ":/");
	char *dotted, *value;

	if (path[n] != ':')
		return words_commas(path, e);
	if ((dotted = mem_printf("./%s", path)) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	value = words_commas(dotted, e);
	free(dotted);
	return value;
}

static int
add_disk(struct words *w, const struct vm *vm, const struct image *im,
    size_t number, struct err *e)
{
	const struct settings *s = vm->want;
	const char *how = im->snapshot ? ",snapshot=on" :
	    im->readonly ? ",readonly=on" : "";
	char *file;
	int rv;

	if ((file = file_value(im->path, e)) == NULL)
		return -1;
	rv = words_add(w, "-drive", e);
	if (rv == 0)
		rv = words_addf(w, e, "if=none,file=%s,format=%s,id=hd%zu%s",
		    file, im->format, number, how);
	free(file);
	if (rv == 0)
		rv = words_add(w, "-device", e);
	if (rv == 0)
		rv = words_addf(w, e, "virtio-blk-device,drive=hd%zu%s",
		    number,
		    s->share_image && im == &vm->image ? ",share-rw=on" : "");
	return rv;
}

static int
add_kernel(struct words *w, const struct vm *vm, struct err *e)
{
	if (add2(w, "-kernel", vm->kernel.path, e) == -1)
		return -1;
	if (vm->want->initrd) {
		if (words_add(w, "-initrd", e) == -1 || (vm->initrd >= 0 ?
		    words_addf(w, e, "/dev/fd/%d", vm->initrd) :
		    words_add(w, vm->image.path, e)) == -1)
			return -1;
	} else if (add_disk(w, vm, &vm->image, 0, e) == -1)
		return -1;
	for (size_t i = 0; i < vm->ndisks; i++) {
		if (add_disk(w, vm, &vm->disks[i], i + 1, e) == -1)
			return -1;
	}
	if (add2(w, "-append", vm->cmdline, e) == -1)
		return -1;
	return add2(w, "-global", "virtio-mmio.force-legacy=false", e);
}

static int
add_share(struct words *w, const struct vm *vm, struct err *e)
{
	char *path;
	int rv;

	if (vm->share == NULL)
		return 0;
	if ((path = words_commas(vm->share, e)) == NULL)
		return -1;
	rv = words_add(w, "-fsdev", e);
	if (rv == 0)
		rv = words_addf(w, e, "local,path=%s,security_model=none,"
		    "id=share0%s", path, vm->share_ro ? ",readonly=on" : "");
	free(path);
	if (rv == 0)
		rv = add2(w, "-device",
		    "virtio-9p-device,fsdev=share0,mount_tag=share0", e);
	return rv;
}

/* The user network with all its forwards is one option value. */
static char *
user_network(const struct vm *vm)
{
	char *text = strdup("user,id=net0,ipv6=off"), *next;

	for (int i = 0; i < vm->nforwards && text != NULL; i++) {
		const struct forward *f = &vm->forwards[i];

		next = mem_printf("%s,hostfwd=%s:%s:%u-%s:%u", text,
		    f->udp ? "udp" : "tcp", f->host, f->hostport, f->guest,
		    f->guestport);
		free(text);
		text = next;
	}
	return text;
}

static int
add_network(struct words *w, const struct vm *vm, struct err *e)
{
	char *user;
	int rv = 0;

	if (!vm->want->no_network) {
		if ((user = user_network(vm)) == NULL)
			return err_mem(e);
		rv = add2(w, "-netdev", user, e);
		free(user);
		if (rv == 0)
			rv = add2(w, "-device",
			    "virtio-net-device,netdev=net0", e);
	}
	if (rv == 0 && vm->want->bridge) {
		rv = add2(w, "-netdev", "tap,id=net1", e);
		if (rv == 0)
			rv = add2(w, "-device",
			    "virtio-net-device,netdev=net1", e);
	}
	return rv;
}

/* Ctrl-C is the guest's; mux gives the terminal its way out, Ctrl-a x. */
#define TERMINAL "stdio,id=char0,mux=on,signal=off"
#define PTY	 "pty,id=char0"
#define NOWHERE	 "null,id=char0"

/* What keeps a copy of what the console shows, into option, or nothing. */
static int
copy_option(char **option, const struct vm *vm, struct err *e)
{
	const char *log = registered_file(&vm->known, "log");
	char *path;

	*option = NULL;
	if (vm->console != -1)
		*option = mem_printf(",logfile=/dev/fd/%d", vm->console);
	else if (vm->want->daemon && log != NULL) {
		if ((path = words_commas(log, e)) == NULL)
			return -1;
		*option = mem_printf(",logfile=%s", path);
		free(path);
	} else
		*option = strdup("");
	return *option == NULL ? err_mem(e) : 0;
}

/* In the background: by telnet, on a pty, or where nb-vm finds it. */
static int
add_background(struct words *w, const struct vm *vm, const char *copy,
    struct err *e)
{
	const struct settings *s = vm->want;
	const char *tty = registered_file(&vm->known, "tty");
	char *path;
	int rv;

	if (s->serial_port != 0)
		return words_addf(w, e, "socket,id=char0,host=%s,port=%u,"
		    "server=on,wait=off,telnet=on%s", FORWARD_LOOPBACK,
		    s->serial_port, copy);
	if (vm->pty != NULL)
		return words_addf(w, e, PTY "%s", copy);
	if (tty == NULL)
		return words_add(w, NOWHERE, e);
	if ((path = words_commas(tty, e)) == NULL)
		return -1;
	rv = words_addf(w, e, "socket,id=char0,path=%s,server=on,wait=off%s",
	    path, copy);
	free(path);
	return rv;
}

static int
add_console(struct words *w, const struct vm *vm, struct err *e)
{
	char *copy;
	int rv;

	if (vm->want->daemon && words_add(w, "-daemonize", e) == -1)
		return -1;
	if (words_add(w, "-chardev", e) == -1 ||
	    copy_option(&copy, vm, e) == -1)
		return -1;
	if (vm->want->daemon)
		rv = add_background(w, vm, copy, e);
	else
		rv = words_addf(w, e, "%s%s", vm->want->boots != 0 ? NOWHERE :
		    vm->pty != NULL ? PTY : TERMINAL, copy);
	free(copy);
	if (rv == 0 && !vm->viocon)
		rv = add2(w, "-serial", "chardev:char0", e);
	return rv;
}

/*
 * The first socket is also the guest's way to ask us something: a copy of
 * what it writes there goes to vm->control, connected or not.
 */
static int
add_port(struct words *w, const struct vm *vm, size_t i, struct err *e)
{
	const char *socket = i < vm->sockets.n ? vm->sockets.v[i] :
	    registered_file(&vm->known, "ctl");
	char *path = NULL, log[64] = "";
	int rv;

	if (socket != NULL && (path = words_commas(socket, e)) == NULL)
		return -1;
	if (i == 0 && vm->control != -1)
		(void)snprintf(log, sizeof(log), ",logfile=/dev/fd/%d",
		    vm->control);
	rv = words_add(w, "-chardev", e);
	if (rv == 0 && path != NULL)
		rv = words_addf(w, e, "socket,id=sock%zu,path=%s,server=on,"
		    "wait=off%s", i + 1, path, log);
	else if (rv == 0)
		rv = words_addf(w, e, "null,id=sock%zu%s", i + 1, log);
	free(path);
	if (rv == 0)
		rv = words_add(w, "-device", e);
	if (rv == 0)
		rv = words_addf(w, e, "virtconsole,chardev=sock%zu,"
		    "name=sock%zu,nr=%zu", i + 1, i + 1, i + 1);
	return rv;
}

/* Port 0 is the console's; /dev/ttyVI0n in the guest is port n. */
static int
add_virtio_serial(struct words *w, const struct vm *vm, struct err *e)
{
	size_t ports = vm_ports(vm);

	if (!vm->viocon && ports == 0)
		return 0;
	if (words_add(w, "-device", e) == -1 ||
	    words_addf(w, e, "virtio-serial-device,max_ports=%zu",
	    ports + 1) == -1)
		return -1;
	if (vm->viocon && add2(w, "-device",
	    "virtconsole,chardev=char0,name=char0", e) == -1)
		return -1;
	for (size_t i = 0; i < ports; i++) {
		if (add_port(w, vm, i, e) == -1)
			return -1;
	}
	return 0;
}

/* QEMU's machine protocol, for nb-vm. */
static int
add_monitor(struct words *w, const struct vm *vm, struct err *e)
{
	const char *qmp = registered_file(&vm->known, "qmp");
	char *path;
	int rv;

	if (qmp == NULL)
		return 0;
	if ((path = words_commas(qmp, e)) == NULL)
		return -1;
	rv = words_add(w, "-chardev", e);
	if (rv == 0)
		rv = words_addf(w, e, "socket,id=qmp1,path=%s,server=on,"
		    "wait=off", path);
	free(path);
	return rv == -1 ? -1 : add2(w, "-mon", "chardev=qmp1,mode=control", e);
}

static int
add_rest(struct words *w, const struct vm *vm, struct err *e)
{
	const struct settings *s = vm->want;

	if (add_monitor(w, vm, e) == -1)
		return -1;
	if (s->qmp_port != 0) {
		if (words_add(w, "-chardev", e) == -1 ||
		    words_addf(w, e, "socket,id=qmp0,host=%s,port=%u,"
		    "server=on,wait=off", FORWARD_LOOPBACK, s->qmp_port) ==
		    -1 || add2(w, "-mon", "chardev=qmp0,mode=control", e) == -1)
			return -1;
	}
	if (s->variables != NULL && fwcfg_variables(w, s->variables, e) == -1)
		return -1;
	if (s->files != NULL && fwcfg_files(w, s->files, e) == -1)
		return -1;
	if (!vm->arch->x86 && add2(w, "-device", "virtio-rng-pci", e) == -1)
		return -1;
	/* A guest that panics starts again: not to do its job twice. */
	if ((s->status || s->boots != 0) &&
	    words_add(w, "-no-reboot", e) == -1)
		return -1;
	if (add2(w, "-rtc", "base=utc,clock=host,driftfix=slew", e) == -1 ||
	    add2(w, "-pidfile", vm->pidfile, e) == -1)
		return -1;
	return s->extra != NULL ? words_split(w, s->extra, e) : 0;
}

static int
add_sandbox(struct words *w, const struct vm *vm, struct err *e)
{
	const char *value = sandbox_value(vm);

	return value != NULL ? add2(w, "-sandbox", value, e) : 0;
}

int
qemu_argv(struct words *w, const struct vm *vm, struct err *e)
{
	const struct settings *s = vm->want;

	if (words_add(w, vm->qemu_name, e) == -1 ||
	    qemu_machine(w, vm->arch, vm->accel.name, vm->accel.cpu, e) ==
	    -1 || add_sandbox(w, vm, e) == -1 ||
	    words_add(w, "-smp", e) == -1 ||
	    words_addf(w, e, "%u", s->cores != 0 ? s->cores : VM_CORES) == -1 ||
	    words_add(w, "-m", e) == -1 ||
	    words_addf(w, e, "%u", s->mem != 0 ? s->mem : VM_MEMORY) == -1 ||
	    add_kernel(w, vm, e) == -1 || add_share(w, vm, e) == -1 ||
	    add_network(w, vm, e) == -1 || add_console(w, vm, e) == -1 ||
	    add_virtio_serial(w, vm, e) == -1)
		return -1;
	return add_rest(w, vm, e);
}
