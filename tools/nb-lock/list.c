/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * list.c: reads and writes locks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "list.h"
#include "mem.h"
#include "outfile.h"
#include "writeall.h"

#define HEADER \
	"# What this service's images are made from; a build takes nothing " \
	"else. Written by\n" \
	"# `bmake SERVICE=... lock`: ARCH/KIND/FILE (URL) = SHA-256 of the " \
	"file as it is used.\n"
#define LINE_LEN_MAX 8192

static bool
is_word(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)s[i] <= ' ' || s[i] == 127)
			return false;
	}
	return len > 0;
}

/* "key (url) = sum"; a URL may hold parentheses: the last divide. */
static int
line_parse(struct list *l, char *s, struct err *e)
{
	char *url = strstr(s, " ("), *sum = NULL, *p;

	for (p = s; url != NULL && (p = strstr(p, ") = ")) != NULL; p++)
		sum = p;
	if (sum == NULL || sum < url)
		return err_set(e, "is no line of a lock");
	*url = *sum = '\0';
	return list_add(l, s, url + 2, sum + 4, e);
}

int
list_add(struct list *l, const char *key, const char *url, const char *sum,
    struct err *e)
{
	struct line *p;
	size_t i;

	if (!is_word(key, strlen(key)) || !is_word(url, strlen(url)) ||
	    strpbrk(key, "()#") != NULL || strstr(url, "://") == NULL)
		return err_set(e, "%s (%s): cannot stand in a lock", key, url);
	if (strlen(sum) != 64 || strspn(sum, "0123456789abcdef") != 64)
		return err_set(e, "%s: \"%.70s\" is no SHA-256", key, sum);
	p = mem_grow(l->lines, &l->cap, l->n + 1, sizeof(*p));
	if (p == NULL)
		return err_mem(e);
	l->lines = p;
	i = l->n;
	p[i].key = mem_printf("%s", key);
	p[i].url = mem_printf("%s", url);
	(void)memcpy(p[i].sum, sum, 65);
	l->n++;
	return p[i].key != NULL && p[i].url != NULL ? 0 : err_mem(e);
}

static int
compare(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->key, y->key);
}

int
list_sort(struct list *l, struct err *e)
{
	size_t i;

	if (l->n > 0)
		qsort(l->lines, l->n, sizeof(*l->lines), compare);
	for (i = 1; i < l->n; i++) {
		if (strcmp(l->lines[i - 1].key, l->lines[i].key) == 0)
			return err_set(e, "%s: is there twice",
			    l->lines[i].key);
	}
	return 0;
}

static int
lines_read(struct list *l, FILE *f, const char *path, struct err *e)
{
	char s[LINE_LEN_MAX];
	struct err why;
	size_t n;

	for (n = 1; fgets(s, sizeof(s), f) != NULL; n++) {
		if (*s == '#' || *s == '\n')
			continue;
		s[strcspn(s, "\r\n")] = '\0';
		if (line_parse(l, s, &why) == -1)
			return err_set(e, "%s:%zu: %s; mend it, or remove it "
			    "and write it anew", path, n, why.text);
	}
	if (ferror(f))
		return err_set(e, "%s: cannot be read", path);
	if (list_sort(l, &why) == -1)
		return err_set(e, "%s: %s; remove one", path, why.text);
	return 0;
}

int
list_read(struct list *l, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	int r;

	if (f == NULL)
		return errno == ENOENT ? err_code(e, ERR_MISSING,
		    "%s: no such lock", path) : err_sys(e, "%s", path);
	r = lines_read(l, f, path, e);
	(void)fclose(f);
	return r;
}

const struct line *
list_find(const struct list *l, const char *key)
{
	struct line want = { .key = (char *)(uintptr_t)key };

	return l->n == 0 ? NULL :
	    bsearch(&want, l->lines, l->n, sizeof(*l->lines), compare);
}

static char *
text_of(const struct list *l, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	size_t i;

	if (f == NULL)
		return NULL;
	(void)fputs(HEADER, f);
	for (i = 0; i < l->n; i++)
		(void)fprintf(f, "%s (%s) = %s\n", l->lines[i].key,
		    l->lines[i].url, l->lines[i].sum);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

static bool
says(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "re");
	char *is = malloc(len + 1);
	bool same = false;

	if (f != NULL && is != NULL)
		same = fread(is, 1, len + 1, f) == len &&
		    memcmp(is, text, len) == 0;
	if (f != NULL)
		(void)fclose(f);
	free(is);
	return same;
}

static int
put(const char *path, const char *text, size_t len, struct err *e)
{
	struct outfile *out = outfile_open(path, OUTFILE_SYNC, e);

	if (out == NULL)
		return -1;
	if (write_all(outfile_fd(out), text, len) == 0)
		return outfile_commit(out, e);
	(void)err_sys(e, "%s: cannot be written", path);
	outfile_abort(out);
	return -1;
}

int
list_write(const struct list *l, const char *path, bool *changed,
    struct err *e)
{
	size_t len;
	char *text = text_of(l, &len);
	int r = 0;

	if (text == NULL)
		return err_mem(e);
	*changed = !says(path, text, len);
	if (*changed)
		r = put(path, text, len, e);
	free(text);
	return r;
}

void
list_free(struct list *l)
{
	while (l->n > 0) {
		free(l->lines[--l->n].key);
		free(l->lines[l->n].url);
	}
	free(l->lines);
	memset(l, 0, sizeof(*l));
}
