/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * word.c: divides words of the command line.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "word.h"

int
word_divide(struct word *w, const char *text, struct err *e)
{
	struct stat st;
	char *colon;

	w->name = NULL;
	if ((w->path = mem_printf("%s", text)) == NULL)
		return err_mem(e);
	if (stat(text, &st) == 0)
		return 0;
	colon = strrchr(w->path, ':');
	if (errno != ENOENT || colon == NULL) {
		(void)err_sys(e, "%s", text);
		goto fail;
	}
	*colon = '\0';
	w->name = colon + 1;
	if (stat(w->path, &st) == 0)
		return 0;
	(void)err_sys(e, "%s", w->path);
fail:
	free(w->path);
	w->path = NULL;
	return -1;
}

void
word_free(struct word *w)
{
	free(w->path);
	w->path = NULL;
}
