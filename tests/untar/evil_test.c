/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * evil_test.c: whatever an archive says, nothing is written outside of the
 * folder that nb-untar was given, as a stage or as tar.
 */
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "../lib/fixture.h"

/* What must not change: a folder with one file, named by its whole path. */
static char outside[512], victim[600];

static void
prepare(void)
{
	ATF_REQUIRE(mkdir("outside", 0755) == 0 && mkdir("in", 0755) == 0);
	put_file("outside/victim", "safe", 0644);
	ATF_REQUIRE(getcwd(outside, sizeof(outside) - 16) != NULL);
	strcat(outside, "/outside");
	(void)snprintf(victim, sizeof(victim), "%s/victim", outside);
}

static void
check_outside(void)
{
	struct stat st;
	struct dirent *d;
	DIR *dir;
	char buf[16] = "";
	int fd, n = 0;

	fd = open("outside/victim", O_RDONLY);
	ATF_REQUIRE(fd >= 0 && fstat(fd, &st) == 0);
	ATF_CHECK_EQ(4, read(fd, buf, sizeof(buf)));
	ATF_CHECK_STREQ("safe", buf);
	ATF_CHECK_EQ(0644, st.st_mode & 07777);
	ATF_CHECK_EQ(1, st.st_nlink);
	(void)close(fd);
	ATF_CHECK(stat("outside", &st) == 0 && (st.st_mode & 07777) == 0755);
	ATF_REQUIRE((dir = opendir("outside")) != NULL);
	while ((d = readdir(dir)) != NULL)
		n++;
	(void)closedir(dir);
	ATF_CHECK_EQ(3, n);
	ATF_CHECK(access("escaped", F_OK) != 0);
	ATF_CHECK(access("in/../../escaped", F_OK) != 0);
}

/* nb-untar with these words: its exit status; what it says is in "err". */
static int
untar(const char *const words[])
{
	const char *bin = getenv("NB_BIN");
	char path[1024];
	int fd, status;
	pid_t pid;

	ATF_REQUIRE(bin != NULL);
	(void)snprintf(path, sizeof(path), "%s/nb-untar", bin);
	if ((pid = fork()) == 0) {
		fd = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
			_exit(127);
		(void)execv(path, (char *const *)(uintptr_t)words);
		_exit(126);
	}
	ATF_REQUIRE(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* One line on standard error that holds part. */
static void
check_said(const char *part)
{
	char buf[4096];
	FILE *f = fopen("err", "r");
	size_t n;

	ATF_REQUIRE(f != NULL);
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = '\0';
	(void)fclose(f);
	ATF_CHECK_MSG(strncmp(buf, "nb-untar: ", 10) == 0 &&
	    strstr(buf, part) != NULL && strchr(buf, '\n') == buf + n - 1,
	    "says: %s", buf);
}

/* Both ways fail, and say so. NULL: that way may also do without harm. */
static void
check(const struct item *items, size_t n, const char *stage, const char *tar)
{
	int r;

	pack("x.tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, items, n);
	r = untar(WORDS("nb-untar", "-C", "stage", "x.tar"));
	if (stage != NULL) {
		ATF_CHECK_EQ(1, r);
		check_said(stage);
		ATF_CHECK(access("stage", F_OK) != 0);
	} else
		ATF_CHECK_EQ(0, r);
	ATF_CHECK(access("stage.part", F_OK) != 0);
	check_outside();
	r = untar(WORDS("nb-untar", "xpf", "x.tar", "-C", "in"));
	if (tar != NULL) {
		ATF_CHECK_EQ(1, r);
		check_said(tar);
	} else
		ATF_CHECK_EQ(0, r);
	check_outside();
}

#define CHECK(items, stage, tar) check(items, COUNT(items), stage, tar)

TEST(parent_folders)
{
	static const struct item a[] = { { 'f', "../escaped", "x" } },
	    b[] = { { 'd', "d" }, { 'f', "d/../../escaped", "x" } },
	    c[] = { { 'd', "../outside", NULL, 0700 } },
	    d[] = { { 'l', "../escaped", "x" } },
	    e[] = { { 'f', "..", "x" } };

	(void)tc;
	prepare();
	CHECK(a, "\"..\" refused", "\"..\" refused");
	CHECK(b, "\"..\" refused", "\"..\" refused");
	CHECK(c, "\"..\" refused", "\"..\" refused");
	CHECK(d, "\"..\" refused", "\"..\" refused");
	CHECK(e, "\"..\" refused", "\"..\" refused");
}

TEST(absolute_names)
{
	struct item a[] = { { 'f', victim, "x" } };

	(void)tc;
	prepare();
	CHECK(a, "absolute name refused", "absolute name refused");
}

TEST(through_a_symbolic_link)
{
	const struct item file[] = {
		{ 'l', "s", outside }, { 'f', "s/victim", "x" }
	}, deep[] = {
		{ 'd', "a" }, { 'l', "a/s", "../../outside" },
		{ 'd', "a/s/new" }
	}, link[] = {
		{ 'l', "s", outside }, { 'l', "s/escaped", "x" }
	}, fifo[] = {
		{ 'l', "s", outside }, { 'p', "s/escaped" }
	}, hard[] = {
		{ 'f', "f", "x" }, { 'l', "s", outside },
		{ 'h', "s/escaped", "f" }
	};

	(void)tc;
	prepare();
	CHECK(file, "goes through s", "goes through s");
	CHECK(deep, "goes through a/s", "goes through a/s");
	CHECK(link, "goes through s", "goes through s");
	CHECK(fifo, "goes through s", "goes through s");
	CHECK(hard, "goes through s", "goes through s");
}

/* The link itself is replaced, not what it leads to. */
TEST(onto_a_symbolic_link)
{
	const struct item file[] = {
		{ 'l', "s", victim }, { 'f', "s", "x" }
	}, folder[] = {
		{ 'l', "s", outside }, { 'd', "s", NULL, 0700 },
		{ 'f', "s/victim", "x" }
	};
	struct stat st;

	(void)tc;
	prepare();
	CHECK(file, "there twice", NULL);
	ATF_CHECK(lstat("in/s", &st) == 0 && S_ISREG(st.st_mode));
	ATF_REQUIRE(unlink("in/s") == 0);
	CHECK(folder, "there twice", NULL);
	ATF_CHECK(lstat("in/s", &st) == 0 && S_ISDIR(st.st_mode));
}

TEST(hard_links_to_the_outside)
{
	const struct item up[] = {
		{ 'h', "h", "../outside/victim" }
	}, absolute[] = {
		{ 'h', "h", victim }
	}, through[] = {
		{ 'l', "s", outside }, { 'h', "h", "s/victim" }
	}, missing[] = {
		{ 'h', "h", "nowhere" }
	};

	(void)tc;
	prepare();
	CHECK(up, "\"..\" refused", "\"..\" refused");
	CHECK(absolute, "absolute name refused", "absolute name refused");
	CHECK(through, "not in the archive", "goes through s");
	CHECK(missing, "not in the archive", "hard link to nowhere");
}

/* A further name of the link, and content for it. */
TEST(content_onto_a_hard_link_of_a_symbolic_link)
{
	const struct item set[] = {
		{ 'l', "s", victim }, { 'h', "h", "s" }, { 'f', "h", "x" }
	};

	(void)tc;
	prepare();
	CHECK(set, "there twice", NULL);
}

/* What a folder is to have in the end is not given to what replaced it. */
TEST(a_folder_that_becomes_a_link)
{
	const struct item set[] = {
		{ 'd', "d", NULL, 0711 }, { 'l', "d", outside }
	}, inner[] = {
		{ 'd', "a" }, { 'd', "a/d", NULL, 0711 }, { 'l', "a/d", outside }
	};

	(void)tc;
	prepare();
	CHECK(set, "there twice", NULL);
	CHECK(inner, "there twice", NULL);
}

TEST(what_is_there_already_is_replaced_not_followed)
{
	static const struct item set[] = {
		{ 'f', "file", "new" }, { 'd', "folder", NULL, 0700 },
		{ 'f', "folder/victim", "new" }
	};
	struct stat st;

	(void)tc;
	prepare();
	PACK("x.tar", set);
	ATF_REQUIRE(symlink(victim, "in/file") == 0);
	ATF_REQUIRE(symlink(outside, "in/folder") == 0);
	ATF_CHECK_EQ(0, untar(WORDS("nb-untar", "xf", "x.tar", "-C", "in")));
	check_outside();
	ATF_CHECK(lstat("in/file", &st) == 0 && S_ISREG(st.st_mode));
	ATF_CHECK(lstat("in/folder", &st) == 0 && S_ISDIR(st.st_mode));

	/* A file with a second name outside gets a new one inside. */
	ATF_REQUIRE(unlink("in/file") == 0 &&
	    link("outside/victim", "in/file") == 0);
	ATF_CHECK_EQ(0, untar(WORDS("nb-untar", "xf", "x.tar", "-C", "in")));
	check_outside();

	/* An implied folder is not looked for behind a link either. */
	ATF_REQUIRE(system("rm -rf in/folder") == 0);
	ATF_REQUIRE(symlink(outside, "in/folder") == 0);
	ATF_CHECK_EQ(1, untar(WORDS("nb-untar", "xf", "x.tar", "-C", "in",
	    "folder/v*")));
	check_said("goes through folder");
	check_outside();
}

/* pax can bring content with a hard link: not for what was there before. */
TEST(content_through_a_hard_link)
{
	FILE *f = fopen("x.tar", "w");
	struct stat st;

	(void)tc;
	prepare();
	ATF_REQUIRE(f != NULL);
	put_member(f, 'x', "x", "", "14 comment=hi\n");
	put_member(f, '1', "h", "file", "new content");
	ATF_REQUIRE(ftruncate(fileno(f), 8192) == 0 && fclose(f) == 0);
	ATF_REQUIRE(link("outside/victim", "in/file") == 0);
	ATF_CHECK_EQ(1, untar(WORDS("nb-untar", "xf", "x.tar", "-C", "in")));
	check_said("content for a file that was there before");
	ATF_REQUIRE(unlink("in/file") == 0 && unlink("in/h") == 0);
	check_outside();

	/* For what the archive brought itself it may. */
	f = fopen("x.tar", "w");
	ATF_REQUIRE(f != NULL);
	put_member(f, 'x', "x", "", "14 comment=hi\n");
	put_member(f, '0', "file", "", "old");
	put_member(f, '1', "h", "file", "new content");
	ATF_REQUIRE(ftruncate(fileno(f), 8192) == 0 && fclose(f) == 0);
	ATF_CHECK_EQ(0, untar(WORDS("nb-untar", "xf", "x.tar", "-C", "in")));
	ATF_CHECK(stat("in/file", &st) == 0 && st.st_size == 11 &&
	    st.st_nlink == 2);
}

/* Links in the folder that stands where the stage is made. */
TEST(a_stage_that_is_full_of_links)
{
	static const struct item set[] = {
		{ 'd', "a" }, { 'f', "a/victim", "new" }
	};

	(void)tc;
	prepare();
	PACK("x.tar", set);
	ATF_REQUIRE(mkdir("stage.part", 0755) == 0);
	ATF_REQUIRE(symlink(outside, "stage.part/a") == 0);
	ATF_CHECK_EQ(1, untar(WORDS("nb-untar", "-C", "stage", "x.tar")));
	check_said("stage.part: is there, and no stage");
	check_outside();
	put_file("stage.part/METALOG", "#mtree: a stage of nb-untar\n", 0644);
	ATF_CHECK_EQ(0, untar(WORDS("nb-untar", "-C", "stage", "x.tar")));
	check_outside();
	ATF_REQUIRE(symlink(outside, "stage.part") == 0);
	ATF_CHECK_EQ(1, untar(WORDS("nb-untar", "-C", "stage", "x.tar")));
	check_outside();
	ATF_REQUIRE(unlink("stage.part") == 0);

	/* An old stage is removed; what its links lead to is not. */
	ATF_REQUIRE(symlink(outside, "stage/link") == 0);
	ATF_REQUIRE(unlink("stage/METALOG") == 0);
	ATF_REQUIRE(symlink(victim, "stage/METALOG") == 0);
	ATF_CHECK_EQ(1, untar(WORDS("nb-untar", "-C", "stage", "x.tar")));
	check_outside();
	ATF_REQUIRE(unlink("stage/METALOG") == 0);
	put_file("stage/METALOG", "#mtree: a stage of nb-untar\n", 0644);
	ATF_CHECK_EQ(0, untar(WORDS("nb-untar", "-C", "stage", "x.tar")));
	check_outside();
	ATF_CHECK(access("stage/link", F_OK) != 0);
}

TEST(kinds_that_change)
{
	static const struct item a[] = {
		{ 'f', "a", "x" }, { 'd', "a" }
	}, b[] = {
		{ 'd', "a" }, { 'f', "a/b", "x" }, { 'f', "a", "x" }
	};

	(void)tc;
	prepare();
	CHECK(a, "there twice, as a file and as a directory", NULL);
	CHECK(b, "there twice, as a directory and as a file",
	    "a folder that is not empty is in the way");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, parent_folders);
	ATF_TP_ADD_TC(tp, absolute_names);
	ATF_TP_ADD_TC(tp, through_a_symbolic_link);
	ATF_TP_ADD_TC(tp, onto_a_symbolic_link);
	ATF_TP_ADD_TC(tp, hard_links_to_the_outside);
	ATF_TP_ADD_TC(tp, content_onto_a_hard_link_of_a_symbolic_link);
	ATF_TP_ADD_TC(tp, a_folder_that_becomes_a_link);
	ATF_TP_ADD_TC(tp, what_is_there_already_is_replaced_not_followed);
	ATF_TP_ADD_TC(tp, content_through_a_hard_link);
	ATF_TP_ADD_TC(tp, a_stage_that_is_full_of_links);
	ATF_TP_ADD_TC(tp, kinds_that_change);
	return atf_no_error();
}
