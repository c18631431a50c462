/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * memo.c: computes sums, once.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"
#include "mem.h"
#include "memo.h"
#include "outfile.h"
#include "writeall.h"

#define LINE_LEN_MAX 8192
#define SETTLED	     2	/* seconds: some file systems count no less */

struct known {
	char	*text;	/* "STATE SUM FILE", as it is written down */
	size_t	 state;	/* bytes of it up to the sum */
	bool	 asked;	/* what holds now is in the new text */
};

struct memo {
	const char	*path;
	struct known	*old;		/* of the last time */
	size_t		 nold, oldcap;
	FILE		*f;		/* what will be, in text */
	char		*text;
	size_t		 len;
	bool		 added;
};

static void
old_add(struct memo *m, const char *s)
{
	struct known *p;
	const char *at = s;
	int i;

	for (i = 0; i < 5 && at != NULL; i++)
		at = (at = strchr(at, ' ')) != NULL ? at + 1 : NULL;
	if (at == NULL || strlen(at) < 66 || at[64] != ' ')
		return;
	p = mem_grow(m->old, &m->oldcap, m->nold + 1, sizeof(*p));
	if (p == NULL)
		return;
	m->old = p;
	p[m->nold].text = mem_printf("%s", s);
	p[m->nold].state = (size_t)(at - s);
	p[m->nold].asked = false;
	if (p[m->nold].text != NULL)
		m->nold++;
}

struct memo *
memo_open(const char *path, bool all, struct err *e)
{
	struct memo *m = calloc(1, sizeof(*m));
	char s[LINE_LEN_MAX];
	FILE *f;

	if (m == NULL || (m->f = open_memstream(&m->text, &m->len)) == NULL) {
		free(m);
		(void)err_mem(e);
		return NULL;
	}
	m->path = path;
	f = path != NULL && !all ? fopen(path, "re") : NULL;
	while (f != NULL && fgets(s, sizeof(s), f) != NULL) {
		s[strcspn(s, "\n")] = '\0';
		old_add(m, s);
	}
	if (f != NULL)
		(void)fclose(f);
	return m;
}

static void
state_of(const struct stat *st, char *s, size_t size)
{
	(void)snprintf(s, size, "%jd %jd.%09ld %jd.%09ld %ju %ju ",
	    (intmax_t)st->st_size,
	    (intmax_t)st->st_mtim.tv_sec, (long)st->st_mtim.tv_nsec,
	    (intmax_t)st->st_ctim.tv_sec, (long)st->st_ctim.tv_nsec,
	    (uintmax_t)st->st_ino, (uintmax_t)st->st_dev);
}

static bool
recall(struct memo *m, const char *file, const char *state,
    char hex[DIGEST_HEX_MAX])
{
	struct known *k;
	size_t i, len = strlen(state);

	for (i = 0; i < m->nold; i++) {
		k = &m->old[i];
		if (strcmp(k->text + k->state + 65, file) != 0)
			continue;
		k->asked = true;
		if (k->state != len || memcmp(k->text, state, len) != 0)
			return false;
		(void)memcpy(hex, k->text + k->state, 64);
		hex[64] = '\0';
		return true;
	}
	return false;
}

static bool
settled(const struct stat *st, time_t now)
{
	return st->st_mtim.tv_sec + SETTLED < now &&
	    st->st_ctim.tv_sec + SETTLED < now;
}

static int
sum_fd(struct memo *m, const char *file, int fd, char hex[DIGEST_HEX_MAX],
    struct err *e)
{
	char before[160], after[160];
	time_t now = time(NULL);
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "%s", file);
	if (!S_ISREG(st.st_mode))
		return err_set(e, "%s: is no regular file", file);
	state_of(&st, before, sizeof(before));
	if (recall(m, file, before, hex)) {
		(void)fprintf(m->f, "%s%s %s\n", before, hex, file);
		return 0;
	}
	if (digest_fd(DIGEST_SHA256, fd, hex, e) == -1)
		return err_set(e, "%s: cannot be read", file);
	if (fstat(fd, &st) == -1)
		return err_sys(e, "%s", file);
	state_of(&st, after, sizeof(after));
	if (strcmp(before, after) != 0)
		return err_set(e, "%s: changes while it is read", file);
	if (settled(&st, now) && strchr(file, '\n') == NULL) {
		m->added = true;
		(void)fprintf(m->f, "%s%s %s\n", before, hex, file);
	}
	return 0;
}

int
memo_sum(struct memo *m, const char *file, char hex[DIGEST_HEX_MAX],
    struct err *e)
{
	int fd, r;

	/* A pipe in a file's place is not waited for. */
	if ((fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return errno == ENOENT || errno == ENOTDIR ? err_code(e,
		    ERR_MISSING, "%s: missing", file) : err_sys(e, "%s", file);
	r = sum_fd(m, file, fd, hex, e);
	(void)close(fd);
	return r;
}

/* What was not asked about this time, while its file is there. */
static void
keep_others(struct memo *m)
{
	const struct known *k;
	struct stat st;
	size_t i;

	for (i = 0; i < m->nold; i++) {
		k = &m->old[i];
		if (!k->asked && stat(k->text + k->state + 65, &st) == 0)
			(void)fprintf(m->f, "%s\n", k->text);
	}
}

static void
put(const struct memo *m)
{
	struct err ignored;
	struct outfile *out = outfile_open(m->path, 0, &ignored);

	if (out == NULL)
		return;
	if (write_all(outfile_fd(out), m->text, m->len) == 0)
		(void)outfile_commit(out, &ignored);
	else
		outfile_abort(out);
}

void
memo_close(struct memo *m)
{
	if (m == NULL)
		return;
	if (m->added)
		keep_others(m);
	if (fclose(m->f) == 0 && m->path != NULL && m->added)
		put(m);
	while (m->nold > 0)
		free(m->old[--m->nold].text);
	free(m->old);
	free(m->text);
	free(m);
}
