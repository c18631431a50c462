/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * text.c: files in memory.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

int
text_read(struct text *t, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = 0;
	struct stat st;
	size_t room = 0;

	memset(t, 0, sizeof(*t));
	if (fd == -1)
		return err_sys(e, "%s", path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(e, "%s: not a file", path);
	}
	if ((t->data = mem_grow(NULL, &room, TEXT_MAX + 1, 1)) == NULL) {
		(void)close(fd);
		return err_mem(e);
	}
	while (t->len < TEXT_MAX) {
		n = read(fd, t->data + t->len, TEXT_MAX - t->len);
		if (n == 0 || (n == -1 && errno != EINTR))
			break;
		if (n > 0)
			t->len += (size_t)n;
	}
	if (n == -1)
		(void)err_sys(e, "%s", path);
	(void)close(fd);
	t->data[t->len] = '\0';
	t->whole = t->len < TEXT_MAX;
	if (n != -1)
		return 0;
	text_free(t);
	return -1;
}

char *
text_line(const struct text *t, const char **p, unsigned *line)
{
	const char *end = t->data + t->len, *nl;
	char *copy;

	if (*p >= end)
		return NULL;
	nl = memchr(*p, '\n', (size_t)(end - *p));
	if (nl == NULL)
		nl = end;
	copy = mem_printf("%.*s", (int)(nl - *p), *p);
	*p = nl + 1;
	++*line;
	return copy;
}

static unsigned
line_of(const struct text *t, const char *at)
{
	unsigned line = 1;

	for (const char *p = t->data; p < at; p++)
		line += *p == '\n';
	return line;
}

unsigned
text_find(const struct text *t, const char *needle)
{
	const char *p = strstr(t->data, needle);

	return p != NULL ? line_of(t, p) : 0;
}

static bool
in_name(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	    (c >= '0' && c <= '9');
}

bool
text_has_word(const struct text *t, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = t->data; (p = strstr(p, word)) != NULL; p++) {
		if ((p == t->data || !in_name(p[-1])) && !in_name(p[n]))
			return true;
	}
	return false;
}

unsigned
text_last(const struct text *t)
{
	const char *end = t->data + t->len;

	if (t->len > 0 && end[-1] == '\n')
		end--;
	return line_of(t, end);
}

void
text_free(struct text *t)
{
	free(t->data);
	memset(t, 0, sizeof(*t));
}
