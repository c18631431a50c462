/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * note.c: values of notes.
 */
#include <stdlib.h>
#include <string.h>

#include "note.h"

#define VALUE_MAX 4096	/* bytes */

int
note_take(char **p, const char *value, struct err *e)
{
	free(*p);
	if ((*p = strdup(value)) == NULL)
		return err_mem(e);
	return 0;
}

bool
note_fits(const char *value)
{
	if (value == NULL || *value == '\0' || strlen(value) > VALUE_MAX)
		return false;
	for (; *value != '\0'; value++) {
		if ((unsigned char)*value < ' ' || *value == 127)
			return false;
	}
	return true;
}
