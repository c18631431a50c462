/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * jsonget.c: a look into what QEMU says: one value of a JSON text.
 */
#include <string.h>

#include "jsonget.h"

static const char *
blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Behind the string that begins at p; NULL when it does not end. */
static const char *
string_end(const char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (*p == '\0')
			return NULL;
	}
	return p + 1;
}

/* Behind any value: brackets are counted, and strings stepped over. */
static const char *
value_end(const char *p)
{
	int depth = 0;

	do {
		if (*p == '\0')
			return NULL;
		if (*p == '"') {
			if ((p = string_end(p)) == NULL)
				return NULL;
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
	} while (depth > 0 || (depth == 0 && strchr(",}] \t\r\n", *p) == NULL));
	return depth < 0 ? NULL : p;
}

/* The value of a key (len bytes, none of which needs an escape). */
static const char *
member(const char *p, const char *key, size_t len)
{
	const char *name, *end;

	p = blanks(p);
	if (*p++ != '{')
		return NULL;
	for (;;) {
		p = blanks(p);
		if (*p != '"' || (end = string_end(p)) == NULL)
			return NULL;
		name = p + 1;
		p = blanks(end);
		if (*p++ != ':')
			return NULL;
		p = blanks(p);
		if ((size_t)(end - 1 - name) == len &&
		    memcmp(name, key, len) == 0)
			return p;
		if ((p = value_end(p)) == NULL)
			return NULL;
		p = blanks(p);
		if (*p++ != ',')
			return NULL;
	}
}

const char *
json_find(const char *json, const char *path)
{
	for (;;) {
		size_t len = strcspn(path, ".");

		if ((json = member(json, path, len)) == NULL ||
		    path[len] == '\0')
			return json;
		path += len + 1;
	}
}

bool
json_word(const char *value, char *to, size_t room)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t len;

	if (value == NULL || *value != '"')
		return false;
	len = strspn(value + 1, word);
	if (len == 0 || value[1 + len] != '"' || len >= room)
		return false;
	memcpy(to, value + 1, len);
	to[len] = '\0';
	return true;
}
