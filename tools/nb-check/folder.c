/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * folder.c: all files of a service: links, secrets, scripts.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "service.h"
#include "spawn.h"

/* Folders in each other; more are no service's. */
#define FOLDER_DEPTH 32

char *
service_path(const struct service *s, const char *name)
{
	return mem_printf("%s/%s", s->path, name);
}

bool
service_has(const struct service *s, const char *name)
{
	char *path = service_path(s, name);
	struct stat st;
	bool is = path != NULL &&
	    (lstat(path, &st) == 0 || errno == EACCES);

	free(path);
	return is;
}

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

static bool
file_says(const char *path, const char *word)
{
	struct text t;
	struct err e;
	bool is;

	if (text_read(&t, path, &e) == -1)
		return false;
	is = strstr(t.data, word) != NULL;
	text_free(&t);
	return is;
}

bool
service_says(const struct service *s, const char *word)
{
	char *path = service_path(s, "root.mtree");
	bool is = path != NULL && file_says(path, word);
	struct dirent *d;
	DIR *dir;

	free(path);
	if (is || (path = service_path(s, "postinst")) == NULL)
		return is;
	dir = opendir(path);
	while (!is && dir != NULL && (d = readdir(dir)) != NULL) {
		char *file = mem_printf("%s/%s", path, d->d_name);

		is = file != NULL && file_says(file, word);
		free(file);
	}
	if (dir != NULL)
		(void)closedir(dir);
	free(path);
	return is;
}

/* How far above its folder a link's target goes, at depth folders deep. */
static bool
climbs_out(const char *target, unsigned depth)
{
	int at = (int)depth;

	for (const char *p = target; *p != '\0'; p += strspn(p, "/")) {
		size_t n = strcspn(p, "/");

		if (n == 2 && memcmp(p, "..", 2) == 0)
			at--;
		else if (n != 1 || *p != '.')
			at++;
		if (at < 0)
			return true;
		p += n;
	}
	return false;
}

/* In etc/ and packages/ a target is the image's; elsewhere it is the host's. */
static void
check_link(const struct service *s, const char *path, const char *name,
    unsigned depth)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	bool in_image = strncmp(name, "etc/", 4) == 0 ||
	    strncmp(name, "packages/", 9) == 0;

	if (n == -1)
		return;
	target[n] = '\0';
	if (climbs_out(target, *target == '/' ? 0 : depth) ||
	    (*target == '/' && !in_image))
		finding_add(s->found, path, 1, "a link to %s, which leaves the "
		    "service's folder: copy what it leads to", target);
}

static bool
is_key_name(const char *base)
{
	static const char *const names[] = { "id_rsa", "id_dsa", "id_ecdsa",
		"id_ed25519", "id_ecdsa_sk", "id_ed25519_sk" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(base, names[i]) == 0)
			return true;
	}
	return strncmp(base, "ssh_host_", 9) == 0 && ends_with(base, "_key");
}

/* -----BEGIN, words, PRIVATE KEY, at the start of a line. */
static unsigned
key_line(const struct text *t)
{
	const char *p = t->data;
	char *line;
	unsigned n = 0, at = 0;

	while (at == 0 && (line = text_line(t, &p, &n)) != NULL) {
		if (strncmp(line, "-----BEGIN ", 11) == 0 &&
		    strstr(line, "PRIVATE KEY") != NULL)
			at = n;
		free(line);
	}
	return at;
}

/* master.passwd(5): the second field, unless nothing can be it. */
static void
check_passwords(const struct service *s, const char *path,
    const struct text *t)
{
	const char *p = t->data, *hash;
	char *line;
	unsigned n = 0;

	while ((line = text_line(t, &p, &n)) != NULL) {
		hash = strchr(line, ':');
		if (*line != '#' && hash != NULL && hash[1] == '$')
			finding_add(s->found, path, n, "a password, for all who "
			    "have the folder to try: let %.*s have none (*), "
			    "and a key", (int)(hash - line), line);
		free(line);
	}
}

static void
check_secrets(const struct service *s, const char *path, const char *base)
{
	struct text t;
	struct err e;
	unsigned line;

	if (text_read(&t, path, &e) == -1) {
		finding_unread(s->found, path, &e);
		return;
	}
	line = key_line(&t);
	if (line == 0 && is_key_name(base))
		line = 1;
	if (line != 0)
		finding_add(s->found, path, line, "a private key: everyone who "
		    "has the folder or the image has it: let the VM make its own, "
		    "and keep yours at home");
	if (strcmp(base, "master.passwd") == 0)
		check_passwords(s, path, &t);
	text_free(&t);
}

/* What nb-postinst(1) passes over, though it looks like a script. */
static void
check_never_run(const struct service *s, const char *path,
    const struct stat *st)
{
	struct text t;
	struct err e;
	bool script;

	if (text_read(&t, path, &e) == -1)
		return;
	script = strncmp(t.data, "#!", 2) == 0;
	text_free(&t);
	if (script || (st->st_mode & 0111) != 0)
		finding_add(s->found, path, 1, "is never run: only *.sh are: "
		    "rename it");
}

static void
check_file(const struct service *s, const char *path, const char *name,
    const struct stat *st)
{
	const char *base = strrchr(name, '/');

	base = base != NULL ? base + 1 : name;
	check_secrets(s, path, base);
	if (strcmp(name, "etc/rc") == 0)
		check_script(s, SCRIPT_RC, path);
	else if (strncmp(name, "postinst/", 9) == 0 && base == name + 9) {
		if (ends_with(base, ".sh"))
			check_script(s, SCRIPT_POSTINST, path);
		else
			check_never_run(s, path, st);
	} else if (strncmp(name, "etc/", 4) == 0)
		check_script(s, SCRIPT_OTHER, path);
}

static void walk(const struct service *, const char *, unsigned);

/* name is relative to the service's folder, depth folders deep. */
static void
check_entry(const struct service *s, const char *name, unsigned depth)
{
	char *path = service_path(s, name);
	struct stat st;

	if (path != NULL && lstat(path, &st) == 0) {
		if (S_ISLNK(st.st_mode))
			check_link(s, path, name, depth);
		else if (S_ISDIR(st.st_mode) && depth < FOLDER_DEPTH)
			walk(s, name, depth + 1);
		else if (S_ISREG(st.st_mode))
			check_file(s, path, name, &st);
	}
	free(path);
}

/* name is "" or a folder's. */
static void
walk(const struct service *s, const char *name, unsigned depth)
{
	char *path = service_path(s, name);
	DIR *dir = path != NULL ? opendir(path) : NULL;
	struct dirent *d;

	if (path == NULL)
		s->found->failed = 1;
	while (path != NULL) {
		char *entry;

		if (dir != NULL)
			errno = 0;
		if (dir == NULL || (d = readdir(dir)) == NULL) {
			if (errno != 0)
				finding_add(s->found, path, 1,
				    "cannot be read: %s", strerror(errno));
			break;
		}
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0)
			continue;
		entry = mem_printf("%s%s%s", name, *name != '\0' ? "/" : "",
		    d->d_name);
		if (entry != NULL)
			check_entry(s, entry, depth);
		else
			s->found->failed = 1;
		free(entry);
	}
	if (dir != NULL)
		(void)closedir(dir);
	free(path);
}

/* git ls-files names what is committed, or is about to be. */
static void
check_own(const struct service *s)
{
	char git[] = "git", c[] = "-C", ls[] = "ls-files", dashes[] = "--",
	    own[] = "own.mk", said[256], *path;
	char *argv[] = { git, c, NULL, ls, dashes, own, NULL };

	if (!service_has(s, own) || (path = service_path(s, own)) == NULL)
		return;
	argv[2] = strdup(s->path);
	if (argv[2] != NULL && spawn(argv, said, sizeof(said)) == 0 &&
	    *said != '\0')
		finding_add(s->found, path, 1, "is yours, and in git: git rm "
		    "--cached %s", path);
	free(argv[2]);
	free(path);
}

void
check_folder(const struct service *s)
{
	walk(s, "", 0);
	check_own(s);
	if (!service_has(s, "etc/rc"))
		check_no_rc(s);
}
