/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * text.c: values with their places.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

struct run {
	size_t		end;	/* the first byte behind it */
	struct place	place;
};

static int
room(struct text *t, size_t more, size_t runs, struct place place,
    struct err *e)
{
	void *p;

	if (more > TEXT_MAX - t->len)
		return err_set(e, "%s:%u: a value of over %u bytes", place.file,
		    place.line, TEXT_MAX);
	if ((p = mem_grow(t->s, &t->cap, t->len + more + 1, 1)) == NULL)
		return err_mem(e);
	t->s = p;
	p = mem_grow(t->runs, &t->runcap, t->nruns + runs, sizeof(*t->runs));
	if (p == NULL)
		return err_mem(e);
	t->runs = p;
	return 0;
}

/* Bytes that were appended are from there. */
static void
mark(struct text *t, struct place place)
{
	struct run *last = t->nruns != 0 ? &t->runs[t->nruns - 1] : NULL;

	if (last == NULL || last->place.line != place.line ||
	    last->place.file != place.file)
		t->runs[t->nruns++].place = place;
	t->runs[t->nruns - 1].end = t->len;
}

int
text_put(struct text *t, char c, struct place place, struct err *e)
{
	if (room(t, 1, 1, place, e) != 0)
		return -1;
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
	mark(t, place);
	return 0;
}

int
text_add(struct text *t, const struct text *from, struct place place,
    struct err *e)
{
	size_t i, begin = 0, n = from->nruns, len = from->len;

	if (len == 0)
		return 0;
	if (room(t, len, n, place, e) != 0)
		return -1;
	for (i = 0; i < n; i++) {
		struct run r = from->runs[i];

		memmove(t->s + t->len, from->s + begin, r.end - begin);
		t->len += r.end - begin;
		begin = r.end;
		mark(t, r.place);
	}
	t->s[t->len] = '\0';
	return 0;
}

const char *
text_str(const struct text *t)
{
	return t->s != NULL ? t->s : "";
}

static struct place
place_of(const struct text *t, size_t off)
{
	size_t i = 0;

	while (i + 1 < t->nruns && t->runs[i].end <= off)
		i++;
	return t->runs[i].place;
}

int
text_word(const struct text *t, size_t *off, char *buf, size_t size,
    struct place *place)
{
	const char *s = text_str(t) + *off;
	size_t len;

	s += strspn(s, " \t\n");
	len = strcspn(s, " \t\n");
	if (len == 0)
		return 0;
	*off = (size_t)(s - t->s);
	*place = place_of(t, *off);
	*off += len;
	if (len >= size)
		return -1;
	memcpy(buf, s, len);
	buf[len] = '\0';
	return 1;
}

void
text_free(struct text *t)
{
	free(t->s);
	free(t->runs);
	memset(t, 0, sizeof(*t));
}
