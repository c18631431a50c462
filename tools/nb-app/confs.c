/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confs.c: the configured VMs: etc/NAME.conf.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "conf.h"
#include "confedit.h"
#include "confs.h"
#include "confturn.h"
#include "digest.h"
#include "forward.h"
#include "mem.h"
#include "name.h"
#include "outfile.h"
#include "path.h"
#include "wish.h"
#include "writeall.h"

static char *
path_of(const char *name)
{
	return mem_printf("%s/%s.conf", app.confs, name);
}

static int
by_text(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

struct names {
	char	**v;
	size_t	  n, cap;
};

/* A conf that went meanwhile is none; one that cannot be looked at is one. */
static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? S_ISREG(st.st_mode) : errno != ENOENT;
}

/* "web.conf" is web, when it is a name and a file. */
static int
add_name(struct names *to, const char *file, struct err *e)
{
	size_t len = strlen(file);
	char *name, *path, **more;

	if (!path_ends(file, ".conf"))
		return 0;
	if ((name = mem_printf("%.*s", (int)(len - 5), file)) == NULL)
		return err_mem(e);
	if ((path = path_of(name)) == NULL || (more = mem_grow(to->v, &to->cap,
	    to->n + 1, sizeof(*more))) == NULL) {
		free(path);
		free(name);
		return err_mem(e);
	}
	to->v = more;
	if (name_ok(name) && is_file(path))
		to->v[to->n++] = name;
	else
		free(name);
	free(path);
	return 0;
}

static int
read_names(struct names *to, struct err *e)
{
	DIR *dir = opendir(app.confs);
	struct dirent *d;
	int rv = 0;

	if (dir == NULL)
		return err_sys(e, "%s", app.confs);
	while (rv == 0 && (errno = 0, d = readdir(dir)) != NULL)
		rv = add_name(to, d->d_name, e);
	if (rv == 0 && errno != 0)
		rv = err_sys(e, "%s", app.confs);
	(void)closedir(dir);
	return rv;
}

json_t *
confs_names(struct err *e)
{
	struct names names = { NULL, 0, 0 };
	json_t *list = NULL;

	if (read_names(&names, e) == 0 && (list = json_array()) == NULL)
		(void)err_mem(e);
	if (list != NULL && names.n > 0)
		qsort(names.v, names.n, sizeof(*names.v), by_text);
	for (size_t i = 0; i < names.n; i++) {
		if (list != NULL)
			(void)json_array_append_new(list,
			    json_string(names.v[i]));
		free(names.v[i]);
	}
	free(names.v);
	return list;
}

/* ---- reading ---- */

static json_t *
revision_of(const char *text, size_t len)
{
	uint8_t raw[DIGEST_BYTES_MAX];
	char hex[DIGEST_HEX_MAX];
	struct err e;
	struct digest *d = digest_new(DIGEST_SHA256, &e);

	if (d == NULL)
		return json_null();
	digest_update(d, text, len);
	digest_hex(hex, raw, digest_final(d, raw));
	return json_stringn(hex, 16);
}

static json_t *
value_of(const struct settings *from, const struct setting *s)
{
	struct err e;
	char *text = setting_text(from, s, &e);
	json_t *j = NULL;

	if (text == NULL || *text == '\0')
		j = NULL;
	else if (s->kind == SETTING_FLAG)
		j = json_true();
	else if (s->kind == SETTING_NUMBER || s->kind == SETTING_MEGABYTES)
		j = json_integer(strtol(text, NULL, 10));
	else
		j = answer_text(text, strlen(text));
	free(text);
	return j;
}

static json_t *
settings_json(const struct settings *from)
{
	json_t *all = json_object(), *value;
	const struct setting *s;

	for (size_t i = 0; (s = setting_at(i)) != NULL; i++) {
		if (s->key != NULL && (value = value_of(from, s)) != NULL)
			(void)json_object_set_new(all, s->key, value);
	}
	return all;
}

static json_t *
ports_json(const struct settings *from)
{
	struct forward f[FORWARD_MAX];
	json_t *all = json_array();
	struct err e;
	int n;

	n = from->forwards != NULL ? forward_parse(f, from->forwards, &e) : 0;
	for (int i = 0; i < n; i++)
		(void)json_array_append_new(all, json_pack(
		    "{s:s, s:s, s:i, s:i}", "protocol",
		    f[i].udp ? "udp" : "tcp", "address", f[i].host,
		    "port", (int)f[i].hostport, "guest",
		    (int)f[i].guestport));
	return all;
}

static json_t *
parsed(const char *path, char *text, size_t len)
{
	struct settings s = { 0 };
	json_t *revision = revision_of(text, len), *all;
	struct err e;
	int rv = conf_scan(&s, path, text, len, NULL, NULL, NULL, &e);

	all = json_pack("{s:o, s:o, s:o, s:o}", "settings",
	    settings_json(&s), "ports", ports_json(&s), "revision", revision,
	    "error", rv == 0 ? json_null() : answer_text(e.text,
	    strlen(e.text)));
	settings_free(&s);
	return all;
}

/* There is one, and that is all that is known. */
static json_t *
unread(const struct err *e)
{
	return json_pack("{s:{}, s:[], s:n, s:o}", "settings", "ports",
	    "revision", "error", answer_text(e->text, strlen(e->text)));
}

json_t *
confs_get(const char *name)
{
	char *path = path_of(name), *text = NULL;
	struct err e;
	json_t *all = NULL;
	size_t len;

	if (path != NULL && (text = conf_load(path, &len, &e)) != NULL)
		all = parsed(path, text, len);
	else if (path != NULL && e.code != ERR_MISSING)
		all = unread(&e);
	free(text);
	free(path);
	return all;
}

/* ---- writing ---- */

/* By its words: on its way here a line gets more in front. */
static bool
no_memory(const struct err *e)
{
	static const char mem[] = "out of memory";
	size_t len = strlen(e->text);

	return len >= sizeof(mem) - 1 &&
	    strcmp(e->text + len - (sizeof(mem) - 1), mem) == 0;
}

static struct answer
refused(const struct err *e)
{
	return answer_error(no_memory(e) ? 500 : 400, "%s", e->text);
}

static struct answer
not_loaded(const char *name, const struct err *e)
{
	return e->code == ERR_MISSING ? answer_error(404, "%s: no such VM",
	    name) : answer_error(500, "%s", e->text);
}

static int
save(const char *path, const char *text, struct err *e)
{
	struct outfile *o = outfile_open(path, OUTFILE_SYNC, e);

	if (o == NULL)
		return -1;
	if (write_all(outfile_fd(o), text, strlen(text)) == -1) {
		(void)err_sys(e, "%s", path);
		outfile_abort(o);
		return -1;
	}
	return outfile_commit(o, e);
}

static struct answer
busy(const struct err *e)
{
	return answer_error(no_memory(e) ? 500 : 409, "%s", e->text);
}

typedef struct answer writer(const char *name, const char *path,
    const json_t *body);

/* Writers take turns: each looks first whether the file is as it thinks. */
static struct answer
in_turn(const char *name, const json_t *body, writer *write)
{
	char *path = path_of(name);
	struct confturn turn;
	struct answer a;
	struct err e;

	if (path == NULL)
		return answer_error(500, "out of memory");
	if (confturn_take(&turn, name, &e) == -1)
		a = busy(&e);
	else {
		a = write(name, path, body);
		confturn_give(&turn);
	}
	free(path);
	return a;
}

/* What goes with 200 or 201: the VM as it is configured now. */
static struct answer
told(const char *name, int status)
{
	struct answer a = answer_ok(confs_get(name));

	if (a.body == NULL)
		return answer_error(500, "%s: written, and not read again",
		    name);
	a.status = status;
	(void)json_object_set_new(a.body, "name", json_string(name));
	return a;
}

/* text NULL: there is no file yet. */
static struct answer
write_wishes(const char *name, const char *path, const char *text, size_t len,
    const struct wishes *w)
{
	static const char head[] = "# made by nb-app\n";
	struct err e;
	char *made = conf_edit(path, text != NULL ? text : head,
	    text != NULL ? len : sizeof(head) - 1, w->changes, w->n, &e);
	int rv;

	if (made == NULL)
		return refused(&e);
	rv = save(path, made, &e);
	free(made);
	if (rv == -1)
		return answer_error(500, "%s", e.text);
	return told(name, text != NULL ? 200 : 201);
}

static struct answer
create(const char *name, const char *path, const json_t *body)
{
	struct wishes w;
	struct answer a;
	struct err e;

	if (access(path, F_OK) == 0)
		return answer_error(409, "%s: there is a VM of that name",
		    name);
	if (wishes_read(&w, body, &e) == -1)
		return refused(&e);
	a = write_wishes(name, path, NULL, 0, &w);
	wishes_free(&w);
	return a;
}

struct answer
confs_create(const char *name, const json_t *body)
{
	return in_turn(name, body, create);
}

/* Somebody else changed it since the caller looked. */
static bool
stale(const json_t *body, const char *text, size_t len)
{
	const json_t *want = json_object_get(body, "revision");
	json_t *is = revision_of(text, len);
	bool differs = want != NULL && !json_equal(want, is);

	json_decref(is);
	return differs;
}

static struct answer
change(const char *name, const char *path, const json_t *body)
{
	struct wishes w;
	struct answer a;
	struct err e;
	size_t len;
	char *text = conf_load(path, &len, &e);

	if (text == NULL)
		return not_loaded(name, &e);
	if (stale(body, text, len))
		a = answer_error(409, "%s: changed by somebody else "
		    "meanwhile: look at it again", name);
	else if (wishes_read(&w, body, &e) == -1)
		a = refused(&e);
	else {
		a = write_wishes(name, path, text, len, &w);
		wishes_free(&w);
	}
	free(text);
	return a;
}

struct answer
confs_change(const char *name, const json_t *body)
{
	return in_turn(name, body, change);
}

/* A copy, with what body's settings change, if it has any. */
static struct answer
clone(const char *name, const char *to, const char *from_path,
    const char *to_path, const json_t *body)
{
	struct wishes w = { .n = 0 };
	struct err e;
	size_t len;
	char *text = conf_load(from_path, &len, &e), *made = NULL;
	struct answer a;

	if (text == NULL)
		return not_loaded(name, &e);
	if (access(to_path, F_OK) == 0)
		a = answer_error(409, "%s: there is a VM of that name", to);
	else if ((json_object_get(body, "settings") != NULL &&
	    wishes_read(&w, body, &e) == -1) ||
	    (made = conf_edit(to_path, text, len, w.changes, w.n, &e)) == NULL)
		a = refused(&e);
	else if (save(to_path, made, &e) == -1)
		a = answer_error(500, "%s", e.text);
	else
		a = told(to, 201);
	wishes_free(&w);
	free(made);
	free(text);
	return a;
}

struct answer
confs_clone(const char *name, const char *to, const json_t *body)
{
	char *from_path = path_of(name), *to_path = path_of(to);
	struct confturn turn;
	struct answer a;
	struct err e;

	if (from_path == NULL || to_path == NULL)
		a = answer_error(500, "out of memory");
	else if (confturn_take(&turn, to, &e) == -1)
		a = busy(&e);
	else {
		a = clone(name, to, from_path, to_path, body);
		confturn_give(&turn);
	}
	free(from_path);
	free(to_path);
	return a;
}

static struct answer
delete(const char *name, const char *path, const json_t *body)
{
	(void)body;
	if (unlink(path) == 0)
		return answer_ok(json_pack("{s:s}", "deleted", name));
	if (errno == ENOENT)
		return answer_error(404, "%s: no such VM", name);
	return answer_error(500, "%s: %s", path, strerror(errno));
}

struct answer
confs_delete(const char *name)
{
	return in_turn(name, NULL, delete);
}
