/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-app.c: the VM manager in the browser: options, and the threads' beginning
 * and end.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "builds.h"
#include "compat.h"
#include "console.h"
#include "death.h"
#include "diag.h"
#include "host.h"
#include "mem.h"
#include "program.h"
#include "running.h"
#include "server.h"
#include "token.h"
#include "vms.h"

struct app app = {
	.address = "127.0.0.1",
	.port = 5000,
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

static const char usage[] = "nb-app [-b address] [-d folder] [-m make] "
    "[-n name] [-P folder]\n              [-p port] [-t file] [-w folder] "
    "[variable=value ...]";

struct options {
	const char *folder, *programs, *make, *token;
};

/* ---- options ---- */

static int
set_port(const char *word, struct err *e)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*word < '0' || *word > '9' || *end != '\0' || n == 0 || n > 65535)
		return err_code(e, ERR_USAGE, "-p: %s: not 1 to 65535", word);
	app.port = (uint16_t)n;
	return 0;
}

static int
add_share(const char *word, struct err *e)
{
	if (app.nshares == sizeof(app.shares) / sizeof(app.shares[0]))
		return err_code(e, ERR_USAGE, "-w: too many folders");
	if ((app.shares[app.nshares] = realpath(word, NULL)) == NULL)
		return err_sys(e, "-w: %s", word);
	app.nshares++;
	return 0;
}

static int
add_name(const char *word, struct err *e)
{
	if (app.nnames == sizeof(app.names) / sizeof(app.names[0]))
		return err_code(e, ERR_USAGE, "-n: too many names");
	app.names[app.nnames++] = word;
	return 0;
}

static int
option(struct options *o, int c, const char *word, struct err *e)
{
	switch (c) {
	case 'b': app.address = word; return 0;
	case 'd': o->folder = word; return 0;
	case 'm': o->make = word; return 0;
	case 'n': return add_name(word, e);
	case 'P': o->programs = word; return 0;
	case 'p': return set_port(word, e);
	case 't': o->token = word; return 0;
	default: return add_share(word, e);
	}
}

/* Returns the exit status, or -1 to go on. */
static int
read_options(struct options *o, int argc, char *argv[])
{
	struct err e;
	int c;

	while ((c = getopt(argc, argv, "b:d:m:n:P:p:t:w:")) != -1) {
		if (c == '?')
			return diag_usage(usage);
		if (option(o, c, optarg, &e) == -1)
			return diag_fail(&e);
	}
	for (int i = optind; i < argc; i++) {
		if (strchr(argv[i], '=') == NULL || *argv[i] == '-')
			return diag_usage(usage);
	}
	if (strncmp(app.address, "127.", 4) != 0 && o->token == NULL) {
		diag_error("-b %s: others could use it: give a token file (-t)",
		    app.address);
		return EXIT_USAGE;
	}
	return -1;
}

/* ---- what it needs ---- */

/* folder/name, or where this program is, or PATH's; NULL: nowhere. */
static char *
find_program(const char *folder, const char *name)
{
	struct err e;
	char *path, *found = NULL;

	path = folder != NULL ? mem_printf("%s/%s", folder, name) :
	    strdup(name);
	if (path == NULL || program_find(path, &found, &e) != 1)
		found = NULL;
	free(path);
	return found;
}

static int
find_programs(const struct options *o, const char *argv0, struct err *e)
{
	const char *slash = strrchr(argv0, '/');
	char *beside = slash != NULL ? mem_printf("%.*s",
	    (int)(slash - argv0), argv0) : NULL;
	const char *folder = o->programs != NULL ? o->programs : beside;
	char *absolute = folder != NULL ? realpath(folder, NULL) : NULL;

	free(beside);
	if (folder != NULL && absolute == NULL)
		return err_sys(e, "%s", o->programs != NULL ? o->programs :
		    argv0);
	app.nb_start = find_program(absolute, "nb-start");
	app.nb_vm = find_program(absolute, "nb-vm");
	free(absolute);
	if (app.nb_start == NULL || app.nb_vm == NULL)
		return err_set(e, "%s: not found: -P names its folder",
		    app.nb_start == NULL ? "nb-start" : "nb-vm");
	app.make = find_program(NULL, o->make != NULL ? o->make : "bmake");
#ifdef COMPAT_MAKE
	if (app.make == NULL && o->make == NULL)
		app.make = find_program(NULL, COMPAT_MAKE);
#endif
	return 0;
}

static const char *
folder_of(const char *variable, const char *otherwise)
{
	const char *v = getenv(variable);

	return v != NULL && *v != '\0' ? v : otherwise;
}

static int
find_folders(const char *folder, struct err *e)
{
	struct stat st;

	if (folder != NULL && chdir(folder) == -1)
		return err_sys(e, "%s", folder);
	if ((app.folder = realpath(".", NULL)) == NULL)
		return err_sys(e, "the present folder");
	app.confs = folder_of("CONFDIR", "etc");
	app.images = folder_of("IMAGEDIR", "images");
	app.kernels = folder_of("KERNELDIR", "kernels");
	app.services = folder_of("SERVICEDIR", "service");
	if (stat(app.confs, &st) == -1)
		return err_sys(e, "%s", app.confs);
	return 0;
}

/* ---- life ---- */

/* Threads get the mask of who makes them: the signals come to us alone. */
static void
hold_signals(sigset_t *ends)
{
	struct sigaction ignore;

	(void)sigemptyset(ends);
	death_add(ends);
	(void)pthread_sigmask(SIG_BLOCK, ends, NULL);
	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

static void
announce(void)
{
	const char *at = strcmp(app.address, "127.0.0.1") == 0 ||
	    strcmp(app.address, "0.0.0.0") == 0 ? "localhost" : app.address;

	(void)printf("http://%s:%u\n", at, app.port);
	(void)fflush(stdout);
}

static void
end(void)
{
	(void)pthread_mutex_lock(&app.lock);
	app.ending = true;
	(void)pthread_cond_broadcast(&app.changed);
	(void)pthread_mutex_unlock(&app.lock);
	server_stop();
	builds_end();
	console_end();
	vms_watch_end();
	host_forget();
	running_forget();
	free(app.token);
	free(app.folder);
	free(app.nb_start);
	free(app.nb_vm);
	free(app.make);
	for (size_t i = 0; i < app.nshares; i++)
		free((void *)(uintptr_t)app.shares[i]);
}

int
main(int argc, char *argv[])
{
	struct options o = { NULL, NULL, NULL, NULL };
	struct err e;
	sigset_t ends;
	int status, sig;

	diag_start(argv[0]);
	if ((status = read_options(&o, argc, argv)) != -1)
		return status;
	app.open = o.token == NULL;
	if ((app.token = app.open ? token_new(&e) : token_read(o.token, &e)) ==
	    NULL || find_programs(&o, argv[0], &e) == -1 ||
	    find_folders(o.folder, &e) == -1)
		return diag_fail(&e);
	builds_setup(argv + optind, argc - optind);
	hold_signals(&ends);
	host_learn();
	if (server_start(&e) == -1)
		return diag_fail(&e);
	if (!vms_watch()) {
		diag_error("no thread can be started");
		return EXIT_FAILURE;
	}
	announce();
	while (sigwait(&ends, &sig) != 0)
		;
	end();
	return EXIT_SUCCESS;
}
