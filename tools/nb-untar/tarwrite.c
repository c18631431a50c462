/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarwrite.c: tar c: an archive of files of the host, as pipes between two
 * tars need it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <archive_entry.h>

#include "diag.h"
#include "outfile.h"
#include "tarcmd.h"

struct job {
	const struct tarcmd		*t;
	struct archive			*out, *disk;
	struct archive_entry_linkresolver *links;
	struct stat			 self;	/* the archive itself */
	unsigned			 skipped;
};

static int
failed(struct archive *a, const char *name, struct err *e)
{
	const char *why = archive_error_string(a);

	return err_set(e, "%s: %s", name, why != NULL ? why : "failed");
}

/* The compression by its letter, or by the end of the file's name. */
static int
set_filter(const struct job *j, struct err *e)
{
	static const struct {
		const char	*end;
		char		 letter;
	} ends[] = {
		{ ".tgz", 'z' }, { ".gz", 'z' }, { ".xz", 'J' },
		{ ".txz", 'J' }, { ".bz2", 'j' }, { ".tbz", 'j' },
		{ ".zst", 's' }
	};
	size_t len = strlen(j->t->file), n, i;
	char letter = j->t->filter;
	int r;

	for (i = 0; letter == 'a' && i < sizeof(ends) / sizeof(*ends); i++) {
		n = strlen(ends[i].end);
		if (len > n && strcmp(j->t->file + len - n, ends[i].end) == 0)
			letter = ends[i].letter;
	}
	switch (letter) {
	case 'z': r = archive_write_add_filter_gzip(j->out); break;
	case 'j': r = archive_write_add_filter_bzip2(j->out); break;
	case 'J': r = archive_write_add_filter_xz(j->out); break;
	case 's': r = archive_write_add_filter_zstd(j->out); break;
	default: r = ARCHIVE_OK; break;
	}
	/* No time of making in it: the same files give the same bytes. */
	if (letter == 'z')
		(void)archive_write_set_filter_option(j->out, "gzip",
		    "timestamp", NULL);
	return r == ARCHIVE_OK ? 0 : failed(j->out, j->t->file, e);
}

static int
open_output(struct job *j, int fd, struct err *e)
{
	if (fd == STDOUT_FILENO && isatty(fd))
		return err_code(e, ERR_USAGE, "an archive is nothing for a "
		    "terminal: give -f file");
	if (fstat(fd, &j->self) != 0)
		return err_sys(e, "%s", j->t->file);
	if ((j->out = archive_write_new()) == NULL ||
	    (j->disk = archive_read_disk_new()) == NULL ||
	    (j->links = archive_entry_linkresolver_new()) == NULL)
		return err_mem(e);
	(void)archive_write_set_format_pax_restricted(j->out);
	(void)archive_write_set_bytes_in_last_block(j->out, 1);
	archive_entry_linkresolver_set_strategy(j->links,
	    archive_format(j->out));
	(void)archive_read_disk_set_standard_lookup(j->disk);
	if (set_filter(j, e) != 0)
		return -1;
	return archive_write_open_fd(j->out, fd) == ARCHIVE_OK ? 0 :
	    failed(j->out, j->t->file, e);
}

static int
copy(struct job *j, const char *name, struct err *e)
{
	const void *buf;
	la_int64_t off;
	size_t len;
	int r;

	while ((r = archive_read_data_block(j->disk, &buf, &len, &off)) ==
	    ARCHIVE_OK) {
		if (archive_write_data_block(j->out, buf, len, off) < 0)
			return failed(j->out, j->t->file, e);
	}
	return r == ARCHIVE_EOF ? 0 : failed(j->disk, name, e);
}

static int
put(struct job *j, struct archive_entry *ae, const char *name, struct err *e)
{
	struct archive_entry *spare = NULL;

	archive_entry_linkify(j->links, &ae, &spare);
	if (archive_write_header(j->out, ae) < ARCHIVE_WARN)
		return failed(j->out, name, e);
	return archive_entry_size(ae) > 0 ? copy(j, name, e) : 0;
}

/* Whether ae is what an archive does not hold: sockets, and itself. */
static bool
passed_over(struct job *j, struct archive_entry *ae, const char *name)
{
	if (archive_entry_dev(ae) == j->self.st_dev &&
	    (la_int64_t)j->self.st_ino == archive_entry_ino64(ae) &&
	    S_ISREG(j->self.st_mode))
		return true;
	if (archive_entry_filetype(ae) != AE_IFSOCK)
		return false;
	diag_warn("%s: a socket, left out", name);
	return true;
}

static int
each(struct job *j, struct archive_entry *ae, struct err *e)
{
	const char *name = archive_entry_pathname(ae);

	while (*name == '/')
		name++;
	if (*name == '\0')
		name = ".";
	if (name != archive_entry_pathname(ae)) {
		archive_entry_copy_pathname(ae, name);
		name = archive_entry_pathname(ae);
	}
	if (tarcmd_skips(j->t, name) || passed_over(j, ae, name))
		return 0;
	if (archive_read_disk_can_descend(j->disk) > 0)
		(void)archive_read_disk_descend(j->disk);
	if (j->t->verbose) {
		(void)fputs("a ", stderr);
		tar_put_name(stderr, name);
		(void)putc('\n', stderr);
	}
	return put(j, ae, name, e);
}

/* One name of the command line, with all below it. */
static int
add(struct job *j, const char *name, struct err *e)
{
	struct archive_entry *ae = archive_entry_new();
	int r = 0, c = ARCHIVE_OK;

	if (ae == NULL)
		return err_mem(e);
	if (archive_read_disk_open(j->disk, name) != ARCHIVE_OK) {
		archive_entry_free(ae);
		return failed(j->disk, name, e);
	}
	while (r == 0) {
		archive_entry_clear(ae);
		c = archive_read_next_header2(j->disk, ae);
		if (c == ARCHIVE_EOF)
			break;
		r = c < ARCHIVE_WARN ? failed(j->disk, name, e) :
		    each(j, ae, e);
	}
	archive_entry_free(ae);
	(void)archive_read_close(j->disk);
	return r;
}

static int
add_all(struct job *j, struct err *e)
{
	const struct tar_word *w;
	size_t i, names = 0;

	for (i = 0; i < j->t->nwords; i++) {
		w = &j->t->words[i];
		if (!w->folder) {
			names++;
			if (add(j, w->text, e) != 0)
				return -1;
		} else if (chdir(w->text) != 0)
			return err_sys(e, "-C %s", w->text);
	}
	if (names == 0)
		return err_code(e, ERR_USAGE, "-c: nothing is named that could "
		    "be archived");
	if (archive_write_close(j->out) != ARCHIVE_OK)
		return failed(j->out, j->t->file, e);
	return 0;
}

static int
create(struct job *j, int fd, struct err *e)
{
	int r = open_output(j, fd, e);

	if (r == 0)
		r = add_all(j, e);
	if (j->links != NULL)
		archive_entry_linkresolver_free(j->links);
	if (j->disk != NULL)
		(void)archive_read_free(j->disk);
	if (r != 0 && j->out != NULL)
		(void)archive_write_fail(j->out);
	if (j->out != NULL)
		(void)archive_write_free(j->out);
	return r;
}

int
tar_create(const struct tarcmd *t, struct err *e)
{
	struct job j = { .t = t };
	struct outfile *o;

	if (strcmp(t->file, "-") == 0)
		return create(&j, STDOUT_FILENO, e);
	outfile_signals(false);
	if ((o = outfile_open(t->file, 0, e)) == NULL)
		return -1;
	if (create(&j, outfile_fd(o), e) == 0)
		return outfile_commit(o, e);
	outfile_abort(o);
	return -1;
}
