/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * list.c: nb-mkfs -l: the table of forms, and the forms for people and for
 * mtree(8); JSON is list_json.c's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "metalog.h"
#include "utf8.h"
#include "word.h"

const struct list_form *const list_forms[] = {
	&list_long, &list_json, &list_mtree, NULL
};

static void
put_mode(FILE *f, uint32_t mode)
{
	static const char types[] = "?pc?d?b?-?l?s???";
	static const char rwx[] = "rwxrwxrwx";
	char s[11];
	int i;

	s[0] = types[mode >> 12 & 15];
	for (i = 0; i < 9; i++)
		s[1 + i] = (mode & 0400u >> i) != 0 ? rwx[i] : '-';
	if ((mode & 04000) != 0)
		s[3] = s[3] == 'x' ? 's' : 'S';
	if ((mode & 02000) != 0)
		s[6] = s[6] == 'x' ? 's' : 'S';
	if ((mode & 01000) != 0)
		s[9] = s[9] == 'x' ? 't' : 'T';
	s[10] = '\0';
	(void)fputs(s, f);
}

/* Days from 0000-01-01 to the first of that year, as if there had always been
 * our calendar. */
static int64_t
days_before(int64_t year)
{
	return 365 * year + (year + 3) / 4 - (year + 99) / 100 +
	    (year + 399) / 400;
}

/*
 * Always of the same form, in UTC; what has no date of four digits as seconds
 * since 1970. Not by gmtime(3): where time_t has 32 bits that ends in 2038.
 */
static void
put_time(FILE *f, int64_t t)
{
	int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t sec = t % 86400, day = t / 86400 + days_before(1970), year;
	int month = 0;

	if (sec < 0) {
		sec += 86400;
		day--;
	}
	if (day < 0 || day >= days_before(10000)) {
		(void)fprintf(f, " %19" PRId64, t);
		return;
	}
	for (year = day / 366; days_before(year + 1) <= day; year++)
		continue;
	day -= days_before(year);
	length[1] += days_before(year + 1) - days_before(year) == 366;
	for (; day >= length[month]; month++)
		day -= length[month];
	(void)fprintf(f, " %04d-%02d-%02d %02d:%02d:%02d", (int)year,
	    month + 1, (int)day + 1, (int)(sec / 3600),
	    (int)(sec / 60 % 60), (int)(sec % 60));
}

/* What could make a terminal show something else than is there: control
 * characters, and those that turn the direction of writing. */
static int
is_tricky(uint32_t cp)
{
	return cp < ' ' || cp == '\\' || (cp >= 0x7f && cp < 0xa0) ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

/* A name as it is, with \ooo for bytes that are tricky or no UTF-8. */
static void
put_name(FILE *f, const char *s)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t cp;
	size_t len, i;

	for (; *p != '\0'; p += len) {
		len = utf8_get(&cp, p);
		if (len != 0 && !is_tricky(cp)) {
			(void)fwrite(p, 1, len, f);
			continue;
		}
		if (len == 0)
			len = 1;
		for (i = 0; i < len; i++)
			(void)fprintf(f, "\\%03o", p[i]);
	}
}

static void
long_entry(FILE *f, const struct fsread_entry *x)
{
	const struct entry *ent = &x->ent;

	put_mode(f, x->inode.mode);
	(void)fprintf(f, " %3" PRIu32 " %5" PRIu32 " %5" PRIu32 " ",
	    x->inode.nlink, ent->uid, ent->gid);
	if (ent->kind == ENTRY_CHAR || ent->kind == ENTRY_BLOCK)
		(void)fprintf(f, "%4" PRIu32 ",%6" PRIu32, ent->major,
		    ent->minor);
	else
		(void)fprintf(f, "%11" PRIu64, x->inode.size);
	put_time(f, ent->mtime);
	(void)fputs(" /", f);
	put_name(f, ent->name);
	if (ent->kind == ENTRY_SYMLINK) {
		(void)fputs(" -> ", f);
		put_name(f, ent->target);
	}
	(void)fputc('\n', f);
}

/* mtree(5) has a word for sockets, but nothing that reads it here could make
 * one. */
static void
mtree_entry(FILE *f, const struct fsread_entry *x)
{
	if ((x->inode.mode & FSREAD_IFMT) != FSREAD_IFSOCK)
		metalog_write(f, &x->ent);
}

const struct list_form list_long = {
	NULL, "like ls -l", NULL, long_entry
};

const struct list_form list_mtree = {
	"mtree", "METALOG, as nb-untar writes it", metalog_head, mtree_entry
};

static int
list_tree(struct fsread *fs, const char *pattern, const struct list_form *form,
    FILE *f, struct err *e)
{
	struct fsread_walk *w = fsread_walk_new(fs, pattern, e);
	const struct fsread_entry *x;
	int r;

	if (w == NULL)
		return -1;
	if (form->head != NULL)
		form->head(f);
	while ((r = fsread_walk_next(w, &x, e)) > 0 && !ferror(f))
		form->entry(f, x);
	fsread_walk_free(w);
	errno = 0;
	if ((fflush(f) != 0 || ferror(f)) && r >= 0)
		return err_sys(e, "standard output");
	return r;
}

int
list_image(const char *word, const struct list_form *form, FILE *f,
    struct err *e)
{
	struct fsread *fs;
	struct word w;
	int r = -1;

	if (word_divide(&w, word, e) != 0)
		return -1;
	if ((fs = fsread_open(w.path, e)) != NULL)
		r = list_tree(fs, w.name, form, f, e);
	fsread_close(fs);
	word_free(&w);
	return r;
}
