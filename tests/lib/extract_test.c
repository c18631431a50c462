/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * extract_test.c: extract.h writes below its folder, whatever others do there
 * between two calls.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "extract.h"
#include "fixture.h"

static struct extract *x;
static int root;

/* The folder in, to write to, and outside, not to. */
static void
prepare(int flags)
{
	struct err e;

	ATF_REQUIRE(mkdir("in", 0755) == 0 && mkdir("outside", 0755) == 0);
	put_file("outside/victim", "safe", 0600);
	ATF_REQUIRE((root = open("in", O_RDONLY | O_DIRECTORY)) >= 0);
	ATF_REQUIRE((x = extract_open(root, "in", flags, &e)) != NULL);
}

static void
end(void)
{
	extract_close(x);
	(void)close(root);
}

/* extract_file: 0 or -1. */
static int
put(const char *name)
{
	struct err e;
	int fd = extract_file(x, name, 0644, &e);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 ? 0 : -1;
}

static void
folder(const char *name)
{
	struct err e;

	ATF_REQUIRE(extract_mkdir(x, name, 0755, &e) == 0);
}

static unsigned
names_in(const char *path)
{
	DIR *dir = opendir(path);
	unsigned n = 0;

	ATF_REQUIRE(dir != NULL);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n - 2;
}

static void
check_outside(void)
{
	struct stat st;

	ATF_CHECK_EQ(1, names_in("outside"));
	ATF_CHECK(stat("outside/victim", &st) == 0 && st.st_size == 4 &&
	    (st.st_mode & 07777) == 0600 && st.st_nlink == 1);
}

#define THERE(path) ATF_CHECK_MSG(access(path, F_OK) == 0, "no %s", path)
#define MISSING(path) ATF_CHECK_MSG(access(path, F_OK) != 0, "has %s", path)

/* What is above a folder that was moved is not where it was moved to. */
TEST(a_folder_that_is_moved_away_is_no_way_up)
{
	(void)tc;
	prepare(0);
	folder("a");
	folder("a/b");
	ATF_CHECK_EQ(0, put("a/b/f"));
	ATF_REQUIRE(mkdir("other", 0755) == 0);
	ATF_REQUIRE(rename("in/a/b", "other/b") == 0);
	ATF_CHECK_EQ(0, put("a/g"));
	ATF_CHECK_EQ(0, put("h"));
	THERE("in/a/g");
	THERE("in/h");
	ATF_CHECK_EQ(1, names_in("other"));
	/* Once it was left, it is not found any more. */
	ATF_CHECK_EQ(-1, put("a/b/i"));
	extract_remove(x, "a/b/f");
	THERE("other/b/f");
	end();
}

/* The number of the folder above, too, may be that of another by then. */
TEST(nor_is_one_that_got_the_number_of_the_folder_above)
{
	char name[32];
	struct stat above, st;
	int i;

	(void)tc;
	prepare(0);
	folder("a");
	folder("a/b");
	ATF_CHECK_EQ(0, put("a/b/f"));
	ATF_REQUIRE(stat("in/a", &above) == 0);
	ATF_REQUIRE(rename("in/a/b", "moved") == 0 && rmdir("in/a") == 0);
	for (i = 0; i < 200; i++) {
		(void)snprintf(name, sizeof(name), "new%d", i);
		ATF_REQUIRE(mkdir(name, 0755) == 0 && stat(name, &st) == 0);
		ATF_CHECK(st.st_ino != above.st_ino);
		if (st.st_ino == above.st_ino)
			break;
	}
	(void)snprintf(name, sizeof(name), "new%d/b", i < 200 ? i : 0);
	ATF_REQUIRE(rename("moved", name) == 0);
	(void)put("a/g");
	*strchr(name, '/') = '\0';
	ATF_CHECK_EQ(1, names_in(name));
	ATF_CHECK_EQ(0, put("h"));
	THERE("in/h");
	end();
}

TEST(a_link_in_the_place_of_a_folder_is_not_followed)
{
	struct err e;
	struct stat st;

	(void)tc;
	prepare(EXTRACT_REPLACE);
	folder("a");
	folder("a/b");
	ATF_CHECK_EQ(1, extract_mkdir(x, "a/b", 0755, &e));
	ATF_REQUIRE(rmdir("in/a/b") == 0);
	ATF_REQUIRE(symlink("../../outside", "in/a/b") == 0);
	ATF_CHECK_EQ(-1, put("a/b/f"));
	ATF_CHECK_EQ(-1, put("a/b/victim"));
	ATF_CHECK_EQ(-1, extract_again(x, "a/b/victim", &e));
	ATF_CHECK_EQ(-1, extract_mkdir(x, "a/b/d", 0755, &e));
	ATF_CHECK_EQ(-1, extract_symlink(x, "a/b/s", "t", &e));
	ATF_CHECK_EQ(-1, extract_link(x, "h", "a/b/victim", &e));
	ATF_CHECK_EQ(-1, extract_link(x, "a/b/h", "f", &e));
	ATF_CHECK_EQ(-1, extract_node(x, "a/b/p", S_IFIFO | 0666, 0, &e));
	ATF_CHECK_EQ(-1, extract_chown(x, "a/b/victim", 1, 1, &e));
	ATF_CHECK_EQ(-1, extract_stat(x, "a/b/victim", &st));
	ATF_CHECK_EQ(-1, extract_folder(x, "a/b", &e));
	extract_remove(x, "a/b/victim");
	check_outside();

	/* Nor one in the place of a file. */
	ATF_REQUIRE(symlink("../../outside/victim", "in/a/v") == 0);
	ATF_CHECK_EQ(-1, extract_again(x, "a/v", &e));
	ATF_CHECK_EQ(0, extract_node(x, "a/v", S_IFIFO | 04777, 0, &e));
	ATF_CHECK(lstat("in/a/v", &st) == 0 && S_ISFIFO(st.st_mode) &&
	    (st.st_mode & 07777) == 04777);
	check_outside();

	/* A folder that is stood in, with its names. */
	ATF_CHECK_EQ(0, put("a/f"));
	ATF_REQUIRE(rename("in/a", "moved") == 0);
	ATF_REQUIRE(symlink("../outside", "in/a") == 0);
	ATF_CHECK_EQ(0, put("g"));
	ATF_CHECK_EQ(-1, put("a/victim"));
	check_outside();
	end();
}

/* A file that has names elsewhere is another's to judge. */
TEST(what_is_there_is_opened_and_not_changed)
{
	struct err e;
	struct stat st;
	int fd;

	(void)tc;
	prepare(EXTRACT_REPLACE);
	ATF_REQUIRE(link("outside/victim", "in/f") == 0);
	ATF_REQUIRE((fd = extract_again(x, "f", &e)) >= 0);
	ATF_CHECK(fstat(fd, &st) == 0 && st.st_size == 4);
	(void)close(fd);
	ATF_REQUIRE(unlink("in/f") == 0);
	check_outside();
	end();
}

#define DEEP 600

static char deep[2 * DEEP];

/* Depth n of a/a/a... */
static const char *
depth(unsigned n)
{
	memset(deep, '/', sizeof(deep));
	for (unsigned i = 0; i < n; i++)
		deep[2 * i] = 'a';
	deep[2 * n - 1] = '\0';
	return deep;
}

/* However deep: some descriptors, and all the way back. */
TEST(deep_folders_and_back)
{
	char name[sizeof(deep) + 8];
	unsigned n;

	(void)tc;
	prepare(0);
	for (n = 1; n <= DEEP; n++)
		folder(depth(n));
	ATF_REQUIRE((n = (unsigned)dup(root)) < 64);
	(void)close((int)n);
	/* From everywhere to everywhere. */
	for (n = 1; n <= DEEP; n = n * 7 / 4 + 1) {
		(void)snprintf(name, sizeof(name), "%s/f%u", depth(n), n);
		ATF_REQUIRE_EQ(0, put(name));
		(void)snprintf(name, sizeof(name), "%s/g%u", depth(DEEP / n),
		    n);
		ATF_REQUIRE_EQ(0, put(name));
	}
	for (n = 1; n <= DEEP; n = n * 7 / 4 + 1) {
		(void)snprintf(name, sizeof(name), "%s/f%u", depth(n), n);
		extract_remove(x, name);
		(void)snprintf(name, sizeof(name), "%s/g%u", depth(DEEP / n),
		    n);
		extract_remove(x, name);
	}
	for (n = DEEP; n > 0; n--)
		extract_remove(x, depth(n));
	ATF_CHECK_EQ(0, names_in("in"));
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, a_folder_that_is_moved_away_is_no_way_up);
	ATF_TP_ADD_TC(tp, nor_is_one_that_got_the_number_of_the_folder_above);
	ATF_TP_ADD_TC(tp, a_link_in_the_place_of_a_folder_is_not_followed);
	ATF_TP_ADD_TC(tp, what_is_there_is_opened_and_not_changed);
	ATF_TP_ADD_TC(tp, deep_folders_and_back);
	return atf_no_error();
}
