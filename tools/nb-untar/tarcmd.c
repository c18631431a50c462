/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarcmd.c: reads command lines as tar(1) does: letters in a first word
 * without a dash, letters behind a dash, and long words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive_entry.h>

#include "mem.h"
#include "tarcmd.h"

/* The options that long words stand for have letters, or numbers over 255. */
enum {
	OPT_EXCLUDE = 256, OPT_STRIP, OPT_NO_SAME_PERMISSIONS, OPT_SAME_OWNER,
	OPT_ZSTD, OPT_NOTHING
};

static const struct {
	const char	*name;
	int		 opt;
	bool		 arg;
} longs[] = {
	{ "auto-compress", 'a', false },
	{ "bzip2", 'j', false },
	{ "create", 'c', false },
	{ "directory", 'C', true },
	{ "exclude", OPT_EXCLUDE, true },
	{ "exclude-from", 'X', true },
	{ "extract", 'x', false },
	{ "file", 'f', true },
	{ "get", 'x', false },
	{ "gunzip", 'z', false },
	{ "gzip", 'z', false },
	{ "keep-old-files", 'k', false },
	{ "list", 't', false },
	{ "no-same-owner", 'o', false },
	{ "no-same-permissions", OPT_NO_SAME_PERMISSIONS, false },
	{ "numeric-owner", OPT_NOTHING, false },
	{ "overwrite", OPT_NOTHING, false },
	{ "preserve-permissions", 'p', false },
	{ "same-owner", OPT_SAME_OWNER, false },
	{ "same-permissions", 'p', false },
	{ "strip-components", OPT_STRIP, true },
	{ "to-stdout", 'O', false },
	{ "touch", 'm', false },
	{ "unlink", OPT_NOTHING, false },
	{ "unlink-first", OPT_NOTHING, false },
	{ "verbose", 'v', false },
	{ "xz", 'J', false },
	{ "zstd", OPT_ZSTD, false }
};
#define NLONGS (sizeof(longs) / sizeof(longs[0]))

/* Letters with a word of their own, and letters without. */
static const char with_arg[] = "CXbf";
static const char without_arg[] = "BJOSUacjkmoptvxz";

static int
long_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NLONGS; i++) {
		if (strncmp(longs[i].name, name, len) == 0 &&
		    longs[i].name[len] == '\0')
			return (int)i;
	}
	return -1;
}

/*
 * In front of a first operand the options of a command line with layers are
 * -C, -q and -v: there c, t or x says that it is tar's. So does a first word
 * without a dash, which is no option at all.
 */
bool
tarcmd_is(int argc, char *const argv[])
{
	const char *p;
	int i, row;

	if (argc > 1 && *argv[1] != '-')
		return true;
	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (argv[i][1] == '-') {
			if (argv[i][2] == '\0')
				return false;
			row = long_find(argv[i] + 2, strcspn(argv[i] + 2, "="));
			if (row >= 0)
				return true;
			continue;
		}
		for (p = argv[i] + 1; *p != '\0'; p++) {
			if (strchr("ctx", *p) != NULL)
				return true;
			if (strchr(with_arg, *p) != NULL) {
				i += p[1] == '\0';
				break;
			}
		}
	}
	return false;
}

static int
usage(struct err *e, const char *what, const char *why)
{
	return err_code(e, ERR_USAGE, "%s: %s", what, why);
}

static int
add_word(struct tarcmd *t, const char *text, bool folder, struct err *e)
{
	struct tar_word *w = mem_grow(t->words, &t->cap, t->nwords + 1,
	    sizeof(*w));

	if (w == NULL)
		return err_mem(e);
	t->words = w;
	w += t->nwords++;
	w->text = text;
	w->folder = folder;
	return 0;
}

static int
set_op(struct tarcmd *t, char op, struct err *e)
{
	if (t->op != '\0' && t->op != op)
		return err_code(e, ERR_USAGE, "-%c and -%c do not go together",
		    t->op, op);
	t->op = op;
	return 0;
}

static int
set_strip(struct tarcmd *t, const char *arg, struct err *e)
{
	unsigned long v;
	char *end;

	errno = 0;
	/* The option has an argument, so arg is one.
	 * NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
	v = strtoul(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end != '\0' || errno != 0 || v > 4096)
		return usage(e, arg, "no number of parts (--strip-components)");
	t->strip = (unsigned)v;
	return 0;
}

static int
pattern(struct tarcmd *t, int r, const char *arg, struct err *e)
{
	if (r == ARCHIVE_OK)
		return 0;
	return err_code(e, ERR_USAGE, "%s: %s", arg,
	    archive_error_string(t->match) != NULL ?
	    archive_error_string(t->match) : "bad pattern");
}

/* One option; arg is its word, if it takes one. */
static int
option(struct tarcmd *t, int opt, const char *arg, struct err *e)
{
	switch (opt) {
	case 'c': case 't': case 'x':
		return set_op(t, (char)opt, e);
	case 'C':
		return add_word(t, arg, true, e);
	case 'O': t->to_stdout = true; return 0;
	case 'X':
		return pattern(t, archive_match_exclude_pattern_from_file(
		    t->match, arg, 0), arg, e);
	case 'a': case 'J': case 'j': case 'z':
		t->filter = (char)opt;
		return 0;
	case OPT_ZSTD: t->filter = 's'; return 0;
	case 'f': t->file = arg; return 0;
	case 'k': t->keep = true; return 0;
	case 'm': t->no_time = true; return 0;
	case 'o': t->no_owner = true; return 0;
	case 'p': t->preserve = 1; return 0;
	case 'v': t->verbose = true; return 0;
	case OPT_EXCLUDE:
		return pattern(t, archive_match_exclude_pattern(t->match, arg),
		    arg, e);
	case OPT_NO_SAME_PERMISSIONS: t->preserve = 0; return 0;
	case OPT_SAME_OWNER: t->no_owner = false; return 0;
	case OPT_STRIP:
		return set_strip(t, arg, e);
	default:
		return 0;	/* what is so anyway, or says nothing here */
	}
}

static int
no_option(char letter, struct err *e)
{
	return err_code(e, ERR_USAGE, "-%c: no option of tar's that is known "
	    "here", letter);
}

/* --name, --name=value, --name value. Returns the words used up, or -1. */
static int
long_word(struct tarcmd *t, const char *word, const char *next, struct err *e)
{
	const char *eq = strchr(word, '=');
	size_t len = strcspn(word + 2, "=");
	int row = long_find(word + 2, len);

	if (row < 0)
		return usage(e, word, "no option of tar's that is known here");
	if (!longs[row].arg) {
		if (eq != NULL)
			return usage(e, word, "takes no value");
		return option(t, longs[row].opt, NULL, e) == 0 ? 1 : -1;
	}
	if (eq == NULL && next == NULL)
		return usage(e, word, "needs a value");
	if (option(t, longs[row].opt, eq != NULL ? eq + 1 : next, e) != 0)
		return -1;
	return eq != NULL ? 1 : 2;
}

/* -xvf file, -ffile. Returns the words used up, or -1. */
static int
short_word(struct tarcmd *t, const char *word, const char *next, struct err *e)
{
	const char *p;

	for (p = word + 1; *p != '\0'; p++) {
		if (strchr(with_arg, *p) != NULL) {
			if (p[1] == '\0' && next == NULL)
				return usage(e, word, "needs a value");
			if (option(t, *p, p[1] != '\0' ? p + 1 : next, e) != 0)
				return -1;
			return p[1] != '\0' ? 1 : 2;
		}
		if (strchr(without_arg, *p) == NULL)
			return no_option(*p, e);
		if (option(t, *p, NULL, e) != 0)
			return -1;
	}
	return 1;
}

/* xvfC file folder: each letter's word behind, in their order. */
static int
first_word(struct tarcmd *t, int argc, char *const argv[], struct err *e)
{
	const char *p;
	int used = 2;

	for (p = argv[1]; *p != '\0'; p++) {
		if (strchr(with_arg, *p) != NULL) {
			if (used == argc)
				return usage(e, argv[1], "needs a value");
			if (option(t, *p, argv[used++], e) != 0)
				return -1;
		} else if (strchr(without_arg, *p) == NULL)
			return no_option(*p, e);
		else if (option(t, *p, NULL, e) != 0)
			return -1;
	}
	return used;
}

static int
parse_words(struct tarcmd *t, int i, int argc, char *const argv[],
    struct err *e)
{
	bool options = true;
	const char *word;
	int used;

	while (i < argc) {
		word = argv[i];
		used = 1;
		if (!options || word[0] != '-' || word[1] == '\0') {
			if (add_word(t, word, false, e) != 0)
				return -1;
		} else if (strcmp(word, "--") == 0)
			options = false;
		else
			used = word[1] == '-' ?
			    long_word(t, word, argv[i + 1], e) :
			    short_word(t, word, argv[i + 1], e);
		if (used < 0)
			return -1;
		i += used;
	}
	return 0;
}

/* In t and x the words are patterns of what is wanted. */
static int
include(struct tarcmd *t, struct err *e)
{
	size_t i;

	for (i = 0; i < t->nwords; i++) {
		if (!t->words[i].folder && pattern(t,
		    archive_match_include_pattern(t->match, t->words[i].text),
		    t->words[i].text, e) != 0)
			return -1;
	}
	return 0;
}

int
tarcmd_parse(struct tarcmd *t, int argc, char *const argv[], struct err *e)
{
	int i = 1;

	memset(t, 0, sizeof(*t));
	t->file = "-";
	t->preserve = -1;
	if ((t->match = archive_match_new()) == NULL)
		return err_mem(e);
	if (argc > 1 && *argv[1] != '-' &&
	    (i = first_word(t, argc, argv, e)) < 0)
		return -1;
	if (parse_words(t, i, argc, argv, e) != 0)
		return -1;
	if (t->op == '\0')
		return err_code(e, ERR_USAGE, "one of -c, -t and -x is needed");
	return t->op != 'c' ? include(t, e) : 0;
}

void
tarcmd_free(struct tarcmd *t)
{
	if (t->match != NULL)
		(void)archive_match_free(t->match);
	free(t->words);
}

int
tarcmd_chdir(const struct tarcmd *t, struct err *e)
{
	size_t i;

	for (i = 0; i < t->nwords; i++) {
		if (t->words[i].folder && chdir(t->words[i].text) != 0)
			return err_sys(e, "-C %s", t->words[i].text);
	}
	return 0;
}

bool
tarcmd_skips(const struct tarcmd *t, const char *name)
{
	struct archive_entry *ae = archive_entry_new();
	bool r;

	if (ae == NULL)
		return false;
	archive_entry_copy_pathname(ae, name);
	r = archive_match_path_excluded(t->match, ae) > 0;
	archive_entry_free(ae);
	return r;
}

int
tarcmd_unmatched(const struct tarcmd *t, struct err *e)
{
	const char *p;

	if (archive_match_path_unmatched_inclusions_next(t->match, &p) !=
	    ARCHIVE_OK)
		return 0;
	return err_set(e, "%s: nothing in it is called %s", t->file, p);
}
