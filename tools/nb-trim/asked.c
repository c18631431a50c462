/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * asked.c: the first files that are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "find.h"
#include "layer.h"
#include "mem.h"
#include "metalog.h"
#include "path.h"
#include "pkgs.h"

/* init(8), the shell that runs /etc/rc, and who the users are. */
static const char *const always[] = {
	"sbin/init", "bin/sh",
	"libexec/ld.elf_so", "usr/libexec/ld.elf_so",
	"etc/group", "etc/master.passwd", "etc/passwd",
	"etc/pwd.db", "etc/spwd.db"
};

static bool
only_folders(const struct node *top)
{
	const struct node *n, *p;

	for (n = tree_next(top); n != NULL; n = tree_next(n)) {
		for (p = n->parent; p != top && p->parent != p;)
			p = p->parent;
		if (p != top)
			break;
		if (n->kind != ENTRY_DIR)
			return false;
	}
	return true;
}

/*
 * Mount points, and where programs expect to write: folders in the root and in
 * /var, and those below /var that have no files. They take next to no room.
 */
static void
keep_folders(struct keep *k)
{
	const struct cause cause = { .why = WHY_ALWAYS };
	struct tree *t = keep_tree(k);
	struct node *n, *var = tree_find(t, "var"), *p;

	for (n = t->root->child; n != NULL; n = n->sibling) {
		if (n->kind == ENTRY_DIR)
			keep_node(k, n, cause);
	}
	if (var == NULL)
		return;
	for (n = tree_next(var); n != NULL; n = tree_next(n)) {
		for (p = n->parent; p != var && p->parent != p;)
			p = p->parent;
		if (p != var)
			break;
		if (n->kind == ENTRY_DIR &&
		    (n->parent == var || only_folders(n)))
			keep_node(k, n, cause);
	}
}

void
asked_always(struct keep *k)
{
	const struct cause cause = { .why = WHY_ALWAYS };
	struct tree *t = keep_tree(k);
	struct node *n;
	size_t i;

	keep_node(k, t->root, cause);
	keep_folders(k);
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		(void)keep_name(k, always[i], cause);
	if ((n = tree_find(t, "dev")) != NULL)
		keep_below(k, n, cause);
	for (n = t->root; n != NULL; n = tree_next(n)) {
		if (n->kind == ENTRY_CHAR || n->kind == ENTRY_BLOCK)
			keep_node(k, n, cause);
	}
}

/* --- shipbins, sync_dirs. */

struct asking {
	struct keep	*k;
	const char	*text;		/* who asks */
	bool		 found;
};

static int
take(void *ctx, const char *name)
{
	struct asking *a = ctx;
	struct cause cause = { .why = WHY_ASKED, .text = a->text };
	struct node *n = keep_name(a->k, name, cause);

	if (n == NULL)
		return 0;
	a->found = true;
	if (n->kind == ENTRY_DIR)
		keep_below(a->k, n, cause);
	return 0;
}

static int
ask_word(struct keep *k, const char *key, const char *word,
    struct place place, void (*warn)(const char *line), struct err *e)
{
	struct asking a = { .k = k };
	char name[PATH_LEN_MAX];
	struct err line;

	a.text = keep_text(k, e, "%s:%u: %s", place.file, place.line, key);
	if (a.text == NULL)
		return -1;
	if (path_canonical(name, word + strspn(word, "/"), a.text, e) != 0)
		return -1;
	(void)find_each(keep_tree(k), name, take, &a);
	if (!a.found) {
		(void)err_set(&line, "%s: %s: %s", a.text, word,
		    strpbrk(word, "*?[") != NULL ? "nothing is called so" :
		    "not there");
		warn(line.text);
	}
	return 0;
}

static int
too_long(const char *key, struct place place, struct err *e)
{
	return err_set(e, "%s:%u: %s: a name of over %d bytes", place.file,
	    place.line, key, PATH_LEN_MAX - 1);
}

static int
ask_files(struct keep *k, const struct conf *c, const char *key,
    void (*warn)(const char *line), struct err *e)
{
	const struct text *t = conf_value(c, key);
	char word[PATH_LEN_MAX];
	struct place place;
	size_t off = 0;
	int r;

	while ((r = text_word(t, &off, word, sizeof(word), &place)) > 0) {
		if (ask_word(k, key, word, place, warn, e) != 0)
			return -1;
	}
	return r < 0 ? too_long(key, place, e) : 0;
}

int
asked_files(struct keep *k, const struct conf *c,
    void (*warn)(const char *line), struct err *e)
{
	return ask_files(k, c, "shipbins", warn, e) == 0 ?
	    ask_files(k, c, "sync_dirs", warn, e) : -1;
}

int
asked_packages(struct keep *k, const struct conf *c, int dir,
    const char *prefix, void (*warn)(const char *line), struct err *e)
{
	const struct text *t = conf_value(c, "packages");
	struct pkgs *p = pkgs_new(k, dir, prefix, e);
	char word[PATH_LEN_MAX];
	struct place place;
	struct err line;
	size_t off = 0;
	int r = -1;

	if (p == NULL)
		return -1;
	while ((r = text_word(t, &off, word, sizeof(word), &place)) != 0) {
		r = r < 0 ? too_long("packages", place, e) :
		    pkgs_keep(p, word, warn, e);
		if (r < 0)
			break;
		if (r > 0)
			continue;
		(void)err_set(&line, "%s:%u: packages: %s: not in the package "
		    "database: put it in ADDPKGS", place.file, place.line,
		    word);
		warn(line.text);
	}
	pkgs_free(p);
	return r;
}

/* --- The service's own. */

int
asked_layer(struct keep *k, const char *word, struct err *e)
{
	struct cause cause = { .why = WHY_LAYER };
	struct tree *t = tree_new(e);
	char *words[1], name[PATH_LEN_MAX];
	struct node *n, *m;
	int r = -1;

	if (t == NULL)
		return -1;
	if ((cause.text = keep_text(k, e, "%s", word)) != NULL &&
	    (words[0] = mem_printf("%s", word)) != NULL) {
		r = tree_merge(t, words, 1, NULL, NULL, e);
		free(words[0]);
	}
	for (n = t->root; r == 0 && n != NULL; n = tree_next(n)) {
		if ((m = tree_find(keep_tree(k), tree_path(n, name))) != NULL)
			keep_node(k, m, cause);
	}
	tree_free(t);
	return r;
}

/* Whether n is what ent was. What scripts do to owners and modes of folders
 * and files that others brought is no reason to keep these. */
static bool
is_same(const struct node *n, const struct entry *ent)
{
	const struct node *f = n->link != NULL ? n->link : n;

	if (f->kind != ent->kind)
		return false;
	switch (ent->kind) {
	case ENTRY_FILE:
		return f->size == ent->size && f->mtime == ent->mtime &&
		    f->mtime_ns == ent->mtime_ns;
	case ENTRY_SYMLINK:
		return strcmp(f->target, ent->target) == 0;
	case ENTRY_CHAR: case ENTRY_BLOCK:
		return f->major == ent->major && f->minor == ent->minor;
	default:
		return true;
	}
}

int
asked_new(struct keep *k, const char *path, struct err *e)
{
	const struct cause cause = { .why = WHY_NEW };
	struct metalog *m = metalog_open(path, e);
	struct tree *t = keep_tree(k);
	const char *contents;
	struct entry ent;
	struct node *n;
	bool *same;
	int r = -1;

	if (m == NULL)
		return -1;
	if ((same = mem_array((size_t)t->nodes, sizeof(*same))) == NULL)
		(void)err_mem(e);
	while (same != NULL && (r = metalog_next(m, &ent, &contents, e)) > 0) {
		if ((n = tree_find(t, ent.name)) != NULL)
			same[n->ino] = is_same(n, &ent);
	}
	for (n = t->root; r == 0 && n != NULL; n = tree_next(n)) {
		if (!same[n->ino])
			keep_node(k, n, cause);
	}
	free(same);
	metalog_close(m);
	return r;
}
