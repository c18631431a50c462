/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * transfer.c: one curl multi handle, and what is tried when.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "display.h"
#include "mem.h"
#include "request.h"
#include "transfer.h"
#include "url.h"

#define PAUSE_MS	 333	/* before the second try; then three times */
#define PAUSE_LIMIT_MS	 30000	/* longest, and what a server may ask for */
#define POLL_MS		 200	/* the display is redrawn so often */
#define SLOWEST		 32	/* bytes a second: less is next to nothing */
#define RESTARTS	 2	/* from the first byte */
#define WAY		 (1024 * 1024)	/* a try that came so far was none */
#define ANSWERS		 8	/* to questions, before more are put at once */

enum slot_state { SLOT_READY, SLOT_RUNNING, SLOT_OVER };

struct slot {
	struct transfer	*t;
	struct request	*request;	/* when running */
	size_t		 alternative;
	unsigned	 tries;		/* of this alternative, so far */
	unsigned	 restarts;
	int64_t		 begun;		/* the first try; 0: not yet */
	uint64_t	 best;		/* bytes, of all tries */
	int64_t		 due;		/* not before */
	uint64_t	 seen;		/* bytes, at the last look */
	int64_t		 moved;		/* when they last became more */
	uint64_t	 done;		/* bytes, once it is over */
	double		 rate;		/* bytes a second, of late */
	uint64_t	 rate_done;	/* bytes of it, at the last look */
	int64_t		 rate_at;	/* which was then */
	enum slot_state	 state;
};

struct engine {
	CURLM			*multi;
	const struct transfer_limits *limits;
	struct display		*display;
	struct slot		*slots;
	size_t			 nslots, running, over, failed;
	size_t			 answered;	/* it has not changed */
	char			**dead;	/* servers that do not answer */
	size_t			 ndead, deadcap;
	unsigned		 seed;
};

struct engine *
engine_new(const struct transfer_limits *limits, struct err *e)
{
	struct engine *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (g->multi = curl_multi_init()) == NULL) {
		(void)err_set(e, "libcurl cannot be initialised");
		free(g);
		return NULL;
	}
	g->limits = limits;
	g->seed = (unsigned)getpid() ^ (unsigned)clock_ms();
	return g;
}

/* Scheme, host and port: all up to the path. */
static size_t
server_len(const char *url)
{
	const char *host = strstr(url, "://");

	return host == NULL ? 0 :
	    (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
}

static bool
is_dead(const struct engine *g, const char *url)
{
	size_t i, len = server_len(url);

	for (i = 0; i < g->ndead; i++) {
		if (strlen(g->dead[i]) == len &&
		    strncmp(g->dead[i], url, len) == 0)
			return true;
	}
	return false;
}

/* Only a hint: without memory it is not taken. */
static void
set_dead(struct engine *g, const char *url)
{
	char **list, *server;

	if (is_dead(g, url))
		return;
	list = mem_grow(g->dead, &g->deadcap, g->ndead + 1, sizeof(*list));
	if (list == NULL)
		return;
	g->dead = list;
	server = mem_printf("%.*s", (int)server_len(url), url);
	if (server != NULL)
		g->dead[g->ndead++] = server;
}

/* The first alternative from here on whose server is not known to be dead;
 * the last one gets its chance in any case. */
static void
skip_dead(const struct engine *g, struct slot *s)
{
	while (s->alternative + 1 < s->t->nurls &&
	    is_dead(g, s->t->urls[s->alternative]))
		s->alternative++;
}

static void
finish(struct engine *g, struct slot *s, enum transfer_result r)
{
	s->state = SLOT_OVER;
	g->over++;
	if (r == TRANSFER_FAILED)
		g->failed++;
	if (r == TRANSFER_SAME)
		g->answered++;
	s->t->ms = clock_ms() - s->begun;
	if (s->t->ops->over != NULL)
		s->t->ops->over(s->t->ctx, s->t, r);
}

static int
start(struct engine *g, struct slot *s, struct err *e)
{
	if (s->tries == 0)
		skip_dead(g, s);
	s->request = request_new(s->t, s->t->urls[s->alternative], g->limits,
	    e);
	if (s->request == NULL)
		return -1;
	if (curl_multi_add_handle(g->multi, request_easy(s->request)) !=
	    CURLM_OK)
		return err_mem(e);
	s->tries++;
	s->t->tries++;
	s->seen = 0;
	s->moved = s->rate_at = clock_ms();
	s->rate = 0;
	s->rate_done = 0;
	if (s->begun == 0)
		s->begun = s->moved;
	s->state = SLOT_RUNNING;
	g->running++;
	return 0;
}

/*
 * Questions whether a file has changed are put one behind the other, over one
 * connection, and more at once when there are many: answers are short.
 */
static bool
has_to_wait(const struct engine *g, const struct slot *s)
{
	struct transfer_question ask = { NULL, NULL, 0, NULL };
	size_t i, asking = 0;

	if (s->t->ops->ask == NULL)
		return false;
	s->t->ops->ask(s->t->ctx, s->t->urls[s->alternative], &ask);
	if (ask.etag == NULL && ask.modified == NULL)
		return false;
	for (i = 0; i < g->nslots; i++) {
		if (g->slots[i].state == SLOT_RUNNING &&
		    !request_begun(g->slots[i].request))
			asking++;
	}
	return asking > g->answered / ANSWERS;
}

/* Start what may start. Returns how long nothing more will, at most. */
static int
start_due(struct engine *g, int *timeout, struct err *e)
{
	int64_t now = clock_ms(), left;
	size_t i;

	*timeout = POLL_MS;
	for (i = 0; i < g->nslots && g->running < g->limits->jobs; i++) {
		if (g->slots[i].state != SLOT_READY)
			continue;
		left = g->slots[i].due - now;
		if (left > 0 && left < *timeout)
			*timeout = (int)left;
		if (left <= 0 && !has_to_wait(g, &g->slots[i]) &&
		    start(g, &g->slots[i], e) == -1)
			return -1;
	}
	return 0;
}

static void
note(const struct engine *g, bool important, const char *text,
    const char *what)
{
	char line[sizeof(((struct err *)0)->text) + 64];

	if (g->limits->note == NULL)
		return;
	display_hide(g->display);
	(void)snprintf(line, sizeof(line), "%s; %s", text, what);
	g->limits->note(important, line);
}

/* Between half and one and a half of it, so that many clients of a server
 * that failed do not come back at the same moment. */
static int64_t
pause_ms(struct engine *g, const struct slot *s, long wait)
{
	int64_t ms = PAUSE_MS;
	unsigned i;

	for (i = 1; i < s->tries && ms < PAUSE_LIMIT_MS; i++)
		ms *= 3;
	if (ms > PAUSE_LIMIT_MS)
		ms = PAUSE_LIMIT_MS;
	g->seed = g->seed * 1103515245u + 12345u;
	ms = ms / 2 + ms * (int64_t)(g->seed >> 16 & 1023) / 1024;
	return ms > (int64_t)wait * 1000 ? ms : (int64_t)wait * 1000;
}

/* The same again, the next alternative, or the end. */
static void
failed(struct engine *g, struct slot *s, enum request_result r, long wait)
{
	char again[64];
	int64_t ms;

	if (r == REQUEST_RESTART && s->restarts < RESTARTS) {
		note(g, false, s->t->err.text, "from the start");
		s->restarts++;
		s->tries--;
		s->due = 0;
		s->state = SLOT_READY;
		return;
	}
	if (r == REQUEST_AGAIN && s->tries < (s->t->brief &&
	    s->t->received == 0 ? 1 : g->limits->tries) &&
	    wait <= PAUSE_LIMIT_MS / 1000) {
		ms = pause_ms(g, s, wait);
		(void)snprintf(again, sizeof(again), "again in %.1f s",
		    (double)ms / 1000);
		note(g, false, s->t->err.text, again);
		s->due = clock_ms() + ms;
		s->state = SLOT_READY;
	} else if (r != REQUEST_FAILED && s->alternative + 1 < s->t->nurls) {
		note(g, true, s->t->err.text, "trying the next");
		s->alternative++;
		s->tries = 0;
		s->due = 0;
		s->state = SLOT_READY;
	} else
		finish(g, s, TRANSFER_FAILED);
}

static void
ended(struct engine *g, struct slot *s, CURLcode rc)
{
	enum request_result r;
	uint64_t total;
	long wait;

	(void)curl_multi_remove_handle(g->multi, request_easy(s->request));
	g->running--;
	request_amount(s->request, &s->done, &total);
	s->t->received += request_received(s->request);
	if (s->done >= s->best + WAY) {
		s->best = s->done;
		s->tries = 1;
	}
	display_hide(g->display);
	r = request_end(s->request, rc, &wait);
	request_free(s->request);
	s->request = NULL;
	if (verdict_server(rc))
		set_dead(g, s->t->urls[s->alternative]);
	s->t->unanswered = r == REQUEST_AGAIN || verdict_server(rc);
	if (r == REQUEST_DONE || r == REQUEST_SAME)
		finish(g, s, r == REQUEST_DONE ? TRANSFER_DONE :
		    TRANSFER_SAME);
	else
		failed(g, s, r, wait);
}

/* How many have ended. */
static size_t
reap(struct engine *g)
{
	CURLMsg *m;
	CURLcode rc;
	size_t i, n = 0;
	int left;

	while ((m = curl_multi_info_read(g->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		for (i = 0; i < g->nslots; i++) {
			if (g->slots[i].state == SLOT_RUNNING &&
			    request_easy(g->slots[i].request) ==
			    m->easy_handle)
				break;
		}
		rc = m->data.result;	/* m goes with its handle */
		if (i < g->nslots) {
			ended(g, &g->slots[i], rc);
			n++;
		}
	}
	return n;
}

/*
 * What arrives a byte at a time counts as nothing. libcurl's own limit looks at
 * an average over five seconds, which is late by as much. busy_ms were spent on
 * work of ours (a slow disk): no server is to blame for them.
 */
static void
stop_stalled(struct engine *g, int64_t busy_ms)
{
	int64_t now = clock_ms();
	struct slot *s;
	uint64_t n;
	size_t i;

	for (i = 0; i < g->nslots; i++) {
		s = &g->slots[i];
		if (s->state != SLOT_RUNNING)
			continue;
		n = request_heard(s->request);
		if (n == 0 || n >= s->seen + SLOWEST *
		    (uint64_t)g->limits->stall_s) {
			s->seen = n;
			s->moved = now;
			continue;
		}
		s->moved += busy_ms;
		if (now - s->moved >= (int64_t)g->limits->stall_s * 1000)
			ended(g, s, CURLE_OPERATION_TIMEDOUT);
	}
}

/* What came since the last look, and what came before that, less and less. */
static void
measure(struct slot *s, uint64_t received, int64_t now)
{
	double rate;

	if (now <= s->rate_at)
		return;
	rate = (double)(received - s->rate_done) * 1000 /
	    (double)(now - s->rate_at);
	s->rate += (rate - s->rate) * (s->rate == 0 ? 1 : 0.2);
	s->rate_done = received;
	s->rate_at = now;
}

/* A line for each that runs, and if there are more than one, for all. */
static void
show(struct engine *g)
{
	uint64_t done = 0, total = 0, d, t;
	int64_t now = clock_ms();
	char all[64];
	double rate = 0;
	bool known = true;
	struct slot *s;
	size_t i;

	if (!display_due(g->display))
		return;
	for (i = 0; i < g->nslots; i++) {
		s = &g->slots[i];
		d = t = s->done;
		if (s->state == SLOT_RUNNING) {
			request_amount(s->request, &d, &t);
			measure(s, request_received(s->request), now);
			display_line(g->display, s->t->name, d, t, s->rate);
			rate += s->rate;
		}
		if (s->state != SLOT_OVER && t == 0)
			known = false;
		done += d;
		total += t;
	}
	(void)snprintf(all, sizeof(all), "%zu of %zu files", g->over,
	    g->nslots);
	if (g->nslots > 1)
		display_line(g->display, all, done, known ? total : 0, rate);
	display_show(g->display);
}

/*
 * Signals are let in only while nothing is done: libcurl's resolver threads
 * are made in between and inherit the mask, so the handler that removes
 * unfinished files never runs beside the code that keeps their list.
 */
static int
loop(struct engine *g, const sigset_t *open, const sigset_t *closed,
    struct err *e)
{
	int64_t begun;
	int active, timeout;

	while (g->over < g->nslots) {
		if (start_due(g, &timeout, e) == -1)
			return -1;
		begun = clock_ms();
		if (curl_multi_perform(g->multi, &active) != CURLM_OK)
			return err_set(e, "libcurl failed");
		if (reap(g) > 0)	/* there is room to start others */
			timeout = 0;
		stop_stalled(g, clock_ms() - begun);
		show(g);
		(void)sigprocmask(SIG_SETMASK, open, NULL);
		(void)curl_multi_poll(g->multi, NULL, 0, timeout, NULL);
		(void)sigprocmask(SIG_SETMASK, closed, NULL);
	}
	return 0;
}

static void
clean(struct engine *g)
{
	struct slot *s;
	size_t i;

	for (i = 0; i < g->nslots; i++) {
		s = &g->slots[i];
		if (s->request == NULL)
			continue;
		(void)curl_multi_remove_handle(g->multi,
		    request_easy(s->request));
		s->t->ops->undo(s->t->ctx, false);
		request_free(s->request);
	}
	display_end(g->display);
	g->display = NULL;
	free(g->slots);
	g->slots = NULL;
	g->nslots = 0;
}

int
engine_run(struct engine *g, struct transfer *const list[], size_t n,
    struct err *e)
{
	sigset_t open, closed;
	size_t i;
	int r;

	if (n == 0)
		return 0;
	if ((g->slots = mem_array(n, sizeof(*g->slots))) == NULL)
		return err_mem(e);
	g->nslots = n;
	g->running = g->over = g->failed = 0;
	for (i = 0; i < n; i++)
		g->slots[i].t = list[i];
	g->display = display_start();
	(void)sigprocmask(SIG_BLOCK, NULL, &open);
	closed = open;
	(void)sigaddset(&closed, SIGHUP);
	(void)sigaddset(&closed, SIGINT);
	(void)sigaddset(&closed, SIGQUIT);
	(void)sigaddset(&closed, SIGTERM);
	(void)sigprocmask(SIG_SETMASK, &closed, NULL);
	r = loop(g, &open, &closed, e);
	(void)sigprocmask(SIG_SETMASK, &open, NULL);
	clean(g);
	return r == -1 ? -1 : (int)g->failed;
}

void
engine_free(struct engine *g)
{
	if (g == NULL)
		return;
	while (g->ndead > 0)
		free(g->dead[--g->ndead]);
	free(g->dead);
	(void)curl_multi_cleanup(g->multi);
	curl_global_cleanup();
	free(g);
}
