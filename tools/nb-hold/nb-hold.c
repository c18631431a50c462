/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-hold: runs a command, or lets a process go on, when nobody else works on
 * the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "process.h"
#include "turn.h"

#define PAUSE 10	/* milliseconds between two looks */
#define QUIET 1000	/* after which who waits says for whom */
#define GRACE 1000	/* what who does not wait waits: a holder sees only by
			 * and by that its process has ended */

static const char usage[] =
    "nb-hold [-n] [-w words] file name command [argument ...]\n"
    "       nb-hold [-n] [-w words] -p pid file name\n"
    "       nb-hold -u -p pid file name";

struct hold {
	struct turn	 turn;
	struct process	 whose;		/* of -p; pid 0: our own */
	const char	*what;
	bool		 now;		/* do not wait */
	bool		 undo;
};

static int
refuse(const struct hold *h, const char *holder, pid_t pid, struct err *e)
{
	const char *name = h->turn.name != NULL ? h->turn.name : h->turn.path;

	if (pid == 0)
		return err_set(e, "%s: %s is at it: try again when that has "
		    "ended", name, holder);
	return err_set(e, "%s: %s is at it: try again when that has ended, or "
	    "end it: kill %jd", name, holder, (intmax_t)pid);
}

/* Until it is our turn: 0; -1; 1 when who it is for has ended. */
static int
wait_turn(struct hold *h, int *fd, struct err *e)
{
	pid_t whose = h->whose.pid != 0 ? h->whose.pid : getpid();
	int64_t began = clock_ms(), waited;
	struct turn_holder by;
	char text[TURN_TEXT];
	bool said = false;
	int r;

	while ((r = turn_try(&h->turn, fd, whose, h->what, &by, e)) == 0) {
		waited = clock_ms() - began;
		turn_text(&by, text);
		if (h->now && waited >= GRACE)
			return refuse(h, text, by.whose, e);
		if (!said && waited >= QUIET) {
			diag_say("%s: waiting for %s", h->turn.name != NULL ?
			    h->turn.name : h->turn.path, text);
			said = true;
		}
		if (h->whose.pid == 0)
			(void)poll(NULL, 0, PAUSE);
		else if (process_wait(&h->whose, PAUSE))
			return 1;
	}
	return r == 1 ? 0 : -1;
}

/* Where there are no locks, or nothing can be written, others would not see
 * us: that is said, and we go on. */
static int
go_on(const struct err *e)
{
	if (e->code != ERR_MISSING)
		return -1;
	diag_warn("%s: nobody is kept from working on the same", e->text);
	return 0;
}

static int
take(struct hold *h, int *fd, struct err *e)
{
	int r;

	*fd = turn_open(&h->turn, e);
	r = *fd == -1 ? -1 : wait_turn(h, fd, e);
	return r == -1 ? go_on(e) : r;
}

/* What holds the lock must hold up nobody who waits for the end of a pipe, and
 * ends with whom it is for, or when it is told to (-u). */
static void
let_go(int lock)
{
	int null = open("/dev/null", O_RDWR), fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fd != lock && (null == -1 || dup2(null, fd) == -1))
			(void)close(fd);
	}
	if (null > 2 && null != lock)
		(void)close(null);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)!chdir("/");
}

/* The lock is the process's that took it: so that is the one that stays. */
static int
hold(struct hold *h, int report)
{
	struct err e;
	int fd, r = take(h, &fd, &e);
	char byte = r == -1;

	if (r == -1)
		(void)diag_fail(&e);
	else
		let_go(fd);
	(void)!write(report, &byte, 1);
	(void)close(report);
	if (r == 0 && fd != -1)
		(void)process_wait(&h->whose, -1);
	return r == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
hold_for(struct hold *h, struct err *e)
{
	char byte = 1;
	int ends[2];
	pid_t pid;
	ssize_t n;

	if (pipe(ends) == -1 || (pid = fork()) == -1)
		return err_sys(e, "%s", h->turn.path);
	if (pid == 0) {
		(void)close(ends[0]);
		_exit(hold(h, ends[1]));
	}
	(void)close(ends[1]);
	while ((n = read(ends[0], &byte, 1)) == -1 && errno == EINTR)
		;
	(void)close(ends[0]);
	/* Nothing came: it has been killed. */
	if (n != 1)
		return err_set(e, "%s: who was to keep it has gone",
		    h->turn.path);
	return byte;
}

/* Gives up what hold_for took for that process, and nothing else. */
static int
undo(struct hold *h, struct err *e)
{
	struct turn_holder by;
	struct process p;
	int fd = turn_open(&h->turn, e), r;

	if (fd == -1)
		return e->code == ERR_MISSING ? 0 : -1;
	r = turn_look(&h->turn, fd, &by, e);
	if (r == 1 && by.whose == h->whose.pid && by.pid != h->whose.pid &&
	    process_open(&p, by.pid, NULL)) {
		/* Still the same: so the descriptor is that process's. */
		if (turn_look(&h->turn, fd, &by, e) == 1 && by.pid == p.pid &&
		    by.whose == h->whose.pid && process_signal(&p, SIGTERM))
			(void)process_wait(&p, GRACE);
		process_close(&p);
	}
	(void)close(fd);
	return r == -1 && e->code != ERR_MISSING ? -1 : 0;
}

static int
run(struct hold *h, char **argv, struct err *e)
{
	int fd;

	if (take(h, &fd, e) == -1)
		return -1;
	(void)execvp(argv[0], argv);
	return err_sys(e, "%s", argv[0]);
}

static int
parse_pid(struct hold *h, const char *s, struct err *e)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || n <= 1 || n > INT32_MAX)
		return err_code(e, ERR_USAGE, "-p %s: no process has that "
		    "number", s);
	if (!process_open(&h->whose, (pid_t)n, NULL))
		return err_set(e, "-p %s: there is no such process", s);
	return 0;
}

static int
parse(struct hold *h, int argc, char **argv, struct err *e)
{
	int c;

	e->code = ERR_USAGE;
	e->text[0] = '\0';
	while ((c = getopt(argc, argv, "+np:uw:")) != -1) {
		switch (c) {
		case 'n': h->now = true; break;
		case 'u': h->undo = true; break;
		case 'w': h->what = optarg; break;
		case 'p':
			if (parse_pid(h, optarg, e) == -1)
				return -1;
			break;
		default:
			return -1;
		}
	}
	argc -= optind;
	argv += optind;
	if (argc < 2 || (h->whose.pid != 0) != (argc == 2) ||
	    (h->undo && h->whose.pid == 0))
		return -1;
	h->turn.path = argv[0];
	h->turn.name = strcmp(argv[1], "-") == 0 ? NULL : argv[1];
	if (h->what == NULL)
		h->what = argc > 2 ? argv[2] : "";
	return 0;
}

int
main(int argc, char **argv)
{
	struct hold h = { .whose = { .pid = 0, .fd = -1 } };
	struct err e;
	int r;

	diag_start(argv[0]);
	if (parse(&h, argc, argv, &e) == -1)
		return *e.text != '\0' ? diag_fail(&e) : diag_usage(usage);
	if (h.undo)
		r = undo(&h, &e);
	else if (h.whose.pid != 0)
		r = hold_for(&h, &e);
	else
		r = run(&h, argv + optind + 2, &e);
	if (r == -1)
		return diag_fail(&e);
	return r;
}
