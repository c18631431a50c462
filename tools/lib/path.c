/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * path.c: canonical names, and what is refused.
 */
#include <fnmatch.h>
#include <string.h>

#include "path.h"

int
path_canonical(char *buf, const char *name, const char *what, struct err *e)
{
	size_t len, used = 0;
	const char *p = name;

	if (*p == '/')
		return err_set(e, "%s: %s: absolute name refused", what, name);
	while (*p != '\0') {
		len = strcspn(p, "/");
		if (len == 2 && p[0] == '.' && p[1] == '.')
			return err_set(e, "%s: %s: \"..\" refused", what, name);
		if (len > PATH_NAME_MAX)
			return err_set(e, "%s: %s: part of over %d bytes",
			    what, name, PATH_NAME_MAX);
		if (len != 0 && !(len == 1 && p[0] == '.')) {
			if (used + len + 2 > PATH_LEN_MAX)
				return err_set(e, "%s: %.60s...: name of over "
				    "%d bytes", what, name, PATH_LEN_MAX - 1);
			if (used != 0)
				buf[used++] = '/';
			memcpy(buf + used, p, len);
			used += len;
		}
		p += len;
		while (*p == '/')
			p++;
	}
	buf[used] = '\0';
	return 0;
}

int
path_join(char *buf, const char *dir, const char *name, struct err *e)
{
	size_t d = strlen(dir), n = strlen(name);

	if (d + n + 2 > PATH_LEN_MAX)
		return err_set(e, "%.60s...: name of over %d bytes", dir,
		    PATH_LEN_MAX - 1);
	memmove(buf + (d != 0 && n != 0 ? d + 1 : d), name, n + 1);
	memmove(buf, dir, d);
	if (d != 0 && n != 0)
		buf[d] = '/';
	return 0;
}

bool
path_ends(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

bool
path_match(const char *pattern, const char *name)
{
	char pat[PATH_LEN_MAX], head[PATH_LEN_MAX];
	size_t len, plen;
	const char *p;

	while (*pattern == '/' || (pattern[0] == '.' && pattern[1] == '/'))
		pattern += *pattern == '/' ? 1 : 2;
	plen = strlen(pattern);
	while (plen != 0 && pattern[plen - 1] == '/')
		plen--;
	if (plen == 0 || (plen == 1 && *pattern == '.'))
		return true;
	if (plen >= sizeof(pat))
		return false;
	memcpy(pat, pattern, plen);
	pat[plen] = '\0';

	/* The name itself, or one of the folders that it is in. */
	for (p = name;; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		len = (size_t)(p - name);
		if (len >= sizeof(head))
			return false;
		memcpy(head, name, len);
		head[len] = '\0';
		if (fnmatch(pat, head, FNM_PATHNAME) == 0)
			return true;
		if (*p == '\0')
			return false;
	}
}
