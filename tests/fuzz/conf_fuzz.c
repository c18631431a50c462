/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf_fuzz.c: a target of libFuzzer for VM configuration files.
 *
 * An input is a conf. What is refused has a reason that begins with the file
 * and a line; what is read has values that every option would have taken, and
 * is the same when it is written with all of it quoted.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "forward.h"
#include "fwcfg.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

/* What conf.c says a value has at most, and all of them quoted. */
#define VALUE_MAX 8192
#define TEXT_MAX  (32u * 4 * VALUE_MAX)

static char path[SCRATCH_PATH], again_path[SCRATCH_PATH];
static int fd = -1, again_fd;

static const void *
field(const struct settings *s, const struct setting *set)
{
	return (const char *)s + set->at;
}

static const char *
text(const struct settings *s, const struct setting *set)
{
	return *(char *const *)field(s, set);
}

/* The assignment of one setting, with each quote between two others. */
static size_t
put(char *to, const struct settings *s, const struct setting *set)
{
	size_t n = (size_t)sprintf(to, "%s='", set->key);
	const char *p;

	switch (set->kind) {
	case SETTING_FLAG:
		n += (size_t)sprintf(to + n, "%d",
		    *(const bool *)field(s, set));
		break;
	case SETTING_NUMBER:
	case SETTING_MEGABYTES:
		if (*(const unsigned *)field(s, set) != 0)
			n += (size_t)sprintf(to + n, "%u",
			    *(const unsigned *)field(s, set));
		break;
	case SETTING_TEXT:
	case SETTING_LIST:
		for (p = text(s, set); p != NULL && *p != '\0'; p++) {
			if (*p == '\'')
				n += (size_t)sprintf(to + n, "'\\''");
			else
				to[n++] = *p;
		}
		break;
	}
	return n + (size_t)sprintf(to + n, "'\n");
}

/* NULL and "" say the same, but for append. */
static bool
same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static void
same(const struct settings *a, const struct settings *b)
{
	const struct setting *set;

	for (size_t i = 0; (set = setting_at(i)) != NULL; i++) {
		if (set->kind == SETTING_FLAG)
			MUST(*(const bool *)field(a, set) ==
			    *(const bool *)field(b, set));
		else if (set->kind == SETTING_NUMBER ||
		    set->kind == SETTING_MEGABYTES)
			MUST(*(const unsigned *)field(a, set) ==
			    *(const unsigned *)field(b, set));
		else
			MUST(same_text(text(a, set), text(b, set)));
	}
}

static void
written(const struct settings *s)
{
	static char buf[TEXT_MAX];
	struct settings again = { 0 };
	struct words unused = { NULL, 0, 0 };
	const struct setting *set;
	struct err e;
	size_t n = 0;

	for (size_t i = 0; (set = setting_at(i)) != NULL; i++) {
		if (set->key != NULL)
			n += put(buf + n, s, set);
	}
	/* A file has less room than its values might want. */
	if (n >= 256 * 1024)
		return;
	scratch_put(again_fd, buf, n);
	MUST(conf_read(&again, again_path, &unused, &e) == 0);
	MUST(unused.n == 0);
	same(s, &again);
	settings_free(&again);
	words_free(&unused);
}

/* What options.c would not have taken is not there. */
static void
sound(const struct settings *s)
{
	struct words w = { NULL, 0, 0 };
	const struct setting *set;
	struct err e;

	MUST(s->given == 0);
	for (size_t i = 0; (set = setting_at(i)) != NULL; i++) {
		const char *p;
		unsigned n;

		if (set->kind == SETTING_FLAG)
			continue;
		if (set->kind == SETTING_NUMBER ||
		    set->kind == SETTING_MEGABYTES) {
			n = *(const unsigned *)field(s, set);
			MUST(n == 0 || (n >= set->min && n <= set->max));
			continue;
		}
		if ((p = text(s, set)) == NULL)
			continue;
		MUST(set->key != NULL && strlen(p) < VALUE_MAX);
		for (; *p != '\0'; p++)
			MUST((unsigned char)*p >= ' ' && *p != 127);
	}
	MUST(s->forwards == NULL || forward_check(s->forwards, &e) == 0);
	MUST(s->variables == NULL || fwcfg_variables(&w, s->variables, &e) ==
	    0);
	for (size_t i = 0; i < w.n; i++)
		MUST(strcmp(w.v[i], "-fw_cfg") == 0 ||
		    strncmp(w.v[i], "name=opt/org.smolbsd.var.", 25) == 0);
	MUST(s->extra == NULL || words_split(&w, s->extra, &e) == 0);
	words_free(&w);
}

/* A reason has the file, and mostly a line of it, in front. */
static void
told(const struct err *e)
{
	size_t n = strlen(path);

	MUST(strncmp(e->text, path, n) == 0 && e->text[n] == ':');
	MUST(e->code == ERR_ANY);
	MUST((e->text[n + 1] >= '1' && e->text[n + 1] <= '9') ||
	    strncmp(e->text + n + 1, " more than", 10) == 0);
	MUST(strchr(e->text, '\n') == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct settings s = { 0 };
	struct words unused = { NULL, 0, 0 };
	struct err e;

	if (fd == -1) {
		/* what a conf may ask for of the environment */
		(void)setenv("HOME", "/home/me", 1);
		(void)setenv("a", "b c'd\"e$f", 1);
		fd = scratch_file(path, "conf");
		again_fd = scratch_file(again_path, "again");
	}
	scratch_put(fd, in, len);
	memset(&e, 0, sizeof(e));
	if (conf_read(&s, path, &unused, &e) == 0) {
		sound(&s);
		written(&s);
	} else
		told(&e);
	for (size_t i = 0; i < unused.n; i++)
		MUST(strncmp(unused.v[i], path, strlen(path)) == 0);
	settings_free(&s);
	words_free(&unused);
	return 0;
}
