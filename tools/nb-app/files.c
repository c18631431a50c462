/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * files.c: what there is to choose from.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "arch.h"
#include "files.h"
#include "mem.h"
#include "name.h"
#include "path.h"

static bool
is_image(const char *name)
{
	return path_ends(name, ".img");
}

/* Files beside the real ones: sums, notes of where they came from. */
static bool
is_kernel(const char *name)
{
	return !path_ends(name, ".sha256") && !path_ends(name, ".part") &&
	    !path_ends(name, ".gz");
}

static json_t *
file_json(const char *folder, const char *name)
{
	char *path = mem_printf("%s/%s", folder, name);
	const struct arch *arch;
	struct stat st;
	json_t *j = NULL;

	if (path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		arch = arch_of_image(path);
		j = json_pack("{s:s, s:s, s:I, s:I, s:I, s:s?}", "name", name,
		    "path", path, "size", (json_int_t)st.st_size, "disk",
		    (json_int_t)st.st_blocks * 512, "changed",
		    (json_int_t)st.st_mtime, "arch",
		    arch != NULL ? arch->name : NULL);
	}
	free(path);
	return j;
}

/* Of a folder, sorted; what is not there is empty. -1: it cannot be read. */
static int
names_of(const char *folder, struct dirent ***list, struct err *e)
{
	int n = scandir(folder, list, NULL, alphasort);

	if (n == -1 && errno == ENOENT)
		return 0;
	return n == -1 ? err_sys(e, "%s", folder) : n;
}

/* With names that name_file_ok() lets pass; NULL: it cannot be read. */
static json_t *
folder_json(const char *folder, bool (*want)(const char *), struct err *e)
{
	struct dirent **list = NULL;
	json_t *all = json_array(), *j;
	int n = names_of(folder, &list, e);

	if (n == -1) {
		json_decref(all);
		return NULL;
	}
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (name_file_ok(name) && want(name) &&
		    (j = file_json(folder, name)) != NULL)
			(void)json_array_append_new(all, j);
		free(list[i]);
	}
	free(list);
	return all;
}

struct answer
files_all(void)
{
	json_t *images, *kernels = NULL, *shares;
	struct err e;

	images = folder_json(app.images, is_image, &e);
	if (images != NULL)
		kernels = folder_json(app.kernels, is_kernel, &e);
	if (kernels == NULL) {
		json_decref(images);
		return answer_error(500, "%s", e.text);
	}
	shares = json_array();
	for (size_t i = 0; i < app.nshares; i++)
		(void)json_array_append_new(shares, answer_text(app.shares[i],
		    strlen(app.shares[i])));
	return answer_ok(json_pack("{s:o, s:o, s:o}", "images", images,
	    "kernels", kernels, "shares", shares));
}

/* ---- services ---- */

static void
first_line(char *line, size_t len, const char *service, const char *file)
{
	char *path = mem_printf("%s/%s/%s", app.services, service, file);
	FILE *f = path != NULL ? fopen(path, "re") : NULL;

	*line = '\0';
	if (f != NULL) {
		if (fgets(line, (int)len, f) == NULL)
			*line = '\0';
		(void)fclose(f);
	}
	free(path);
	line[strcspn(line, "\r\n")] = '\0';
}

/* "# web: what it is" at the head of options.mk, or else a README's title. */
static json_t *
what_it_is(const char *service)
{
	char line[256], *p = line;
	size_t len = strlen(service);

	first_line(line, sizeof(line), service, "options.mk");
	if (*line != '#' || strstr(line, "SPDX-") != NULL)
		first_line(line, sizeof(line), service, "README.md");
	p += strspn(p, "# \t");
	if (strncmp(p, service, len) == 0 && p[len] == ':')
		p += len + 1;
	p += strspn(p, " \t");
	return answer_text(p, strlen(p));
}

static bool
has(const char *service, const char *file)
{
	char *path = mem_printf("%s/%s/%s", app.services, service, file);
	bool is = path != NULL && access(path, F_OK) == 0;

	free(path);
	return is;
}

/* images/web-amd64.img, images/web-amd64:tag.img: of web, and no other. */
static json_t *
images_of(const char *service, const json_t *images)
{
	json_t *mine = json_array(), *v;
	size_t i, len = strlen(service);

	json_array_foreach(images, i, v) {
		const char *name = json_string_value(json_object_get(v,
		    "name"));
		const struct arch *a = arch_of_image(name);
		const char *suffix = a != NULL ? arch_suffix(a, name) : NULL;

		if (suffix != NULL && (size_t)(suffix - name) == len &&
		    strncmp(name, service, len) == 0)
			(void)json_array_append(mine, json_object_get(v,
			    "path"));
	}
	return mine;
}

struct answer
files_services(void)
{
	struct dirent **list = NULL;
	json_t *images, *all;
	struct err e;
	int n;

	if ((images = folder_json(app.images, is_image, &e)) == NULL ||
	    (n = names_of(app.services, &list, &e)) == -1) {
		json_decref(images);
		return answer_error(500, "%s", e.text);
	}
	all = json_array();
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (name_ok(name) && strcmp(name, "common") != 0 &&
		    has(name, "."))
			(void)json_array_append_new(all, json_pack(
			    "{s:s, s:o, s:b, s:b, s:o}", "name", name, "about",
			    what_it_is(name), "scripts",
			    has(name, "postinst"), "netbsd_only",
			    has(name, "NETBSD_ONLY"), "images",
			    images_of(name, images)));
		free(list[i]);
	}
	free(list);
	json_decref(images);
	return answer_ok(json_pack("{s:o, s:s}", "services", all, "arch",
	    arch_host()->name));
}
