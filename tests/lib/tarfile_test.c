/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarfile_test.c: what tarfile.c reads by itself, and where it stops.
 */
#include <fcntl.h>
#include <unistd.h>

#include "fixture.h"
#include "tarfile.h"

#define LONG "0123456789/0123456789/0123456789/0123456789/0123456789/" \
	"0123456789/0123456789/0123456789/0123456789/0123456789/"

static const struct item items[] = {
	{ 'd', "d", .mode = 0750, .uid = 3 },
	{ 'f', "d/a", "hello", .mode = 04711 },
	{ 'f', "d/empty", "" },
	{ 'l', "d/sym", LONG LONG },
	{ 'h', "d/hard", "d/a" },
	{ 'c', "d/c" },
	{ 'b', "d/b" },
	{ 'p', "d/p" },
	{ 'f', LONG "ustar", "fits by prefix" },
	{ 'f', LONG LONG "long", "does not", .uid = 70000 },
};

/* Entries that tarfile_next tells of; *last is what it returned last. */
static unsigned
read_all(const char *path, int *last, struct err *e)
{
	struct archive_entry *ae = archive_entry_new();
	struct tarfile *t = NULL;
	const void *buf;
	uint64_t off;
	size_t len;
	unsigned n = 0;
	int fd = open(path, O_RDONLY);

	ATF_REQUIRE(fd != -1);
	memset(e, 0, sizeof(*e));
	*last = tarfile_open(&t, fd, path, e);
	while (t != NULL && (*last = tarfile_next(t, ae, e)) == 1) {
		while (tarfile_data(t, &buf, &len, &off, e) > 0)
			ATF_CHECK(len != 0);
		n++;
	}
	tarfile_close(t);
	(void)close(fd);
	archive_entry_free(ae);
	return n;
}

static void
plain(const char *path, unsigned entries)
{
	struct err e;
	int last;

	ATF_CHECK_EQ_MSG(entries, read_all(path, &last, &e), "%s", path);
	ATF_CHECK_EQ_MSG(0, last, "%s: %s", path, e.text);
}

static void
stops(const char *path, unsigned entries)
{
	struct err e;
	int last;

	ATF_CHECK_EQ_MSG(entries, read_all(path, &last, &e), "%s", path);
	ATF_CHECK_EQ_MSG(TARFILE_OTHER, last, "%s: %s", path, e.text);
}

static void
sh(const char *command)
{
	ATF_REQUIRE_EQ_MSG(0, system(command), "%s", command);
}

TEST(plain_entries_are_read_here)
{
	(void)tc;
	PACK_AS("gnu.tar", ARCHIVE_FORMAT_TAR_GNUTAR, items);
	plain("gnu.tar", COUNT(items));
	PACK("pax.tar", items);
	plain("pax.tar", COUNT(items));
	sh("cat gnu.tar pax.tar >both.tar");
	plain("both.tar", 2 * COUNT(items));
	pack("ustar.tar", ARCHIVE_FORMAT_TAR_USTAR, items, 3);
	plain("ustar.tar", 3);
}

TEST(times_and_owners_of_pax_are_known)
{
	struct archive_entry *ae = archive_entry_new();
	struct tarfile *t = NULL;
	struct err e;
	int fd;

	(void)tc;
	sh("echo 1 >a && TZ=UTC touch -d '2001-02-03 04:05:06.0789' a && "
	    "tar --format=posix --owner=o:3000000 --group=g:4000000 "
	    "-cf a.tar a");
	ATF_REQUIRE((fd = open("a.tar", O_RDONLY)) != -1);
	ATF_REQUIRE_EQ(1, tarfile_open(&t, fd, "a.tar", &e));
	ATF_REQUIRE_EQ(1, tarfile_next(t, ae, &e));
	ATF_CHECK_EQ(981173106, archive_entry_mtime(ae));
	ATF_CHECK_EQ(78900000, archive_entry_mtime_nsec(ae));
	ATF_CHECK_EQ(3000000, archive_entry_uid(ae));
	ATF_CHECK_EQ(4000000, archive_entry_gid(ae));
	ATF_CHECK_STREQ("o", archive_entry_uname(ae));
	ATF_CHECK_STREQ("g", archive_entry_gname(ae));
	tarfile_close(t);
	(void)close(fd);
	archive_entry_free(ae);
}

TEST(the_rest_is_left_to_libarchive)
{
	(void)tc;
	sh("echo 1 >a && truncate -s 200k hole && echo 1 >>hole");
	sh("tar -S --format=gnu -cf gnu.tar a hole");
	stops("gnu.tar", 1);
	sh("tar -S --format=posix -cf posix.tar a hole");
	stops("posix.tar", 1);
	/* No number of octal digits. */
	sh("tar --format=gnu --owner=o:3000000 -cf owner.tar a");
	stops("owner.tar", 0);
	sh("touch -d 1960-01-01 a && tar --format=posix -cf old.tar a");
	stops("old.tar", 0);
	/* Names in some character set. */
	sh("cp a \"$(printf '\\303\\274')\" && tar --format=posix "
	    "-cf utf8.tar hole \"$(printf '\\303\\274')\"");
	stops("utf8.tar", 1);
	/* Attributes, which libarchive knows. */
	sh("tar --format=posix --pax-option=SCHILY.xattr.user.a:=1 "
	    "-cf xattr.tar a");
	stops("xattr.tar", 0);
	/* No magic. */
	sh("tar --format=v7 -cf v7.tar hole");
	plain("v7.tar", 0);
}

TEST(what_is_no_file_is_not_read)
{
	struct tarfile *t = NULL;
	struct err e;
	int fd[2];

	(void)tc;
	ATF_REQUIRE(pipe(fd) == 0);
	ATF_CHECK_EQ(0, tarfile_open(&t, fd[0], "pipe", &e));
	ATF_CHECK(t == NULL);
	sh(": >empty && head -c 511 /dev/zero >short");
	plain("empty", 0);
	plain("short", 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, plain_entries_are_read_here);
	ATF_TP_ADD_TC(tp, times_and_owners_of_pax_are_known);
	ATF_TP_ADD_TC(tp, the_rest_is_left_to_libarchive);
	ATF_TP_ADD_TC(tp, what_is_no_file_is_not_read);
	return atf_no_error();
}
