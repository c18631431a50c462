/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confname.c: the conf with the name most like one that is not there.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confname.h"
#include "mem.h"
#include "nearest.h"
#include "path.h"

#define SUFFIX ".conf"

/* "web.conf" and "web" are web; to be freed. */
static char *
stem(const char *name)
{
	size_t n = strlen(name);

	if (path_ends(name, SUFFIX))
		n -= strlen(SUFFIX);
	return mem_printf("%.*s", (int)n, name);
}

/* Of two that are as near, the first in the alphabet: folders have no order. */
static void
look_at(const char *file, const char *want, char **best, unsigned *min)
{
	char *name = stem(file);
	unsigned d;

	if (name == NULL || strcmp(name, file) == 0) {
		free(name);
		return;
	}
	d = word_distance(want, name);
	if ((d == 0 || word_is_near(d, want)) && (d < *min ||
	    (d == *min && *best != NULL && strcmp(name, *best) < 0))) {
		free(*best);
		*best = name;
		*min = d;
		return;
	}
	free(name);
}

/* To be freed; NULL: there is none. */
static char *
nearest_in(const char *folder, const char *want)
{
	DIR *dir = opendir(*folder != '\0' ? folder : ".");
	unsigned min = WORD_FAR;
	char *best = NULL;
	struct dirent *d;

	while (dir != NULL && (d = readdir(dir)) != NULL)
		look_at(d->d_name, want, &best, &min);
	if (dir != NULL)
		(void)closedir(dir);
	return best;
}

void
confname_missing(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/'), *reason;
	char *folder, *want, *near = NULL;
	struct stat st;

	if (*path == '\0' || stat(path, &st) == 0 || errno != ENOENT)
		return;
	reason = strerror(errno);
	folder = mem_printf("%.*s",
	    slash != NULL ? (int)(slash - path + 1) : 0, path);
	want = stem(slash != NULL ? slash + 1 : path);
	if (folder != NULL && want != NULL)
		near = nearest_in(folder, want);
	if (near == NULL && folder != NULL && want != NULL && slash == NULL) {
		free(folder);
		folder = mem_printf("etc/");
		near = folder != NULL ? nearest_in(folder, want) : NULL;
	}
	if (near != NULL)
		(void)err_code(e, ERR_MISSING, "%s: %s: %s%s" SUFFIX "?", path,
		    reason, folder, near);
	else
		(void)err_code(e, ERR_MISSING, "%s: %s: \"bmake list\" shows "
		    "the services, and etc/ has their confs", path, reason);
	free(near);
	free(want);
	free(folder);
}
