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
#include "dead.h"
#include "death.h"
#include "display.h"
#include "mem.h"
#include "request.h"
#include "sockets.h"
#include "transfer.h"
#include "url.h"

#define PAUSE_MS	 333	/* before the second try; then three times */
#define PAUSE_LIMIT_MS	 30000	/* longest, and what a server may ask for */
#define POLL_MS		 200	/* the display is redrawn so often */
#define SLOWEST		 32	/* bytes a second: less is next to nothing */
#define RESTARTS	 2	/* from the first byte */
#define WAY		 (1024 * 1024)	/* a try that came so far was none */
#define ANSWERS		 8	/* to questions, before more are put at once */
#define HELD_MAX	 (4 * 1024 * 1024)	/* bytes that wait for the disk */
#define HELD_EACH	 (256 * 1024)	/* of these, of one file at most */

enum slot_state { SLOT_READY, SLOT_RUNNING, SLOT_PLACING, SLOT_OVER };
enum answer { UNKNOWN, NO, YES };

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
	struct rate	 rate;
	enum slot_state	 state;
	enum answer	 asks;		/* whether a file has changed */
};

struct engine {
	CURLM			*multi;
	const struct transfer_limits *limits;
	struct display		*display;
	struct sockets		*sockets;
	struct placer		*placer;
	struct slot		*slots;
	size_t			 nslots, over, failed;
	size_t			 first;		/* that is ready, or later */
	struct slot		**running;
	size_t			 nrunning;
	struct request		**idle;		/* from tries that are over */
	size_t			 nidle;
	size_t			 placing;
	uint64_t		 held;		/* bytes of these in memory */
	size_t			 answered;	/* it has not changed */
	struct dead		 dead;
	unsigned		 seed;
};

/* Called by the thread that places files. */
static void
wake(void *ctx)
{
	struct engine *g = ctx;

	sockets_wake(g->sockets);
}

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
	if ((g->sockets = sockets_new(g->multi, e)) == NULL) {
		engine_free(g);
		return NULL;
	}
	g->placer = placer_new(wake, g, e);
	g->running = mem_array(limits->jobs, sizeof(struct slot *));
	g->idle = mem_array(limits->jobs, sizeof(struct request *));
	if (g->placer == NULL || g->running == NULL || g->idle == NULL) {
		(void)err_mem(e);
		engine_free(g);
		return NULL;
	}
	g->limits = limits;
	g->seed = (unsigned)getpid() ^ (unsigned)clock_ms();
	return g;
}

/* The first alternative from here on whose server is not known to be dead;
 * the last one gets its chance in any case. */
static void
skip_dead(const struct engine *g, struct slot *s)
{
	while (s->alternative + 1 < s->t->nurls &&
	    dead_is(&g->dead, s->t->urls[s->alternative]))
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

static void
request_put(struct engine *g, struct request *q)
{
	if (request_clear(q))
		g->idle[g->nidle++] = q;
	else
		request_free(q);
}

static int
start(struct engine *g, struct slot *s, struct err *e)
{
	struct request *q;

	if (s->tries == 0)
		skip_dead(g, s);
	q = g->nidle > 0 ? g->idle[--g->nidle] : request_new(g->limits, e);
	if (q == NULL)
		return -1;
	if (request_begin(q, s->t, s->t->urls[s->alternative], e) == -1 ||
	    curl_multi_add_handle(g->multi, request_easy(q)) != CURLM_OK) {
		(void)err_mem(e);
		request_put(g, q);
		return -1;
	}
	s->request = q;
	s->tries++;
	s->t->tries++;
	s->seen = 0;
	s->moved = clock_ms();
	rate_start(&s->rate, s->moved);
	if (s->begun == 0)
		s->begun = s->moved;
	s->state = SLOT_RUNNING;
	g->running[g->nrunning++] = s;
	return 0;
}

/* It is to be tried, not before due. */
static void
ready(struct engine *g, struct slot *s, int64_t due)
{
	size_t i = (size_t)(s - g->slots);

	s->due = due;
	s->state = SLOT_READY;
	s->asks = UNKNOWN;
	if (g->first > i)
		g->first = i;
}

static bool
asks(struct slot *s)
{
	struct transfer_question ask = { NULL, NULL, 0, NULL };

	if (s->asks == UNKNOWN && s->t->ops->ask != NULL)
		s->t->ops->ask(s->t->ctx, s->t->urls[s->alternative], &ask);
	if (s->asks == UNKNOWN)
		s->asks = ask.etag != NULL || ask.modified != NULL ? YES : NO;
	return s->asks == YES;
}

/*
 * Questions whether a file has changed are put one behind the other, over one
 * connection, and more at once when there are many: answers are short.
 */
static bool
has_to_wait(const struct engine *g, struct slot *s)
{
	size_t i, asking = 0;

	if (!asks(s))
		return false;
	for (i = 0; i < g->nrunning; i++)
		asking += !request_begun(g->running[i]->request);
	return asking > g->answered / ANSWERS;
}

/* Start what may start. Returns how long nothing more will, at most. */
static int
start_due(struct engine *g, int *timeout, struct err *e)
{
	int64_t now = clock_ms(), left;
	struct slot *s;
	size_t i;

	*timeout = POLL_MS;
	while (g->first < g->nslots &&
	    g->slots[g->first].state != SLOT_READY)
		g->first++;
	for (i = g->first; i < g->nslots &&
	    g->nrunning < g->limits->jobs && g->held < HELD_MAX; i++) {
		s = &g->slots[i];
		if (s->state != SLOT_READY)
			continue;
		left = s->due - now;
		if (left > 0 && left < *timeout)
			*timeout = (int)left;
		if (left <= 0 && !has_to_wait(g, s) && start(g, s, e) == -1)
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
		ready(g, s, 0);
		return;
	}
	if (r == REQUEST_AGAIN && s->tries < (s->t->brief &&
	    s->t->received == 0 ? 1 : g->limits->tries) &&
	    wait <= PAUSE_LIMIT_MS / 1000) {
		ms = pause_ms(g, s, wait);
		(void)snprintf(again, sizeof(again), "again in %.1f s",
		    (double)ms / 1000);
		note(g, false, s->t->err.text, again);
		ready(g, s, clock_ms() + ms);
	} else if (r != REQUEST_FAILED && s->alternative + 1 < s->t->nurls) {
		note(g, true, s->t->err.text, "trying the next");
		s->alternative++;
		s->tries = 0;
		ready(g, s, 0);
	} else
		finish(g, s, TRANSFER_FAILED);
}

static void
settled(struct engine *g, struct slot *s, enum request_result r, long wait)
{
	if (r == REQUEST_DONE || r == REQUEST_SAME)
		finish(g, s, r == REQUEST_DONE ? TRANSFER_DONE :
		    TRANSFER_SAME);
	else
		failed(g, s, r, wait);
}

static uint64_t
held(const struct slot *s)
{
	return s->done < HELD_EACH ? s->done : HELD_EACH;
}

/* It is here; the rest is done while others arrive. */
static void
place(struct engine *g, struct slot *s)
{
	struct place *p = &s->t->place;

	p->ops = s->t->ops->place;
	p->ctx = s->t->ctx;
	p->err = &s->t->err;
	p->owner = s;
	s->state = SLOT_PLACING;
	g->placing++;
	g->held += held(s);
	placer_add(g->placer, p);
}

/* They have been placed, or could not be. */
static void
take_placed(struct engine *g)
{
	struct place *p, *next;
	struct slot *s;

	if (g->placing == 0)
		return;
	for (p = placer_take(g->placer); p != NULL; p = next) {
		next = p->next;
		s = p->owner;
		g->placing--;
		g->held -= held(s);
		display_hide(g->display);
		if (p->result != 0)
			s->t->ops->undo(s->t->ctx, false);
		settled(g, s, request_result(p->result), 0);
	}
}

/* Takes it from those that run. */
static void
stop(struct engine *g, struct slot *s)
{
	size_t i;

	(void)curl_multi_remove_handle(g->multi, request_easy(s->request));
	for (i = 0; g->running[i] != s; i++)
		continue;
	g->running[i] = g->running[--g->nrunning];
}

static void
ended(struct engine *g, struct slot *s, CURLcode rc)
{
	enum request_result r;
	uint64_t total;
	long wait;

	stop(g, s);
	request_amount(s->request, &s->done, &total);
	s->t->received += request_received(s->request);
	if (s->done >= s->best + WAY) {
		s->best = s->done;
		s->tries = 1;
	}
	display_hide(g->display);
	r = request_end(s->request, rc, &wait);
	request_put(g, s->request);
	s->request = NULL;
	if (verdict_server(rc))
		dead_add(&g->dead, s->t->urls[s->alternative]);
	s->t->unanswered = r == REQUEST_AGAIN || verdict_server(rc);
	if (r == REQUEST_DONE && s->t->ops->place != NULL)
		place(g, s);
	else
		settled(g, s, r, wait);
}

static void
reap(struct engine *g)
{
	CURLMsg *m;
	CURLcode rc;
	size_t i;
	int left;

	while ((m = curl_multi_info_read(g->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		for (i = 0; i < g->nrunning; i++) {
			if (request_easy(g->running[i]->request) ==
			    m->easy_handle)
				break;
		}
		rc = m->data.result;	/* m goes with its handle */
		if (i < g->nrunning)
			ended(g, g->running[i], rc);
	}
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

	for (i = g->nrunning; i > 0; i--) {	/* those that end go away */
		s = g->running[i - 1];
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
			rate_measure(&s->rate, request_received(s->request),
			    now);
			display_line(g->display, s->t->name, d, t,
			    s->rate.rate);
			rate += s->rate.rate;
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

/* Until something arrives, is placed, or may be started. */
static void
sleep_until(struct engine *g, int timeout, const sigset_t *open)
{
	if (g->placing > 0 &&
	    (g->nrunning == 0 || g->held >= HELD_MAX) &&
	    !placer_tell(g->placer))
		timeout = 0;
	sockets_wait(g->sockets, timeout, open);
}

/*
 * Signals are let in only while nothing is done: libcurl's resolver threads
 * are made in between and inherit the mask, so the handler that removes
 * unfinished files never runs beside the code that keeps their list.
 */
static int
loop(struct engine *g, const sigset_t *open, struct err *e)
{
	int64_t begun;
	int timeout;

	while (g->over < g->nslots) {
		if (start_due(g, &timeout, e) == -1)
			return -1;
		sleep_until(g, timeout, open);
		begun = clock_ms();
		if (sockets_run(g->sockets, e) == -1)
			return -1;
		reap(g);
		take_placed(g);
		stop_stalled(g, clock_ms() - begun);
		show(g);
	}
	return 0;
}

/* What is still under way when it cannot go on. */
static void
clean(struct engine *g)
{
	struct err ignored;
	struct slot *s;

	while (g->nrunning > 0) {
		s = g->running[g->nrunning - 1];
		stop(g, s);
		s->t->ops->undo(s->t->ctx, false);
		request_put(g, s->request);
	}
	if (g->placing > 0) {
		(void)placer_finish(g->placer, &ignored);
		take_placed(g);
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
	g->first = g->over = g->failed = 0;
	for (i = 0; i < n; i++)
		g->slots[i].t = list[i];
	g->display = display_start();
	(void)sigprocmask(SIG_BLOCK, NULL, &open);
	closed = open;
	death_add(&closed);
	(void)sigprocmask(SIG_SETMASK, &closed, NULL);
	r = loop(g, &open, e);
	clean(g);
	(void)sigprocmask(SIG_SETMASK, &open, NULL);
	return r == -1 ? -1 : (int)g->failed;
}

int
engine_finish(struct engine *g, struct err *e)
{
	return placer_finish(g->placer, e);
}

void
engine_free(struct engine *g)
{
	struct err ignored;

	if (g == NULL)
		return;
	if (g->placer != NULL)
		(void)placer_finish(g->placer, &ignored);
	placer_free(g->placer);
	dead_free(&g->dead);
	while (g->nidle > 0)
		request_free(g->idle[--g->nidle]);
	free(g->idle);
	free(g->running);
	(void)curl_multi_cleanup(g->multi);
	sockets_free(g->sockets);
	curl_global_cleanup();
	free(g);
}
