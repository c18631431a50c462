/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * wish.c: the settings that a page may ask for.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app.h"
#include "mem.h"
#include "name.h"
#include "wish.h"

static int check_image(char **, struct err *);
static int check_kernel(char **, struct err *);
static int check_disk(char **, struct err *);
static int check_share(char **, struct err *);
static int check_extra(char **, struct err *);

/* Those that are not here can be had by an editor: extra is more words for
 * QEMU, use_pty a program to run, fwcfgfile any file of the host's. */
static const struct wish {
	const char *key;
	int (*check)(char **value, struct err *);
} wishes[] = {
	{ "img", check_image },
	{ "kernel", check_kernel },
	{ "drive2", check_disk },
	{ "share", check_share },
	{ "extra", check_extra },
	{ "use_pty", check_extra },
	{ "fwcfgfile", check_extra },
	{ "bridgenet", check_extra },
	{ "mem", NULL },
	{ "cores", NULL },
	{ "hostfwd", NULL },
	{ "append", NULL },
	{ "root", NULL },
	{ "snapshot", NULL },
	{ "sharerw", NULL },
	{ "serial_port", NULL },
	{ "qmp_port", NULL },
	{ "max_ports", NULL },
	{ "imgtag", NULL },
	{ "fwcfgvar", NULL },
	{ "ARCH", NULL },
};

#define N_WISHES (sizeof(wishes) / sizeof(wishes[0]))

/* What the lists of images and kernels offer: a file there, by its name. */
static int
check_listed(const char *value, size_t len, const char *folder,
    const char *what, struct err *e)
{
	size_t dir = strlen(folder);
	char *path = mem_printf("%.*s", (int)len, value);
	struct stat st;
	int rv;

	if (path == NULL)
		return err_mem(e);
	if (strncmp(path, folder, dir) != 0 || path[dir] != '/' ||
	    !name_file_ok(path + dir + 1))
		rv = err_set(e, "%s: \"%s\" is none of those in %s/", what,
		    path, folder);
	else if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		rv = err_set(e, "%s: %s: no such file", what, path);
	else
		rv = 0;
	free(path);
	return rv;
}

static int
check_image(char **value, struct err *e)
{
	return check_listed(*value, strlen(*value), app.images, "img", e);
}

static int
check_kernel(char **value, struct err *e)
{
	return check_listed(*value, strlen(*value), app.kernels, "kernel", e);
}

static size_t
without(const char *value, const char *suffix)
{
	size_t len = strlen(value), n = strlen(suffix);

	return len > n && strcmp(value + len - n, suffix) == 0 ? len - n : len;
}

static int
check_disk(char **value, struct err *e)
{
	size_t len = without(*value, ":ro");

	if (len == strlen(*value))
		len = without(*value, ":snapshot");
	return check_listed(*value, len, app.images, "drive2", e);
}

static bool
below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/' ||
	    (len > 0 && folder[len - 1] == '/'));
}

/* The conf gets the folder's own name, in which nothing leads elsewhere. */
static int
check_share(char **value, struct err *e)
{
	bool ro = without(*value, ":ro") != strlen(*value), ok = false;
	char *path = mem_printf("%.*s", (int)without(*value, ":ro"), *value);
	char *real, *made;
	struct stat st;

	if (path == NULL)
		return err_mem(e);
	real = realpath(path, NULL);
	for (size_t i = 0; real != NULL && i < app.nshares; i++)
		ok = ok || below(real, app.shares[i]);
	ok = ok && stat(real, &st) == 0 && S_ISDIR(st.st_mode);
	if (!ok) {
		free(real);
		(void)err_set(e, "share: %s: not a folder below one that may "
		    "be shared (nb-app -w folder)", path);
		free(path);
		return -1;
	}
	free(path);
	made = mem_printf("%s%s", real, ro ? ":ro" : "");
	free(real);
	if (made == NULL)
		return err_mem(e);
	free(*value);
	*value = made;
	return 0;
}

static int
check_extra(char **value, struct err *e)
{
	(void)value;
	return err_set(e, "not to be set from a page: edit the conf itself");
}

static const struct wish *
wish_of(const char *key)
{
	for (size_t i = 0; i < N_WISHES; i++) {
		if (strcmp(wishes[i].key, key) == 0)
			return &wishes[i];
	}
	return NULL;
}

static bool
is_value(const json_t *v)
{
	return json_is_null(v) || json_is_boolean(v) || json_is_integer(v) ||
	    (json_is_string(v) &&
	    strlen(json_string_value(v)) == json_string_length(v));
}

/* Of a value; NULL: out of memory. */
static char *
text_of(const json_t *v)
{
	if (json_is_null(v) || json_is_false(v))
		return strdup("");
	if (json_is_true(v))
		return strdup("y");
	if (json_is_integer(v))
		return mem_printf("%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
	return strdup(json_string_value(v));
}

static int
add(struct wishes *w, const char *key, const json_t *v, struct err *e)
{
	const struct wish *wish = wish_of(key);
	char *text;
	struct err why;

	if (wish == NULL)
		return err_set(e, "%s: no such setting", key);
	if (w->n == WISHES_MAX)
		return err_set(e, "too many settings");
	if (!is_value(v))
		return err_set(e, "%s: neither text, number, yes or no", key);
	if ((text = text_of(v)) == NULL)
		return err_mem(e);
	if (wish->check != NULL && *text != '\0' &&
	    wish->check(&text, &why) == -1) {
		free(text);
		return wish->check == check_extra ? err_set(e, "%s: %s", key,
		    why.text) : err_set(e, "%s", why.text);
	}
	w->values[w->n] = text;
	w->changes[w->n].setting = setting_key(key);
	w->changes[w->n].value = text;
	w->n++;
	return 0;
}

static int
only_known(const json_t *body, struct err *e)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)body, key, v) {
		if (strcmp(key, "settings") != 0 && strcmp(key, "name") != 0 &&
		    strcmp(key, "revision") != 0)
			return err_set(e, "%s: not expected here", key);
	}
	return 0;
}

int
wishes_read(struct wishes *w, const json_t *body, struct err *e)
{
	json_t *all = json_object_get(body, "settings"), *v;
	const char *key;

	w->n = 0;
	if (only_known(body, e) == -1)
		return -1;
	if (!json_is_object(all))
		return err_set(e, "settings: an object is wanted");
	json_object_foreach(all, key, v) {
		if (add(w, key, v, e) == -1) {
			wishes_free(w);
			return -1;
		}
	}
	return 0;
}

void
wishes_free(struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->values[i]);
	w->n = 0;
}
