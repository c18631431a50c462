/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarlist.c: tar t: one line for each entry, in the form of bsdtar(1).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "confine.h"
#include "reader.h"
#include "tarcmd.h"

#define HALF_A_YEAR (365 / 2 * 86400)

void
tar_put_name(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < ' ' || c == 127)
			(void)fprintf(f, "\\%03o", c);
		else if (c == '\\')
			(void)fputs("\\\\", f);
		else
			(void)putc(c, f);
	}
}

static void
put_owner(const char *name, int64_t id)
{
	char number[24];

	if (name == NULL || *name == '\0') {
		(void)snprintf(number, sizeof(number), "%" PRId64, id);
		name = number;
	}
	tar_put_name(stdout, name);
	(void)printf("%*s ", strlen(name) < 6 ? (int)(6 - strlen(name)) : 0,
	    "");
}

static void
put_time(struct archive_entry *ae)
{
	time_t t = archive_entry_mtime(ae), now = time(NULL);
	struct tm *tm = localtime(&t);
	char buf[64] = "?";

	if (tm != NULL)
		(void)strftime(buf, sizeof(buf), t > now - HALF_A_YEAR &&
		    t < now + HALF_A_YEAR ? "%b %e %H:%M" : "%b %e  %Y", tm);
	(void)printf("%s ", buf);
}

static void
put_long(struct archive_entry *ae)
{
	mode_t type = archive_entry_filetype(ae);

	(void)printf("%s %u ", archive_entry_strmode(ae),
	    archive_entry_nlink(ae));
	put_owner(archive_entry_uname(ae), archive_entry_uid(ae));
	put_owner(archive_entry_gname(ae), archive_entry_gid(ae));
	if (type == AE_IFCHR || type == AE_IFBLK)
		(void)printf("%6" PRIuMAX ",%" PRIuMAX " ",
		    (uintmax_t)archive_entry_rdevmajor(ae),
		    (uintmax_t)archive_entry_rdevminor(ae));
	else
		(void)printf("%8" PRId64 " ", (int64_t)archive_entry_size(ae));
	put_time(ae);
}

static void
put_entry(const struct tarcmd *t, struct archive_entry *ae, const char *name)
{
	const char *hard = reader_hardlink(ae), *text = reader_symlink(ae);

	if (t->verbose)
		put_long(ae);
	tar_put_name(stdout, name);
	if (t->verbose && (hard != NULL || text != NULL)) {
		(void)fputs(hard != NULL ? " link to " : " -> ", stdout);
		tar_put_name(stdout, hard != NULL ? hard : text);
	}
	(void)putchar('\n');
}

/* What is needed is open, and where we are in time is known. */
static void
confine(void)
{
	struct confine c;

	tzset();
	confine_begin(&c, 0);
	(void)confine_end(&c);
}

int
tar_list(const struct tarcmd *t, struct err *e)
{
	struct reader *r = reader_open(t->file, t->file, e);
	struct archive_entry *ae;
	const char *name;
	int c;

	if (r == NULL)
		return -1;
	confine();
	while ((c = reader_next(r, &ae, e)) > 0) {
		name = reader_pathname(ae);
		if (name != NULL && !tarcmd_skips(t, name))
			put_entry(t, ae, name);
	}
	reader_close(r);
	if (fflush(stdout) != 0 || ferror(stdout))
		return c < 0 ? -1 : err_sys(e, "standard output");
	return c < 0 ? -1 : tarcmd_unmatched(t, e);
}
