/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confine_output.c: rules for outfiles (outfile.h).
 */
#include <sys/stat.h>

#include <stddef.h>
#include <stdlib.h>

#include "confine.h"
#include "outfile.h"

void
confine_link(struct confine *c, const char *path)
{
	struct err ignored;
	struct stat st;
	char *file;

	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
	    (file = outfile_target(path, &ignored)) != NULL) {
		confine_folder(c, file, CONFINE_WRITE);
		free(file);
	}
}

const char *
confine_reader(const char *output)
{
	struct confine c;

	confine_begin(&c, CONFINE_READ_ALL);
	if (output != NULL) {
		confine_folder(&c, output, CONFINE_WRITE);
		confine_link(&c, output);
	}
	return confine_end(&c);
}
