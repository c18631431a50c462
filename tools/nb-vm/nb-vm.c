/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-vm.c: VMs that nb-start has started: which there are, what they do, their
 * consoles, and their end.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "choose.h"
#include "clock.h"
#include "console.h"
#include "diag.h"
#include "json.h"
#include "logs.h"
#include "show.h"
#include "stop.h"

static const char usage[] =
    "nb-vm list [-J] [name ...]\n"
    "       nb-vm status [-J] [name ...]\n"
    "       nb-vm stop [-J] [-t seconds] -a | name ...\n"
    "       nb-vm wait [-t seconds] -a | name ...\n"
    "       nb-vm console name\n"
    "       nb-vm logs [-f] name";

/* Seconds that stop takes at most, but for QEMU in the kernel's hands. */
#define STOP_SECONDS 10

/* A week. */
#define SECONDS_MAX 604800

struct wish {
	bool	all, json, follow;
	int	seconds;	/* -1: not said */
	char	**names;
	int	n;
};

/* In the order of enum stop_how. */
static const struct {
	const char *word, *text;
} hows[] = {
	{ "gone", "does not run" },
	{ "guest", "stopped: the guest has shut down" },
	{ "powerdown", "stopped: the guest has shut down, by its power button" },
	{ "quit", "stopped: QEMU was told to quit" },
	{ "term", "stopped: QEMU got a SIGTERM" },
	{ "kill", "stopped: QEMU was killed" },
	{ "not", "does not end, though it was killed" },
};

/* What is not there, told by name; whether there is any such. */
static bool
tell_missing(const struct chosen *c)
{
	for (int i = 0; i < c->nmissing; i++)
		diag_error("%s: does not run", c->missing[i]);
	return c->nmissing > 0;
}

static int
do_list(const struct wish *w, struct chosen *c, struct err *e)
{
	int running = 0;

	if ((w->json ? show_json : show_list)(c, &running, e) == -1)
		return diag_fail(e);
	return tell_missing(c) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
do_status(const struct wish *w, struct chosen *c, struct err *e)
{
	int running = 0;

	if ((w->json ? show_json : show_status)(c, &running, e) == -1)
		return diag_fail(e);
	return tell_missing(c) || running < c->n ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The end of one, told; whether it is one. */
static bool
tell_end(const struct wish *w, struct json *j, const char *name, int pid,
    enum stop_how how, int64_t ms)
{
	if (w->json) {
		json_open(j, NULL, '{');
		json_text(j, "name", name);
		json_number(j, "pid", pid);
		json_text(j, "how", hows[how].word);
		json_thousandths(j, "seconds", ms);
		json_close(j, '}');
	}
	if (how == STOP_NOT)
		diag_error("%s: %s", name, hows[how].text);
	else if (!w->json)
		diag_say("%s: %s", name, hows[how].text);
	return how != STOP_NOT;
}

/* What does not run has nothing more to be done about it. */
static int
do_stop(const struct wish *w, struct chosen *c, struct err *e)
{
	int64_t limit = 1000 *
	    (int64_t)(w->seconds != -1 ? w->seconds : STOP_SECONDS);
	struct json j = { 0, 0 };
	bool done = true;

	if (w->json)
		json_open(&j, NULL, '[');
	for (int i = 0; i < c->n; i++) {
		const struct vmrecord *r = c->v[i];
		int64_t from = clock_ms();
		enum stop_how how = stop_vm(r, c->dir, limit);

		done &= tell_end(w, &j, vmrecord_text(r, "name"),
		    (int)vmrecord_number(r, "pid"), how, clock_ms() - from);
	}
	for (int i = 0; i < c->nmissing; i++)
		done &= tell_end(w, &j, c->missing[i], 0, STOP_GONE, 0);
	if (w->json) {
		json_close(&j, ']');
		if (json_end() == -1) {
			(void)err_sys(e, "standard output");
			return diag_fail(e);
		}
	}
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
do_wait(const struct wish *w, struct chosen *c, struct err *e)
{
	int64_t end = clock_ms() + 1000 * (int64_t)w->seconds, left;
	int status = EXIT_SUCCESS;

	(void)e;
	for (int i = 0; i < c->n; i++) {
		left = w->seconds == -1 ? -1 : end - clock_ms();
		if (w->seconds != -1 && left < 0)
			left = 0;
		if (!stop_wait(c->v[i], c->dir, left)) {
			diag_error("%s: runs still, after %d seconds",
			    vmrecord_text(c->v[i], "name"), w->seconds);
			status = EXIT_FAILURE;
		}
	}
	return status;
}

/* The one VM that is meant, if there is just one. */
static int
only_one(const struct wish *w, const struct chosen *c, struct err *e)
{
	if (c->n > 1)
		return err_set(e, "%s: %d VMs have that image: give a name",
		    w->names[0], c->n);
	return c->n;
}

static int
do_console(const struct wish *w, struct chosen *c, struct err *e)
{
	int n = only_one(w, c, e);

	if (n == 0)
		(void)err_set(e, "%s: does not run", w->names[0]);
	if (n != 1 || console_attach(c->v[0], e) == -1)
		return diag_fail(e);
	return EXIT_SUCCESS;
}

static int
do_logs(const struct wish *w, struct chosen *c, struct err *e)
{
	int n = only_one(w, c, e);

	if (n == -1 || logs_show(c->dir, w->names[0], n == 1 ? c->v[0] : NULL,
	    w->follow, e) == -1)
		return diag_fail(e);
	return EXIT_SUCCESS;
}

static const struct command {
	const char *name, *options;
	int least, most;	/* names; -1: any number */
	int (*run)(const struct wish *, struct chosen *, struct err *);
} commands[] = {
	{ "list", "J", 0, -1, do_list },
	{ "status", "J", 0, -1, do_status },
	{ "stop", "aJt:", 1, -1, do_stop },
	{ "wait", "at:", 1, -1, do_wait },
	{ "console", "", 1, 1, do_console },
	{ "logs", "f", 1, 1, do_logs },
};

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int
read_seconds(const char *s)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || errno != 0 ||
	    n > SECONDS_MAX)
		return -1;
	return (int)n;
}

/* argv[0] is the command. -1 when it is not used so. */
static int
read_wish(struct wish *w, const struct command *c, int argc, char **argv,
    struct err *e)
{
	int o;

	while ((o = getopt(argc, argv, c->options)) != -1) {
		switch (o) {
		case 'a':
			w->all = true;
			break;
		case 'J':
			w->json = true;
			break;
		case 'f':
			w->follow = true;
			break;
		case 't':
			if ((w->seconds = read_seconds(optarg)) == -1)
				return err_code(e, ERR_USAGE, "-t: %s: not a "
				    "number of seconds up to %d", optarg,
				    SECONDS_MAX);
			break;
		default:
			return -1;
		}
	}
	w->names = argv + optind;
	w->n = argc - optind;
	if (w->all ? w->n > 0 : w->n < c->least)
		return -1;
	return c->most != -1 && w->n > c->most ? -1 : 0;
}

int
main(int argc, char *argv[])
{
	struct wish w = { .seconds = -1 };
	struct err e = { .code = ERR_ANY };
	const struct command *command;
	struct chosen c;
	int status;

	diag_start(argv[0]);
	command = argc > 1 ? find_command(argv[1]) : NULL;
	if (command == NULL ||
	    read_wish(&w, command, argc - 1, argv + 1, &e) == -1)
		return *e.text != '\0' ? diag_fail(&e) : diag_usage(usage);
	/* QEMU may go while it is talked to; who reads a log may, too. */
	if (command->run != do_logs)
		(void)signal(SIGPIPE, SIG_IGN);
	if (choose(&c, w.names, w.n, &e) == -1)
		status = diag_fail(&e);
	else
		status = command->run(&w, &c, &e);
	choose_free(&c);
	return status;
}
