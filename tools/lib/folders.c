/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * folders.c: fsync(2) of folders.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folders.h"
#include "mem.h"

size_t
folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* "" is the present one. The last one that was added is the likeliest. */
int
folders_add(struct folders *f, const char *path, struct err *e)
{
	size_t len = folder_len(path), i;
	char **names;

	for (i = f->n; i > 0; i--) {
		if (strncmp(f->names[i - 1], path, len) == 0 &&
		    f->names[i - 1][len] == '\0')
			return 0;
	}
	names = mem_grow(f->names, &f->cap, f->n + 1, sizeof(*names));
	if (names == NULL)
		return err_mem(e);
	f->names = names;
	if ((names[f->n] = mem_printf("%.*s", (int)len, path)) == NULL)
		return err_mem(e);
	f->n++;
	return 0;
}

static int
folder_sync(const char *name, struct err *e)
{
	const char *shown = *name != '\0' ? name : ".";
	int fd = open(shown, O_RDONLY | O_CLOEXEC), r;

	if (fd == -1)	/* a folder that may be written but not read */
		return errno == EACCES ? 0 : err_sys(e, "%s", shown);
	r = fsync(fd);
	if (r == -1 && errno != EINVAL && errno != ENOTSUP && errno != EBADF)
		(void)err_sys(e, "%s: the folder cannot be synced", shown);
	else
		r = 0;
	(void)close(fd);
	return r;
}

int
folders_sync(struct folders *f, struct err *e)
{
	size_t i;
	int r = 0;

	for (i = 0; i < f->n && r == 0; i++)
		r = folder_sync(f->names[i], e);
	folders_free(f);
	return r;
}

void
folders_free(struct folders *f)
{
	while (f->n > 0)
		free(f->names[--f->n]);
	free(f->names);
	memset(f, 0, sizeof(*f));
}
