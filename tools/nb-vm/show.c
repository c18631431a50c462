/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * show.c: what VMs do and are, for people and for programs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "diag.h"
#include "json.h"
#include "jsonget.h"
#include "mem.h"
#include "qmp.h"
#include "show.h"
#include "vmreg.h"

/* Milliseconds that QEMU gets to tell its state: it answers in one. */
#define PATIENCE 300

#define MB (1024 * 1024)

struct look {
	const struct vmrecord *r;
	pid_t	pid;
	char	state[32];
	struct process_info info;	/* zeroed when it has ended */
};

/* "running" of QEMU's {"return": {"status": "running", ...}}. */
static void
ask_state(struct look *l)
{
	int64_t until = clock_ms() + PATIENCE;
	struct qmp q;
	const char *line;

	if (!qmp_open(&q, vmrecord_text(l->r, "qmp"), until))
		return;
	line = qmp_ask(&q, "query-status", until);
	if (line != NULL)
		(void)json_word(json_find(line, "return.status"), l->state,
		    sizeof(l->state));
	qmp_close(&q);
}

static void
look_at(struct look *l, const struct vmrecord *r, const char *dir)
{
	struct process p;

	memset(l, 0, sizeof(*l));
	l->r = r;
	l->pid = (pid_t)vmrecord_number(r, "pid");
	if (!vmreg_running(r, &p) || process_look(p.pid, &l->info) == -1) {
		(void)strcpy(l->state, "stale");
		memset(&l->info, 0, sizeof(l->info));
		vmreg_clear(r, dir);
		return;
	}
	l->pid = p.pid;
	process_close(&p);
	(void)snprintf(l->state, sizeof(l->state), "%s",
	    vmrecord_text(r, "state"));
	/* One that a signal has halted answers nobody. */
	if (l->info.halted)
		(void)strcpy(l->state, "suspended");
	else if (strcmp(l->state, "running") == 0)
		ask_state(l);
}

static bool
is_stale(const struct look *l)
{
	return strcmp(l->state, "stale") == 0;
}

/* All of them; to be freed. */
static struct look *
look_at_all(const struct chosen *c, int *running, struct err *e)
{
	struct look *l = mem_array((size_t)c->n + 1, sizeof(*l));

	*running = 0;
	if (l == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	for (int i = 0; i < c->n; i++) {
		look_at(&l[i], c->v[i], c->dir);
		*running += is_stale(&l[i]) ? 0 : 1;
	}
	return l;
}

/* Thousandths of one processor, since it began. */
static int64_t
load(const struct look *l)
{
	return l->info.age > 0 ? l->info.cpu * 1000 / l->info.age : 0;
}

/* What a terminal takes: a name may have control characters in it. */
static const char *
plain(char *to, size_t room, const char *s)
{
	size_t i;

	for (i = 0; i < room - 1 && s[i] != '\0'; i++)
		to[i] = (unsigned char)s[i] < ' ' || s[i] == 0x7f ? '?' : s[i];
	to[i] = '\0';
	return to;
}

/* 45s, 3m20s, 2h05m, 3d04h */
static void
duration(char *to, size_t room, int64_t ms)
{
	int64_t s = ms > 0 ? ms / 1000 : 0;
	int m = (int)(s / 60 % 60), h = (int)(s / 3600 % 24);

	if (s < 60)
		(void)snprintf(to, room, "%ds", (int)s);
	else if (s < 3600)
		(void)snprintf(to, room, "%dm%02ds", m, (int)(s % 60));
	else if (s < 86400)
		(void)snprintf(to, room, "%dh%02dm", h, m);
	else
		(void)snprintf(to, room, "%" PRId64 "d%02dh", s / 86400, h);
}

/* --- A line each. */

enum { NAME, STATE, PID, UP, CPU, MEM, PORTS, IMAGE, COLUMNS };

static const char *const heads[COLUMNS] = {
	"NAME", "STATE", "PID", "UP", "CPU%", "MB", "PORTS", "IMAGE"
};

struct row {
	char	*cell[COLUMNS];
};

/* 127.0.0.1:8080>80, or - */
static char *
ports(const struct vmrecord *r)
{
	char *all = strdup(""), *more;
	const char *f, *guest;
	size_t at = 0;

	while (all != NULL && (f = vmrecord_next(r, "forward", &at)) != NULL) {
		guest = strrchr(f, ':');
		more = mem_printf("%s%s%s%.*s>%s", all, *all != '\0' ? "," : "",
		    strncmp(f, "udp:", 4) == 0 ? "udp:" : "",
		    (int)strcspn(f + 4, "-"), f + 4,
		    guest != NULL ? guest + 1 : "");
		free(all);
		all = more;
	}
	if (all != NULL && *all == '\0') {
		free(all);
		all = strdup("-");
	}
	return all;
}

static void
fill(struct row *row, const struct look *l)
{
	char text[4096];

	row->cell[NAME] = strdup(plain(text, sizeof(text),
	    vmrecord_text(l->r, "name")));
	row->cell[STATE] = strdup(l->state);
	row->cell[PID] = mem_printf("%jd", (intmax_t)l->pid);
	duration(text, sizeof(text), l->info.age);
	row->cell[UP] = strdup(is_stale(l) ? "-" : text);
	row->cell[CPU] = is_stale(l) ? strdup("-") :
	    mem_printf("%" PRId64 ".%d", load(l) / 10, (int)(load(l) % 10));
	row->cell[MEM] = is_stale(l) ? strdup("-") :
	    mem_printf("%" PRId64, l->info.memory / MB);
	row->cell[PORTS] = ports(l->r);
	row->cell[IMAGE] = strdup(plain(text, sizeof(text),
	    vmrecord_text(l->r, "image")));
}

/* PID to MB are numbers, which stand to the right. */
static void
print_rows(struct row *rows, int n)
{
	int width[COLUMNS];

	for (int c = 0; c < COLUMNS; c++) {
		width[c] = (int)strlen(heads[c]);
		for (int i = 0; i < n; i++) {
			if ((int)strlen(rows[i].cell[c]) > width[c])
				width[c] = (int)strlen(rows[i].cell[c]);
		}
	}
	for (int i = -1; i < n; i++) {
		for (int c = 0; c < COLUMNS; c++) {
			const char *s = i == -1 ? heads[c] : rows[i].cell[c];

			if (c == COLUMNS - 1)
				(void)printf("%s\n", s);
			else
				(void)printf("%*s  ", c >= PID && c <= MEM ?
				    width[c] : -width[c], s);
		}
	}
}

static int
written(struct err *e)
{
	return fflush(stdout) == EOF || ferror(stdout) ?
	    err_sys(e, "standard output") : 0;
}

int
show_list(const struct chosen *c, int *running, struct err *e)
{
	struct look *l = look_at_all(c, running, e);
	struct row *rows = mem_array((size_t)c->n + 1, sizeof(*rows));
	bool whole = true;

	if (l == NULL || rows == NULL) {
		free(l);
		free(rows);
		return err_mem(e);
	}
	for (int i = 0; i < c->n; i++) {
		fill(&rows[i], &l[i]);
		for (int k = 0; k < COLUMNS; k++)
			whole = whole && rows[i].cell[k] != NULL;
	}
	if (whole && c->n > 0)
		print_rows(rows, c->n);
	for (int i = 0; i < c->n; i++) {
		for (int k = 0; k < COLUMNS; k++)
			free(rows[i].cell[k]);
	}
	free(rows);
	free(l);
	return whole ? written(e) : err_mem(e);
}

/* --- A paragraph each. */

static void
print_field(const char *what, const char *value)
{
	char text[4096];

	(void)printf("%-9s %s\n", what, plain(text, sizeof(text), value));
}

static void
print_each(const struct vmrecord *r, const char *what, const char *key)
{
	const char *value;
	size_t at = 0;

	while ((value = vmrecord_next(r, key, &at)) != NULL)
		print_field(what, value);
}

/* What only one that runs has. */
static void
print_use(const struct look *l)
{
	char up[64], when[64] = "";
	time_t since = (time_t)vmrecord_number(l->r, "since");
	struct tm tm;

	duration(up, sizeof(up), l->info.age);
	if (localtime_r(&since, &tm) != NULL)
		(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	(void)printf("%-9s %jd\n", "process", (intmax_t)l->pid);
	(void)printf("%-9s %s, for %s\n", "since", when, up);
	(void)printf("%-9s %" PRId64 ".%02d s, %" PRId64 ".%d %%\n", "cpu",
	    l->info.cpu / 1000, (int)(l->info.cpu % 1000 / 10), load(l) / 10,
	    (int)(load(l) % 10));
	(void)printf("%-9s %" PRId64 " MB of the host's\n", "memory",
	    l->info.memory / MB);
}

static void
print_status(const struct look *l)
{
	const struct vmrecord *r = l->r;

	print_field("name", vmrecord_text(r, "name"));
	print_field("state", l->state);
	if (!is_stale(l))
		print_use(l);
	(void)printf("%-9s %s, %s, %s MB, cores: %s\n", "machine",
	    vmrecord_text(r, "arch"), vmrecord_text(r, "accel"),
	    vmrecord_text(r, "memory"), vmrecord_text(r, "cores"));
	print_each(r, "image", "image");
	print_each(r, "disk", "disk");
	print_each(r, "kernel", "kernel");
	print_each(r, "port", "forward");
	print_each(r, "console", "console");
	print_each(r, "log", "log");
	print_each(r, "qmp", "qmp");
	print_each(r, "socket", "socket");
	print_each(r, "pidfile", "pidfile");
}

int
show_status(const struct chosen *c, int *running, struct err *e)
{
	struct look *l = look_at_all(c, running, e);

	if (l == NULL)
		return -1;
	for (int i = 0; i < c->n; i++) {
		if (i > 0)
			(void)putchar('\n');
		print_status(&l[i]);
	}
	free(l);
	return written(e);
}

/* --- An array of objects. */

static void
json_texts(struct json *j, const struct vmrecord *r, const char *key,
    const char *from)
{
	const char *value;
	size_t at = 0;

	json_open(j, key, '[');
	while ((value = vmrecord_next(r, from, &at)) != NULL)
		json_text(j, NULL, value);
	json_close(j, ']');
}

static void
json_vm(struct json *j, const struct look *l)
{
	static const char *const texts[] = { "image", "kernel", "arch",
		"accel", "console", "log", "qmp", "pidfile" };

	json_open(j, NULL, '{');
	json_text(j, "name", vmrecord_text(l->r, "name"));
	json_text(j, "state", l->state);
	json_number(j, "pid", l->pid);
	json_number(j, "since", vmrecord_number(l->r, "since"));
	json_thousandths(j, "uptime_seconds", l->info.age);
	json_thousandths(j, "cpu_seconds", l->info.cpu);
	json_thousandths(j, "cpu_percent", load(l) * 100);
	json_number(j, "memory_bytes", l->info.memory);
	json_number(j, "memory_mb", vmrecord_number(l->r, "memory"));
	json_number(j, "cores", vmrecord_number(l->r, "cores"));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (vmrecord_get(l->r, texts[i]) != NULL)
			json_text(j, texts[i], vmrecord_get(l->r, texts[i]));
	}
	json_texts(j, l->r, "disks", "disk");
	json_texts(j, l->r, "forwards", "forward");
	json_texts(j, l->r, "sockets", "socket");
	json_close(j, '}');
}

int
show_json(const struct chosen *c, int *running, struct err *e)
{
	struct look *l = look_at_all(c, running, e);
	struct json j = { 0, 0 };

	if (l == NULL)
		return -1;
	json_open(&j, NULL, '[');
	for (int i = 0; i < c->n; i++)
		json_vm(&j, &l[i]);
	json_close(&j, ']');
	free(l);
	return json_end() == -1 ? err_sys(e, "standard output") : 0;
}
