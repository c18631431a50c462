/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * path_test.c: names are made canonical in one place, or refused there.
 */
#include "fixture.h"

static void
canonical(const char *name, const char *want)
{
	char buf[PATH_LEN_MAX];
	struct err e = { .code = ERR_ANY };

	if (want == NULL) {
		ATF_CHECK_MSG(path_canonical(buf, name, "x.tar", &e) == -1,
		    "%s was taken as %s", name, buf);
		ATF_CHECK(strncmp(e.text, "x.tar: ", 7) == 0);
		return;
	}
	ATF_CHECK_MSG(path_canonical(buf, name, "x.tar", &e) == 0, "%s: %s",
	    name, e.text);
	ATF_CHECK_STREQ(want, buf);
}

TEST(canonical_names)
{
	(void)tc;
	canonical("", "");
	canonical(".", "");
	canonical("./", "");
	canonical("./etc", "etc");
	canonical("./etc//rc", "etc/rc");
	canonical("etc/./rc/", "etc/rc");
	canonical("././a/././b/.", "a/b");
	canonical("...", "...");
	canonical("..a/b..", "..a/b..");
	canonical(".hidden", ".hidden");
	canonical("a\xff\x01 b", "a\xff\x01 b");
}

TEST(names_that_lead_out_are_refused)
{
	(void)tc;
	canonical("/", NULL);
	canonical("/etc", NULL);
	canonical("//etc", NULL);
	canonical("..", NULL);
	canonical("../etc", NULL);
	canonical("a/..", NULL);
	canonical("a/../b", NULL);
	canonical("./..", NULL);
	canonical("a/b/../../../c", NULL);
}

TEST(names_that_no_file_system_holds_are_refused)
{
	char name[2 * PATH_LEN_MAX], part[PATH_NAME_MAX + 2], buf[PATH_LEN_MAX];
	struct err e;

	(void)tc;
	memset(part, 'x', sizeof(part));
	part[PATH_NAME_MAX] = '\0';
	canonical(part, part);
	part[PATH_NAME_MAX] = 'x';
	part[PATH_NAME_MAX + 1] = '\0';
	canonical(part, NULL);

	/* 2047 parts of one letter, and 4095 bytes, are the most. */
	memset(name, '/', sizeof(name));
	for (size_t i = 0; i < sizeof(name); i += 2)
		name[i] = 'a';
	name[PATH_LEN_MAX - 1] = '\0';
	ATF_CHECK_EQ(0, path_canonical(buf, name, "x", &e));
	ATF_CHECK_EQ(PATH_LEN_MAX - 1, (int)strlen(buf));
	name[PATH_LEN_MAX - 1] = '/';
	name[PATH_LEN_MAX + 1] = '\0';
	ATF_CHECK_EQ(-1, path_canonical(buf, name, "x", &e));
}

TEST(join)
{
	char buf[PATH_LEN_MAX], big[PATH_LEN_MAX];
	struct err e;

	(void)tc;
	ATF_CHECK_EQ(0, path_join(buf, "etc", "rc", &e));
	ATF_CHECK_STREQ("etc/rc", buf);
	ATF_CHECK_EQ(0, path_join(buf, "", "rc", &e));
	ATF_CHECK_STREQ("rc", buf);
	ATF_CHECK_EQ(0, path_join(buf, "etc", "", &e));
	ATF_CHECK_STREQ("etc", buf);
	ATF_CHECK_EQ(0, path_join(buf, buf, "rc", &e));
	ATF_CHECK_STREQ("etc/rc", buf);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ATF_CHECK_EQ(-1, path_join(buf, big, "rc", &e));
}

TEST(patterns)
{
	static const struct {
		const char	*pattern, *name;
		bool		 match;
	} rows[] = {
		{ "usr/bin", "usr/bin", true },
		{ "usr/bin", "usr/bin/strip", true },
		{ "usr/bin", "usr/bin2", false },
		{ "usr/bin", "usr", false },
		{ "/usr/bin/strip", "usr/bin/strip", true },
		{ "./usr/bin/", "usr/bin/strip", true },
		{ "usr/*", "usr/bin/strip", true },
		{ "*", "usr/bin/strip", true },
		{ "*.c", "a/b.c", false },
		{ "*/*.c", "a/b.c", true },
		{ "?sr", "usr/bin", true },
		{ "[a-u]sr", "usr/bin", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "", "usr", true },
		{ "/", "usr", true },
		{ ".", "usr", true },
		{ "usr", "", false },
		{ "bad\xff*", "bad\xff\xfe", true }
	};

	(void)tc;
	for (size_t i = 0; i < COUNT(rows); i++)
		ATF_CHECK_MSG(path_match(rows[i].pattern, rows[i].name) ==
		    rows[i].match, "%s and %s", rows[i].pattern, rows[i].name);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, canonical_names);
	ATF_TP_ADD_TC(tp, names_that_lead_out_are_refused);
	ATF_TP_ADD_TC(tp, names_that_no_file_system_holds_are_refused);
	ATF_TP_ADD_TC(tp, join);
	ATF_TP_ADD_TC(tp, patterns);
	return atf_no_error();
}
