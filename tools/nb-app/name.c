/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * name.c: names that strangers may send.
 */
#include <string.h>

#include "name.h"

static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
    "xyz0123456789._-:";

static bool
made_of(const char *s, size_t max, bool colon)
{
	size_t len = strspn(s, word);

	return len > 0 && len <= max && s[len] == '\0' &&
	    strchr("._-:", *s) == NULL &&
	    (colon || strchr(s, ':') == NULL);
}

bool
name_ok(const char *s)
{
	return made_of(s, NAME_LEN, false);
}

bool
name_file_ok(const char *s)
{
	return made_of(s, 2 * NAME_LEN, true);
}
