/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * vm.c: from what was asked for to what is to be run.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "path.h"
#include "pidfile.h"
#include "vm.h"

/*
 * A NetBSD kernel looks for root=, console= and flags in the first 255
 * characters of its command line only.
 */
#define CMDLINE_MAX 255

/* The longest value of root= that it takes. */
#define ROOT_MAX 143

/* QEMU's hw/i386/microvm: VIRTIO_NUM_TRANSPORTS. */
#define MICROVM_DEVICES 8

/* What stands before the names of files that are there while it runs. */
#define RUNDIR(w) (w)->rundir != NULL ? (w)->rundir : "", \
    (w)->rundir != NULL ? "/" : ""

/* For the kernel that was named, what its file says; else what the image's
 * name says, ARCH, or this host. */
static int
find_kernel(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;
	const struct arch *a = NULL;

	if (w->image != NULL)
		a = arch_of_image(w->image);
	if (a == NULL && w->arch != NULL)
		a = arch_find(w->arch);
	if (a == NULL)
		a = arch_host();
	if (kernel_find(&vm->kernel, w->kernel, a, e) == -1 ||
	    kernel_read(&vm->kernel, e) == -1)
		return -1;
	vm->arch = vm->kernel.arch;
	return 0;
}

/* live of etc/live.conf; to be freed. */
static char *
conf_service(const char *path)
{
	const char *base = strrchr(path, '/');
	char *service = strdup(base != NULL ? base + 1 : path);

	if (service != NULL && path_ends(service, ".conf"))
		service[strlen(service) - 5] = '\0';
	return service;
}

static int
find_image(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;

	if (w->conf != NULL && (vm->service = conf_service(w->conf)) == NULL)
		return err_mem(e);
	if (w->image == NULL && vm->service == NULL)
		return err_code(e, ERR_USAGE,
		    "no image: name one with -i, or a conf with -f");
	if (image_find(&vm->image, w->image != NULL ? w->image : vm->service,
	    vm->arch, w->imgtag, w->image == NULL, e) == -1)
		return -1;
	if (vm->service == NULL) {
		vm->service = image_service(vm->image.path, vm->arch, e);
		if (vm->service == NULL)
			return -1;
	}
	/* QEMU only reads what it loads into memory. */
	if (w->initrd)
		vm->image.readonly = true;
	vm->image.snapshot |= w->discard || w->boots != 0;
	return image_check(&vm->image, e);
}

static int
find_disk(struct vm *vm, const char *name, size_t len, struct err *e)
{
	struct image *im = &vm->disks[vm->ndisks];
	char *copy;
	int rv;

	if (vm->ndisks == VM_DISKS)
		return err_code(e, ERR_USAGE, "-l: more than %d disks",
		    VM_DISKS);
	if ((copy = mem_printf("%.*s", (int)len, name)) == NULL)
		return err_mem(e);
	rv = image_find(im, copy, vm->arch, NULL, false, e);
	free(copy);
	if (rv == -1)
		return -1;
	vm->ndisks++;
	im->snapshot |= vm->want->discard || vm->want->boots != 0;
	return image_check(im, e);
}

static int
find_disks(struct vm *vm, struct err *e)
{
	const char *p = vm->want->disks;

	while (p != NULL && *p != '\0') {
		size_t len = strcspn(p, "\n");

		if (find_disk(vm, p, len, e) == -1)
			return -1;
		p += len + (p[len] == '\n');
	}
	return 0;
}

/*
 * A guest that is done cannot switch its microVM off: its shutdown script says
 * so on the first port. Who waits for the VM's end, or stays with one in the
 * background, listens there, if there is room for the device that it is on.
 */
static void
find_ear(struct vm *vm, size_t devices)
{
	bool room = vm->viocon || !vm->arch->x86 || devices < MICROVM_DEVICES;

	vm->ear = vm->want->status ||
	    ((vm_stays(vm) || vm->want->daemon) && room);
}

/* Each is a virtio-mmio device, of which microvm has but few. */
static int
count_devices(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;
	size_t n = vm->ndisks;

	if (!w->initrd)
		n++;
	if (!w->no_network)
		n++;
	if (w->bridge)
		n++;
	if (vm->share != NULL)
		n++;
	if (vm->viocon || vm->sockets.n > 0 || w->status)
		n++;
	find_ear(vm, n);
	if (vm->arch->x86 && n > MICROVM_DEVICES)
		return err_code(e, ERR_USAGE, "%zu devices are more than the "
		    "%d that microvm has room for: give fewer disks (-l)", n,
		    MICROVM_DEVICES);
	return 0;
}

static int
make_cmdline(struct vm *vm, const char *root, struct err *e)
{
	const char *append = vm->want->append;
	bool has_root = root != NULL && *root != '\0';

	/* -z keeps the kernel's lines from the console, where they are timed. */
	if (append == NULL)
		append = vm_timed(vm) ? "" : "-z";
	if (has_root && strcspn(root, " \t") != strlen(root))
		return err_code(e, ERR_USAGE, "root %s: has a blank in it, "
		    "which divides the kernel's words", root);
	if (has_root && strlen(root) > ROOT_MAX)
		return err_code(e, ERR_USAGE, "root %s: longer than the %d "
		    "characters that the kernel takes", root, ROOT_MAX);
	vm->cmdline = mem_printf("console=%s%s%s%s%s",
	    vm->viocon ? "viocon" : "com", has_root ? " root=" : "",
	    has_root ? root : "", *append != '\0' ? " " : "", append);
	if (vm->cmdline == NULL)
		return err_mem(e);
	if (strlen(vm->cmdline) > CMDLINE_MAX)
		return err_code(e, ERR_USAGE, "the kernel's command line has "
		    "%zu characters and NetBSD looks at %d only: shorten -a",
		    strlen(vm->cmdline), CMDLINE_MAX);
	return 0;
}

static int
find_root(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;
	char *root = NULL;
	int rv;

	/* The file system in memory is root by itself, on md0a. */
	if (w->root != NULL || w->initrd)
		return make_cmdline(vm, w->root, e);
	if (image_root(&vm->image, vm->service, &root, e) == -1)
		return -1;
	rv = make_cmdline(vm, root, e);
	free(root);
	return rv;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* FOLDER or FOLDER:ro; a name that exists as a whole is taken whole. */
static int
find_share(struct vm *vm, struct err *e)
{
	const char *share = vm->want->share;
	size_t n;

	if (share == NULL)
		return 0;
	if ((vm->share = strdup(share)) == NULL)
		return err_mem(e);
	n = strlen(share);
	if (!is_folder(share) && n > 3 && strcmp(share + n - 3, ":ro") == 0) {
		vm->share_ro = true;
		vm->share[n - 3] = '\0';
	}
	if (!is_folder(vm->share))
		return err_set(e, "%s: no such folder to share", vm->share);
	return 0;
}

static int
find_network(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;

	if (w->forwards == NULL || *w->forwards == '\0')
		return 0;
	if (w->no_network) {
		if (!settings_given(w, offsetof(struct settings, forwards)))
			return 0;
		return err_code(e, ERR_USAGE,
		    "-p forwards ports to the network that -N takes away");
	}
	vm->nforwards = forward_parse(vm->forwards, w->forwards, e);
	return vm->nforwards == -1 ? -1 : 0;
}

/* A conf's serial_port says where the console is when there is -d. */
static int
check_console(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;

	if (!w->daemon &&
	    settings_given(w, offsetof(struct settings, serial_port)))
		return err_code(e, ERR_USAGE, "-t goes with -d: without it "
		    "the console is this terminal");
	/* A conf may say that there is none; many boots have nobody to look. */
	if (w->pty != NULL && w->boots == 0 && strcmp(w->pty, "n") != 0 &&
	    strcmp(w->pty, "no") != 0)
		vm->pty = strcmp(w->pty, "yes") == 0 ? "y" : w->pty;
	vm->viocon = vm->kernel.viocon && !w->daemon;
	return 0;
}

/* What only a process that stays can do, and where its files are. */
static int
check_job(const struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;

	if (w->daemon && (vm_timed(vm) || w->status || w->limit != 0))
		return err_code(e, ERR_USAGE, "%s: is for a VM that is waited "
		    "for, -d does not wait", w->boots != 0 ? "--boots" :
		    w->timing ? "-T" : w->status ? "--status" : "--limit");
	if (w->boots != 0 && w->status)
		return err_code(e, ERR_USAGE, "--boots: ends each VM, so none "
		    "has a --status to tell");
	if (w->rundir != NULL && !is_folder(w->rundir))
		return err_set(e, "%s: no such folder (--rundir)", w->rundir);
	return 0;
}

/* -n, or a conf's max_ports, which counts the console's port too. */
static int
find_sockets(struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;
	unsigned n = w->sockets;

	if (w->max_ports != 0 &&
	    !settings_given(w, offsetof(struct settings, sockets)))
		n = w->max_ports - 1;
	for (unsigned i = 1; i <= n; i++) {
		if (words_addf(&vm->sockets, e, "%s%ss-%s-p%u.sock",
		    RUNDIR(w), vm->service, i) == -1)
			return -1;
	}
	if (n > 0 && strlen(vm->sockets.v[n - 1]) > RUNDIR_SOCKET_MAX)
		return err_set(e, "%s: too long for a socket's name",
		    vm->sockets.v[n - 1]);
	return 0;
}

int
vm_resolve(struct vm *vm, const struct settings *want, struct err *e)
{
	vm->want = want;
	if (find_kernel(vm, e) == -1 || find_image(vm, e) == -1 ||
	    find_disks(vm, e) == -1 || check_console(vm, e) == -1 ||
	    check_job(vm, e) == -1 ||
	    find_sockets(vm, e) == -1 || find_root(vm, e) == -1 ||
	    find_share(vm, e) == -1 || find_network(vm, e) == -1 ||
	    count_devices(vm, e) == -1)
		return -1;
	vm->pidfile = mem_printf("%s%sqemu-%s.pid", RUNDIR(want), vm->service);
	return vm->pidfile == NULL ? err_mem(e) : 0;
}

bool
vm_timed(const struct vm *vm)
{
	return vm->want->timing || vm->want->boots != 0;
}

bool
vm_stays(const struct vm *vm)
{
	return vm->terminal || vm->want->status || vm->want->limit != 0 ||
	    vm_timed(vm) ||
	    (vm->pty != NULL && !vm->want->daemon);
}

size_t
vm_ports(const struct vm *vm)
{
	/* What we listen to needs a port, whether it is a socket or not. */
	return vm->sockets.n == 0 && vm->ear ? 1 : vm->sockets.n;
}

int
vm_probe(const struct vm *vm, struct err *e)
{
	const struct settings *w = vm->want;
	pid_t pid = pidfile_running(vm->pidfile);

	if (pid != 0)
		return err_set(e, "%s: runs already, as process %jd (%s)",
		    vm->service, (intmax_t)pid, vm->pidfile);
	for (int i = 0; i < vm->nforwards; i++) {
		const struct forward *f = &vm->forwards[i];

		if (forward_probe(f->udp, f->host, f->hostport, e) == -1)
			return -1;
	}
	if (w->daemon && w->serial_port != 0 &&
	    forward_probe(false, FORWARD_LOOPBACK, (uint16_t)w->serial_port,
	    e) == -1)
		return -1;
	if (w->qmp_port != 0 && forward_probe(false, FORWARD_LOOPBACK,
	    (uint16_t)w->qmp_port, e) == -1)
		return -1;
	return 0;
}

void
vm_free(struct vm *vm)
{
	free(vm->service);
	free(vm->kernel.path);
	free(vm->image.path);
	for (size_t i = 0; i < vm->ndisks; i++)
		free(vm->disks[i].path);
	free(vm->cmdline);
	free(vm->share);
	free(vm->pidfile);
	free(vm->qemu);
	vmrecord_free(&vm->known.record);
	words_free(&vm->sockets);
}
