/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confedit.c: changing a conf without touching what is not to be changed.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "confedit.h"
#include "mem.h"
#include "words.h"

/* An assignment of a key that changes. */
struct place {
	size_t	change, from, to;
	bool	last;		/* of this key's: the one that counts */
};

struct edit {
	const struct conf_change *changes;
	size_t		 n;
	struct place	*places;
	size_t		 nplaces, capplaces;
	char		*out;
	size_t		 len, cap;
};

static bool
unset(const struct conf_change *c)
{
	return c->value == NULL || *c->value == '\0';
}

static int
put(struct edit *ed, const char *s, size_t len, struct err *e)
{
	char *out = mem_grow(ed->out, &ed->cap, ed->len + len + 1, 1);

	if (out == NULL)
		return err_mem(e);
	ed->out = out;
	memcpy(out + ed->len, s, len);
	ed->len += len;
	out[ed->len] = '\0';
	return 0;
}

/* A value is quoted as a word for a shell is, which conf.c reads alike. */
static int
put_line(struct edit *ed, const struct conf_change *c, struct err *e)
{
	struct words w = { NULL, 0, 0 };
	char *quoted = NULL, *line = NULL;
	int rv = -1;

	if (words_add(&w, c->value, e) == 0 &&
	    (quoted = words_quote(&w, e)) != NULL) {
		line = mem_printf("%s=%s\n", c->setting->key, quoted);
		rv = line != NULL ? put(ed, line, strlen(line), e) : err_mem(e);
	}
	free(line);
	free(quoted);
	words_free(&w);
	return rv;
}

static int
seen(void *arg, const char *name, size_t namelen, size_t from, size_t to,
    struct err *e)
{
	struct edit *ed = arg;
	struct place *places;

	for (size_t i = 0; i < ed->n; i++) {
		const char *key = ed->changes[i].setting->key;

		if (strlen(key) != namelen || memcmp(key, name, namelen) != 0)
			continue;
		places = mem_grow(ed->places, &ed->capplaces, ed->nplaces + 1,
		    sizeof(*places));
		if (places == NULL)
			return err_mem(e);
		ed->places = places;
		for (size_t j = 0; j < ed->nplaces; j++) {
			if (places[j].change == i)
				places[j].last = false;
		}
		places[ed->nplaces++] = (struct place){ i, from, to, true };
	}
	return 0;
}

static int
find_places(struct edit *ed, const char *path, const char *text, size_t len,
    struct err *e)
{
	struct settings s = { 0 };
	char *copy = malloc(len + 1);
	int rv;

	if (copy == NULL)
		return err_mem(e);
	memcpy(copy, text, len);
	rv = conf_scan(&s, path, copy, len, NULL, seen, ed, e);
	settings_free(&s);
	free(copy);
	return rv;
}

/* Earlier lines of a key that stays may be somebody's variable; of one that
 * goes, all have to go. */
static int
rewrite(struct edit *ed, const char *text, size_t len, struct err *e)
{
	size_t at = 0;

	for (size_t i = 0; i < ed->nplaces; i++) {
		const struct place *p = &ed->places[i];
		const struct conf_change *c = &ed->changes[p->change];

		if (!p->last && !unset(c))
			continue;
		if (put(ed, text + at, p->from - at, e) == -1 ||
		    (!unset(c) && put_line(ed, c, e) == -1))
			return -1;
		at = p->to;
	}
	if (put(ed, text + at, len - at, e) == -1)
		return -1;
	if (ed->len > 0 && ed->out[ed->len - 1] != '\n')
		return put(ed, "\n", 1, e);
	return 0;
}

static int
append(struct edit *ed, struct err *e)
{
	for (size_t i = 0; i < ed->n; i++) {
		bool there = unset(&ed->changes[i]);

		for (size_t j = 0; j < ed->nplaces; j++)
			there = there || ed->places[j].change == i;
		if (!there && put_line(ed, &ed->changes[i], e) == -1)
			return -1;
	}
	return 0;
}

/* What a reader makes of one change, beside what it was meant to be. */
static int
same(const struct settings *got, const struct conf_change *c, const char *path,
    struct err *e)
{
	struct settings want = { 0 };
	char *a = NULL, *b = NULL;
	int rv = -1;

	if (unset(c) || settings_set(&want, c->setting, c->value, FROM_CONF,
	    c->setting->key, e) == 0) {
		a = setting_text(&want, c->setting, e);
		b = a != NULL ? setting_text(got, c->setting, e) : NULL;
		if (b != NULL)
			rv = strcmp(a, b) == 0 ? 0 : err_set(e, "%s: %s cannot "
			    "be written so that it is read again", path,
			    c->setting->key);
	}
	free(a);
	free(b);
	settings_free(&want);
	return rv;
}

static int
verify(const struct edit *ed, const char *path, struct err *e)
{
	struct settings got = { 0 };
	char *copy = malloc(ed->len + 1);
	int rv;

	if (copy == NULL)
		return err_mem(e);
	if (ed->len > 0)
		memcpy(copy, ed->out, ed->len);
	rv = conf_scan(&got, path, copy, ed->len, NULL, NULL, NULL, e);
	for (size_t i = 0; rv == 0 && i < ed->n; i++)
		rv = same(&got, &ed->changes[i], path, e);
	settings_free(&got);
	free(copy);
	return rv;
}

char *
conf_edit(const char *path, const char *text, size_t len,
    const struct conf_change *changes, size_t n, struct err *e)
{
	struct edit ed = { .changes = changes, .n = n };
	struct settings check = { 0 };
	int rv = put(&ed, "", 0, e);

	/* First each by itself: what is wrong with it is the reason to tell. */
	for (size_t i = 0; rv == 0 && i < n; i++) {
		if (!unset(&changes[i]))
			rv = settings_set(&check, changes[i].setting,
			    changes[i].value, FROM_CONF,
			    changes[i].setting->key, e);
	}
	settings_free(&check);
	if (rv == 0 && text != NULL && (rv = find_places(&ed, path, text, len,
	    e)) == 0)
		rv = rewrite(&ed, text, len, e);
	if (rv == 0 && (rv = append(&ed, e)) == 0)
		rv = verify(&ed, path, e);
	free(ed.places);
	if (rv == 0)
		return ed.out;
	free(ed.out);
	return NULL;
}
