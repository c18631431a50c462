/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarwrite.c: tar c: an archive of files of the host, as pipes between two
 * tars need it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive_entry.h>

#include "confine.h"
#include "diag.h"
#include "mem.h"
#include "outfile.h"
#include "tarcmd.h"

struct job {
	const struct tarcmd		*t;
	struct archive			*out, *disk;
	struct archive_entry_linkresolver *links;
	int				 fd;
	bool				 broken; /* write no more of it */
	int				 error;	/* errno of writing it */
	struct stat			 self;	/* the archive itself */
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

/*
 * archive_write_free ends an archive that failed as if it were whole, and
 * libarchive 3.6 leaks when it is told of a failure: so it is told of none,
 * and nothing more gets out.
 */
static la_ssize_t
put_bytes(struct archive *a, void *ctx, const void *buf, size_t len)
{
	struct job *j = ctx;
	ssize_t n;

	(void)a;
	while (!j->broken) {
		if ((n = write(j->fd, buf, len)) >= 0)
			return n;
		if (errno != EINTR) {
			j->error = errno;
			j->broken = true;
		}
	}
	return (la_ssize_t)len;
}

/* Whether all that libarchive has given out so far was written. */
static int
check_output(const struct job *j, struct err *e)
{
	if (j->error == 0)
		return 0;
	errno = j->error;
	return err_sys(e, "%s", strcmp(j->t->file, "-") == 0 ?
	    "standard output" : j->t->file);
}

static int
open_output(struct job *j, int fd, struct err *e)
{
	j->fd = fd;
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
	return archive_write_open(j->out, j, NULL, put_bytes, NULL) ==
	    ARCHIVE_OK ? 0 : failed(j->out, j->t->file, e);
}

static int
write_data(struct job *j, const char *p, size_t len, struct err *e)
{
	la_ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n) {
		n = archive_write_data(j->out, p, len);
		if (n < 0)
			return failed(j->out, j->t->file, e);
		if (n == 0)
			return err_set(e, "%s: a file grew while it was "
			    "archived", j->t->file);
	}
	return check_output(j, e);
}

/* The writer wants all bytes; it leaves holes out that ae tells of. */
static int
write_zeros(struct job *j, int64_t len, struct err *e)
{
	static const char zeros[65536];
	size_t n;

	for (; len > 0; len -= (int64_t)n) {
		n = len < (int64_t)sizeof(zeros) ? (size_t)len : sizeof(zeros);
		if (write_data(j, zeros, n, e) != 0)
			return -1;
	}
	return 0;
}

static int
copy(struct job *j, int64_t size, const char *name, struct err *e)
{
	const void *buf;
	la_int64_t off, at = 0;
	size_t len;
	int r;

	while ((r = archive_read_data_block(j->disk, &buf, &len, &off)) ==
	    ARCHIVE_OK) {
		if (write_zeros(j, off - at, e) != 0 ||
		    write_data(j, buf, len, e) != 0)
			return -1;
		at = off + (la_int64_t)len;
	}
	if (r != ARCHIVE_EOF)
		return failed(j->disk, name, e);
	return write_zeros(j, size - at, e);
}

static int
put(struct job *j, struct archive_entry *ae, const char *name, struct err *e)
{
	struct archive_entry *spare = NULL;

	archive_entry_linkify(j->links, &ae, &spare);
	if (archive_write_header(j->out, ae) < ARCHIVE_WARN)
		return failed(j->out, name, e);
	return archive_entry_size(ae) > 0 ?
	    copy(j, archive_entry_size(ae), name, e) : 0;
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
		(void)archive_entry_clear(ae);
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
		return err_code(e, ERR_USAGE, "-c: no file is named");
	if (archive_write_close(j->out) != ARCHIVE_OK)
		return failed(j->out, j->t->file, e);
	return check_output(j, e);
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
	j->broken |= r != 0;
	if (j->out != NULL)
		(void)archive_write_free(j->out);
	return r;
}

/* A name that is right after every -C, for the rename at the end. */
static char *
whole_path(const struct tarcmd *t, struct err *e)
{
	char *cwd = NULL, *path;
	size_t i = 0;

	while (i < t->nwords && !t->words[i].folder)
		i++;
	if (i == t->nwords || *t->file == '/')
		path = mem_printf("%s", t->file);
	else if ((cwd = realpath(".", NULL)) == NULL) {
		(void)err_sys(e, ".");
		return NULL;
	} else
		path = mem_printf("%s/%s", cwd, t->file);
	free(cwd);
	if (path == NULL)
		(void)err_mem(e);
	return path;
}

/* What is read is the user's own wish, and names of owners come from wherever
 * the host has them. part: NULL when the archive goes to standard output. */
static void
confine(const char *part)
{
	struct confine c;

	confine_begin(&c, CONFINE_READ_ALL | CONFINE_NETWORK);
	confine_folder(&c, part, CONFINE_PUBLISH);
	confine_path(&c, "/dev/null", CONFINE_WRITE);
	(void)confine_end(&c);
}

int
tar_create(const struct tarcmd *t, struct err *e)
{
	struct job j = { .t = t };
	struct outfile *o;
	char *path;

	if (strcmp(t->file, "-") == 0) {
		confine(NULL);
		return create(&j, STDOUT_FILENO, e);
	}
	if ((path = whole_path(t, e)) == NULL)
		return -1;
	o = outfile_open(path, 0, e);
	free(path);
	if (o == NULL)
		return -1;
	confine(outfile_part(o));
	if (create(&j, outfile_fd(o), e) == 0)
		return outfile_commit(o, e);
	outfile_abort(o);
	return -1;
}
