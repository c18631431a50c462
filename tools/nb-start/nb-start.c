/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-start.c: start a microVM: options and conf, what to run, QEMU's command,
 * and QEMU.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accel.h"
#include "clock.h"
#include "conf.h"
#include "confname.h"
#include "diag.h"
#include "mem.h"
#include "options.h"
#include "qemu.h"
#include "register.h"
#include "run.h"
#include "taken.h"
#include "vm.h"

/* Seconds that a boot gets that is timed, unless --limit says how many. */
#define BOOT_LIMIT 60

/* What the environment may say; conf and options outrank it. */
static const struct {
	const char *variable;
	char opt;
	const char *key;
} environment[] = {
	{ "KERNEL", 'k', NULL },
	{ "NBIMG", 'i', NULL },
	{ "QEMU_ACCEL", 'A', NULL },
	{ "ARCH", '\0', "ARCH" },
};

static int
read_environment(struct settings *s, struct err *e)
{
	for (size_t i = 0; i < sizeof(environment) / sizeof(environment[0]);
	    i++) {
		const char *value = getenv(environment[i].variable);
		const struct setting *set = environment[i].key != NULL ?
		    setting_key(environment[i].key) :
		    setting_option(environment[i].opt);

		if (value != NULL && settings_set(s, set, value, FROM_DEFAULT,
		    environment[i].variable, e) == -1)
			return -1;
	}
	return 0;
}

static int
read_conf(struct settings *s, struct err *e)
{
	struct words unused = { NULL, 0, 0 };
	int rv = 0;

	if (s->conf != NULL)
		rv = conf_read(s, s->conf, &unused, e);
	if (rv == -1)
		confname_missing(s->conf, e);
	for (size_t i = 0; i < unused.n; i++)
		diag_warn("%s", unused.v[i]);
	words_free(&unused);
	return rv;
}

/* What a person at the keyboard has to know. */
static void
announce(const struct vm *vm)
{
	char shown[FORWARD_SHOWN];

	if (*vm->accel.why != '\0')
		diag_say("%s", vm->accel.why);
	for (int i = 0; i < vm->nforwards; i++)
		diag_say("%s: %s", vm->service,
		    forward_shown(&vm->forwards[i], shown));
	for (size_t i = 0; i < vm->sockets.n; i++)
		diag_say("host socket %zu: %s", i + 1, vm->sockets.v[i]);
	if (vm->want->daemon && vm->want->serial_port != 0)
		diag_say("%s: console: telnet %s %u", vm->service,
		    FORWARD_LOOPBACK, vm->want->serial_port);
	else if (vm->want->daemon && vm->pty == NULL &&
	    registered_name(&vm->known) != NULL)
		diag_say("%s: console: nb-vm console %s", vm->service,
		    registered_name(&vm->known));
	if (vm->terminal && vm->pty == NULL)
		diag_say("%s: console: leave with Ctrl-a x, which ends the VM",
		    vm->service);
}

static void
announce_pty(const struct watch *w, const char *path, bool shown)
{
	if (!shown)
		diag_say("console: %s: attach to it with any terminal program "
		    "(picocom is not here)", path);
	else if (strcmp(w->pty, "y") == 0)
		diag_say("console: %s: leave with Ctrl-a Ctrl-x, which ends "
		    "the VM", path);
	else
		diag_say("console: %s: the VM ends when %s does", path, w->pty);
}

/* A pipe whose far end is to outlive exec; it is never waited for. */
static int
open_copy(int *ours, int *qemus, struct err *e)
{
	int fds[2];

	if (pipe(fds) == -1)
		return err_sys(e, "pipe");
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	*ours = fds[0];
	*qemus = fds[1];
	return 0;
}

static int
open_copies(struct vm *vm, struct watch *w, struct err *e)
{
	if (vm_ports(vm) > 0 &&
	    open_copy(&w->control, &w->control_qemu, e) == -1)
		return -1;
	if ((vm->want->status || vm_timed(vm)) &&
	    open_copy(&w->console, &w->console_qemu, e) == -1)
		return -1;
	vm->control = w->control_qemu;
	vm->console = w->console_qemu;
	return 0;
}

/* A microVM's memory takes a file system, not a disk. */
static int
open_initrd(struct vm *vm, struct err *e)
{
	if (vm->want->initrd)
		vm->initrd = image_unwrap(&vm->image, vm->service, e);
	return vm->initrd == -1 ? -1 : 0;
}

static void
announce_times(const struct watch *w)
{
	timing_say(w->timing, w->name);
}

/* The port that is timed is the first that TCP is forwarded from. */
static void
watch_times(struct watch *w, const struct vm *vm, struct timing *t)
{
	if (!vm_timed(vm))
		return;
	w->timing = t;
	w->timed = vm->want->boots == 0 ? announce_times : NULL;
	if (vm->want->boots != 0 && w->limit == 0)
		w->limit = BOOT_LIMIT;
	for (int i = 0; i < vm->nforwards && t->port.hostport == 0; i++) {
		if (!vm->forwards[i].udp)
			t->port = vm->forwards[i];
	}
}

/* A terminal has to be put right afterwards, a guest's wish to be heard. */
static int
run(struct vm *vm, struct timing *t, int *status, struct err *e)
{
	const struct settings *s = vm->want;
	struct watch w = { .name = vm->service, .control = -1,
		.control_qemu = -1, .console = -1, .console_qemu = -1,
		.status = s->status, .limit = s->limit,
		.pidfile = vm->pidfile, .leftovers = &vm->sockets,
		.known = &vm->known,
		.pty = s->daemon ? NULL : vm->pty, .told = announce_pty };
	struct words argv = { NULL, 0, 0 };
	int rv = -1;

	watch_times(&w, vm, t);
	if (vm_probe(vm, e) == -1 || open_copies(vm, &w, e) == -1 ||
	    open_initrd(vm, e) == -1 || register_vm(vm, e) == -1)
		return -1;
	if (taken_check(vm, e) == 0 && qemu_argv(&argv, vm, e) == 0) {
		announce(vm);
		if (s->daemon)
			rv = run_daemon(vm->qemu, &argv, &w, e);
		else if (vm_stays(vm) || w.control != -1)
			rv = run_watched(vm->qemu, &argv, &w, status, e);
		else
			rv = run_exec(vm->qemu, &argv, &w, e);
	} else
		run_clear(&w, false);
	words_free(&argv);
	if (w.control != -1)
		(void)close(w.control);
	if (w.console != -1)
		(void)close(w.console);
	if (vm->initrd >= 0)
		(void)close(vm->initrd);
	return rv;
}

static int
print_command(struct vm *vm, struct err *e)
{
	struct words argv = { NULL, 0, 0 };
	char *line = NULL;
	int rv = -1;

	if (register_names(vm, e) == 0 && qemu_argv(&argv, vm, e) == 0 &&
	    (line = words_quote(&argv, e)) != NULL)
		rv = printf("%s\n", line) < 0 || fflush(stdout) == EOF ?
		    err_sys(e, "standard output") : 0;
	free(line);
	words_free(&argv);
	return rv;
}

static int
start(const struct settings *s, struct timing *t, int *status, struct err *e)
{
	struct vm vm = { .initrd = IMAGE_BARE, .control = -1, .console = -1,
		.terminal = !s->daemon && !s->print && s->boots == 0 &&
		    isatty(STDIN_FILENO) };
	int rv = -1;

	if (vm_resolve(&vm, s, e) == 0 && qemu_find(&vm, e) == 0 &&
	    accel_choose(&vm.accel, s->accel, vm.arch, vm.qemu, s->extra,
	    e) == 0)
		rv = s->print ? print_command(&vm, e) : run(&vm, t, status, e);
	vm_free(&vm);
	return rv;
}

/* The same VM again and again, told of once. */
static int
time_boots(const struct settings *s, int64_t began, struct err *e)
{
	struct timing *t = mem_array(s->boots, sizeof(*t));
	int rv = t != NULL ? 0 : err_mem(e), status;

	for (size_t i = 0; rv == 0 && i < s->boots; i++) {
		t[i].exec = i == 0 ? began : clock_us();
		rv = start(s, &t[i], &status, e);
		diag_quiet(true);
	}
	if (rv == 0)
		timing_table(t, s->boots);
	free(t);
	return rv;
}

static int
start_all(const struct settings *s, int64_t began, int *status, struct err *e)
{
	struct timing t = { .exec = began };

	if (s->boots != 0 && !s->print)
		return time_boots(s, began, e);
	return start(s, &t, status, e);
}

int
main(int argc, char *argv[])
{
	int64_t began = clock_us();
	struct settings s = { 0 };
	struct err e;
	int status = EXIT_SUCCESS, guest = 0;

	diag_start(argv[0]);
	if (argc == 1)
		return diag_usage(options_usage);
	if (options_read(&s, argc, argv, &e) == -1)
		status = diag_fail(&e);
	else if (s.help)
		options_help();
	else if (read_environment(&s, &e) == -1 || read_conf(&s, &e) == -1 ||
	    start_all(&s, began, &guest, &e) == -1)
		status = *e.text != '\0' ? diag_fail(&e) : EXIT_FAILURE;
	if (guest != 0)
		status = guest;
	settings_free(&s);
	return status;
}
