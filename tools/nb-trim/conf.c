/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf.c: variables, keys and files of a sailor.conf.
 */
#include <stdlib.h>
#include <string.h>

#include "conf_impl.h"
#include "folders.h"
#include "mem.h"
#include "slurp.h"

#define FILE_MAX  1048576	/* bytes of a file */
#define NO_CONF   "not a file of at most 1048576 bytes"
#define DEPTH_MAX 8		/* files that read files */

struct command {
	struct command	*next;
	struct text	 text;
};

struct file {
	struct file	*next;
	char		*path;
};

struct conf {
	const struct conf_ways *ways;
	struct var	*vars;
	struct command	*commands, **last;
	struct file	*files;
};

/* What the names mean to sailor(1), whose files these are. */
static const struct key {
	const char	*name;
	const char	*instead;	/* NULL: is made use of */
} keys[] = {
	{ "packages", NULL },
	{ "run_at_build", NULL },
	{ "shipbins", NULL },
	{ "shipname", NULL },
	{ "shippath", NULL },
	{ "sync_dirs", NULL },
	{ "services", "etc/rc of the service starts what is to run" },
	{ "ro_mounts", "etc/rc of the service mounts" },
	{ "rw_mounts", "etc/rc of the service mounts" },
	{ "ip_", "etc/rc of the service sets addresses" },
	{ "run_at_", "etc/rc of the service runs commands" }
};

/* Names that sailor gives files, and what they are in the guest. */
static const char *const given[][2] = {
	{ "mkdir", "mkdir -p" }, { "rm", "rm -f" }, { "varbase", "/var" },
	{ "OS", "NetBSD" }, { "awk", "awk" }, { "cat", "cat" },
	{ "chmod", "chmod" }, { "chown", "chown" }, { "cp", "cp" },
	{ "curl", "curl" }, { "grep", "grep" }, { "groupadd", "groupadd" },
	{ "id", "id" }, { "ifconfig", "ifconfig" }, { "ls", "ls" },
	{ "mount", "mount" }, { "od", "od" }, { "ping", "ping" },
	{ "pkg_info", "pkg_info" }, { "pkgin", "pkgin" },
	{ "sh", "sh" }, { "sort", "sort" }, { "tar", "tar" },
	{ "touch", "touch" }, { "tr", "tr" }, { "umount", "umount" },
	{ "useradd", "useradd" }
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct key *
key_of(const char *name)
{
	size_t i, len;

	for (i = 0; i < COUNT(keys); i++) {
		len = strlen(keys[i].name);
		if (strncmp(keys[i].name, name, len) == 0 &&
		    (name[len] == '\0' || keys[i].name[len - 1] == '_'))
			return &keys[i];
	}
	return NULL;
}

static void
warn(const struct conf *c, const struct err *e)
{
	if (c->ways->warn != NULL)
		c->ways->warn(e->text);
}

/* --- Variables. */

struct var *
conf_find(const struct conf *c, const char *name)
{
	struct var *v = c->vars;

	while (v != NULL && strcmp(v->name, name) != 0)
		v = v->next;
	return v;
}

static struct var *
find_or_add(struct conf *c, const char *name, struct err *e)
{
	struct var *v = conf_find(c, name);

	if (v != NULL)
		return v;
	if ((v = mem_array(1, sizeof(*v))) == NULL ||
	    (v->name = mem_printf("%s", name)) == NULL) {
		free(v);
		(void)err_mem(e);
		return NULL;
	}
	v->next = c->vars;
	return c->vars = v;
}

/* Whether it matters what is in the variable that is being set. */
static bool
matters(const char *to)
{
	const struct key *k = key_of(to);

	return strcmp(to, "shippath") != 0 && (k == NULL || k->instead == NULL);
}

static int
put(struct text *t, const char *value, struct place place, struct err *e)
{
	for (; *value != '\0'; value++) {
		if (text_put(t, *value, place, e) != 0)
			return -1;
	}
	return 0;
}

int
conf_use(struct source *s, const char *name, const char *to, struct text *t,
    struct err *e)
{
	const struct place here = { s->path, s->line };
	struct var *v = conf_find(s->conf, name);
	struct err note;

	if (v == NULL) {
		if (matters(to)) {
			(void)conf_error(s, &note, "$%s: not set here: nothing "
			    "is put in its place", name);
			warn(s->conf, &note);
		}
		return 0;
	}
	v->used = true;
	return v->own ? put(t, text_str(&v->value), here, e) :
	    text_add(t, &v->value, here, e);
}

static int
add_command(struct conf *c, struct text *value, struct err *e)
{
	struct command *cmd = mem_array(1, sizeof(*cmd));

	if (cmd == NULL)
		return err_mem(e);
	cmd->text = *value;
	*value = (struct text){ .s = NULL };
	*c->last = cmd;
	c->last = &cmd->next;
	return 0;
}

int
conf_set(struct source *s, const char *name, struct text *value,
    struct place place, struct err *e)
{
	struct var *v = find_or_add(s->conf, name, e);

	if (v == NULL)
		return -1;
	v->own = false;
	v->place = place;
	text_free(&v->value);
	if (strcmp(name, "run_at_build") != 0) {
		v->value = *value;
		*value = (struct text){ .s = NULL };
		return 0;
	}
	if (strchr(text_str(value), '\n') != NULL) {
		s->line = place.line;
		return conf_error(s, e, "%s: of more than one line: assign "
		    "each to it", name);
	}
	return text_add(&v->value, value, place, e) != 0 ? -1 :
	    value->len != 0 ? add_command(s->conf, value, e) : 0;
}

/* The program's own. */
static int
give(struct conf *c, const char *name, const char *value, const char *more,
    struct err *e)
{
	struct place nowhere = { "nb-trim", 0 };
	struct var *v = find_or_add(c, name, e);

	if (v == NULL)
		return -1;
	v->own = true;
	return put(&v->value, value, nowhere, e) == 0 ?
	    put(&v->value, more, nowhere, e) : -1;
}

static int
give_all(struct conf *c, struct err *e)
{
	size_t i;

	for (i = 0; i < COUNT(given); i++) {
		if (give(c, given[i][0], given[i][1], "", e) != 0)
			return -1;
	}
	if (give(c, "prefix", c->ways->prefix, "", e) != 0)
		return -1;
	return give(c, "sysconfdir", c->ways->prefix, "/etc", e);
}

/* --- Files. */

/* The name lives as long as c, which places need. */
static const char *
keep_path(struct conf *c, const char *path, struct err *e)
{
	struct file *f = mem_array(1, sizeof(*f));

	if (f == NULL || (f->path = mem_printf("%s", path)) == NULL) {
		free(f);
		(void)err_mem(e);
		return NULL;
	}
	f->next = c->files;
	c->files = f;
	return f->path;
}

static int
read_text(struct conf *c, const char *path, const char *buf, size_t len,
    unsigned depth, struct err *e)
{
	struct source s = { .conf = c, .p = buf, .end = buf + len, .line = 1,
	    .depth = depth };

	if ((s.path = keep_path(c, path, e)) == NULL)
		return -1;
	return grammar_read(&s, e);
}

static int
read_path(struct conf *c, const char *path, struct err *e)
{
	size_t len;
	char *buf = slurp(path, 0, FILE_MAX, NO_CONF, &len, e);
	int r;

	if (buf == NULL)
		return -1;
	r = read_text(c, path, buf, len, 0, e);
	free(buf);
	return r;
}

int
conf_include(struct source *s, const char *name, struct err *e)
{
	static const char service[] = "/service/";
	const size_t skip = sizeof(service) - 1;
	char *path, *buf = NULL;
	struct err why;
	size_t len;
	int r;

	if (strncmp(name, service, skip) == 0)
		path = mem_printf("%s/%s", s->conf->ways->service, name + skip);
	else if (*name == '/')
		return conf_error(s, e, "%s: only files below /service, or by "
		    "a name from here, are read", name);
	else
		path = mem_printf("%.*s%s", (int)folder_len(s->path), s->path,
		    name);
	if (path == NULL)
		return err_mem(e);
	if (s->depth == DEPTH_MAX)
		r = conf_error(s, e, "%s: more than %d files that read each "
		    "other", name, DEPTH_MAX);
	else if ((buf = slurp(path, 0, FILE_MAX, NO_CONF, &len,
	    &why)) == NULL)
		r = conf_error(s, e, "%s", why.text);
	else
		r = read_text(s->conf, path, buf, len, s->depth + 1, e);
	free(buf);
	free(path);
	return r;
}

/* --- */

static struct conf *
conf_new(const struct conf_ways *ways, struct err *e)
{
	struct conf *c = mem_array(1, sizeof(*c));

	if (c == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	c->ways = ways;
	c->last = &c->commands;
	if (give_all(c, e) == 0)
		return c;
	conf_close(c);
	return NULL;
}

struct conf *
conf_open(const char *path, const struct conf_ways *ways, struct err *e)
{
	struct conf *c = conf_new(ways, e);

	if (c == NULL || read_path(c, path, e) == 0)
		return c;
	conf_close(c);
	return NULL;
}

struct conf *
conf_parse(const char *path, const char *buf, size_t len,
    const struct conf_ways *ways, struct err *e)
{
	struct conf *c = conf_new(ways, e);

	if (c == NULL || read_text(c, path, buf, len, 0, e) == 0)
		return c;
	conf_close(c);
	return NULL;
}

const struct text *
conf_value(const struct conf *c, const char *name)
{
	static const struct text none;
	const struct var *v = conf_find(c, name);

	return v != NULL ? &v->value : &none;
}

const struct text *
conf_command(const struct conf *c, size_t n)
{
	const struct command *cmd = c->commands;

	while (cmd != NULL && n-- != 0)
		cmd = cmd->next;
	return cmd != NULL ? &cmd->text : NULL;
}

void
conf_warn(const struct conf *c)
{
	const struct key *k;
	const struct var *v;
	struct err e;

	for (v = c->vars; v != NULL; v = v->next) {
		if (v->own)
			continue;
		if ((k = key_of(v->name)) != NULL) {
			if (k->instead == NULL || v->value.len == 0)
				continue;
			(void)err_set(&e, "%s:%u: %s: of no use here: %s",
			    v->place.file, v->place.line, v->name, k->instead);
		} else if (!v->used)
			(void)err_set(&e, "%s:%u: %s: not a word that counts, "
			    "nor used in another: shipbins, sync_dirs, packages "
			    "and run_at_build do", v->place.file,
			    v->place.line, v->name);
		else
			continue;
		warn(c, &e);
	}
}

void
conf_close(struct conf *c)
{
	struct command *cmd;
	struct file *f;
	struct var *v;

	if (c == NULL)
		return;
	while ((v = c->vars) != NULL) {
		c->vars = v->next;
		text_free(&v->value);
		free(v->name);
		free(v);
	}
	while ((cmd = c->commands) != NULL) {
		c->commands = cmd->next;
		text_free(&cmd->text);
		free(cmd);
	}
	while ((f = c->files) != NULL) {
		c->files = f->next;
		free(f->path);
		free(f);
	}
	free(c);
}
