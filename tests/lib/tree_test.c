/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tree_test.c: the rules by which layers are merged, one by one.
 */
#include <unistd.h>

#include "fixture.h"

TEST(the_later_layer_wins)
{
	static const struct item one[] = {
		{ 'd', "etc" },
		{ 'f', "etc/rc", "old", 0600, 7 },
		{ 'f', "etc/hosts", "hosts" }
	}, two[] = {
		{ 'f', "etc/rc", "new", 0755, 8 }
	};
	struct memory m;
	struct tree *t;
	struct node *n;
	struct err e;

	(void)tc;
	PACK("one.tar", one);
	PACK("two.tar", two);
	check_tree("etc/ etc/hosts=hosts etc/rc=new",
	    WORDS("one.tar", "two.tar"));
	check_tree("etc/ etc/hosts=hosts etc/rc=old",
	    WORDS("two.tar", "one.tar"));

	/* What is replaced is never handed on. */
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("one.tar", "two.tar")) == 0);
	ATF_CHECK_EQ(2, m.begun);
	ATF_CHECK_EQ(0, m.discarded);
	n = tree_find(t, "etc/rc");
	ATF_CHECK_EQ(0755, n->mode);
	ATF_CHECK_EQ(8, n->uid);
	memory_free(&m);
	tree_free(t);
}

TEST(a_file_replaces_another_kind)
{
	static const struct item one[] = {
		{ 'l', "a", "x" },
		{ 'f', "b", "text" },
		{ 'c', "c" }
	}, two[] = {
		{ 'f', "a", "file" },
		{ 'p', "b" },
		{ 'd', "c" }
	};

	(void)tc;
	PACK("one.tar", one);
	PACK("two.tar", two);
	check_tree("a=file b:p c/", WORDS("one.tar", "two.tar"));
	check_tree("a->x b=text c:c", WORDS("two.tar", "one.tar"));
}

TEST(a_folder_of_the_project_keeps_the_sets_attributes)
{
	static const struct item set[] = {
		{ 'd', ".", 0, 0711, 3, 500 },
		{ 'd', "etc", 0, 0750, 9, 700 }
	};
	struct memory m;
	struct tree *t;
	struct err e;
	int i;

	(void)tc;
	PACK("set.tar", set);
	ATF_REQUIRE(mkdir("over", 0700) == 0 && mkdir("over/etc", 0700) == 0);
	put_file("over/etc/rc", "x", 0600);
	for (i = 0; i < 2; i++) {
		ATF_REQUIRE(merge(&t, &m, &e, i == 0 ?
		    WORDS("set.tar", "over") : WORDS("over", "set.tar")) == 0);
		ATF_CHECK_EQ(0711, t->root->mode);
		ATF_CHECK_EQ(3, t->root->uid);
		ATF_CHECK_EQ(500, t->root->mtime);
		ATF_CHECK_EQ(0750, tree_find(t, "etc")->mode);
		ATF_CHECK_EQ(9, tree_find(t, "etc")->uid);
		ATF_CHECK_EQ(700, tree_find(t, "etc")->mtime);
		ATF_CHECK_EQ(0, tree_find(t, "etc/rc")->uid);
		memory_free(&m);
		tree_free(t);
	}
}

TEST(the_later_archive_tells_a_folders_attributes)
{
	static const struct item one[] = {
		{ 'd', "etc", 0, 0750, 9 }
	}, two[] = {
		{ 'd', "etc", 0, 0701, 4 }
	}, three[] = {
		{ 'f', "etc/rc", "x" }
	};
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	PACK("one.tar", one);
	PACK("two.tar", two);
	PACK("three.tar", three);
	ATF_REQUIRE(merge(&t, &m, &e,
	    WORDS("one.tar", "two.tar", "three.tar")) == 0);
	ATF_CHECK_EQ(0701, tree_find(t, "etc")->mode);
	ATF_CHECK_EQ(4, tree_find(t, "etc")->uid);
	memory_free(&m);
	tree_free(t);
}

TEST(a_folder_is_placed_at_its_path)
{
	(void)tc;
	ATF_REQUIRE(mkdir("common", 0755) == 0);
	put_file("common/basicrc", "x", 0644);
	check_tree("etc/ etc/include/ etc/include/basicrc=x",
	    WORDS("common:/etc/include"));
}

TEST(a_pattern_takes_a_part)
{
	static const struct item set[] = {
		{ 'd', "./usr", 0, 0700 },
		{ 'f', "./usr/bin/strip", "strip" },
		{ 'f', "./usr/bin/nm", "nm" },
		{ 'f', "./usr/lib/a", "a" }
	};

	(void)tc;
	PACK("comp.tar", set);
	check_tree("usr/ usr/bin/ usr/bin/strip=strip",
	    WORDS("comp.tar:/usr/bin/strip"));
	check_tree("usr/ usr/bin/ usr/bin/nm=nm usr/bin/strip=strip",
	    WORDS("comp.tar:usr/bin"));
	check_tree("usr/ usr/bin/ usr/bin/nm=nm", WORDS("comp.tar:/usr/*/n?"));
	check_refused("nothing in it is called /usr/bin/stripe",
	    WORDS("comp.tar:/usr/bin/stripe"));
}

TEST(of_duplicates_the_last_counts)
{
	static const struct item set[] = {
		{ 'f', "a", "first", 0600 },
		{ 'l', "l", "x" },
		{ 'd', "d", 0, 0700 },
		{ 'f', "a", "second", 0640 },
		{ 'l', "l", "y" },
		{ 'd', "d", 0, 0711 }
	};
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	PACK("set.tar", set);
	check_tree("a=second d/ l->y", WORDS("set.tar"));
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("set.tar")) == 0);
	ATF_CHECK_EQ(1, m.discarded);
	ATF_CHECK_EQ(0640, tree_find(t, "a")->mode);
	ATF_CHECK_EQ(0711, tree_find(t, "d")->mode);
	memory_free(&m);
	tree_free(t);
}

TEST(duplicates_of_another_kind_are_refused)
{
	static const struct item file_link[] = {
		{ 'f', "a", "x" },
		{ 'l', "a", "/etc" }
	}, link_dir[] = {
		{ 'l', "a", "/etc" },
		{ 'd', "a" }
	}, implied[] = {
		{ 'f', "a/b", "x" },
		{ 'l', "a", "/etc" }
	}, root[] = {
		{ 'l', ".", "/etc" }
	};

	(void)tc;
	PACK("1.tar", file_link);
	check_refused("a: there twice, as a file and as a symbolic link",
	    WORDS("1.tar"));
	PACK("2.tar", link_dir);
	check_refused("a: there twice, as a symbolic link and as a directory",
	    WORDS("2.tar"));
	PACK("3.tar", implied);
	check_refused("a: there twice, as a directory and as a symbolic link",
	    WORDS("3.tar"));
	PACK("4.tar", root);
	check_refused("the root is a symbolic link", WORDS("4.tar"));
}

TEST(nothing_goes_through_a_link_of_the_same_layer)
{
	static const struct item set[] = {
		{ 'd', "x" },
		{ 'l', "x/a", "/etc" },
		{ 'f', "x/a/passwd", "x" }
	};

	(void)tc;
	PACK("set.tar", set);
	check_refused("x/a/passwd: goes through x/a, which is a symbolic link",
	    WORDS("set.tar"));
}

TEST(what_has_no_place_is_told_of)
{
	static const struct item set[] = {
		{ 'd', "a" },
		{ 'f', "a/1", "x" },
		{ 'd', "a/d" },
		{ 'f', "a/d/2", "x" },
		{ 'l', "tmp", "var/tmp" }
	}, over[] = {
		{ 'l', "a", "b" }
	}, implied[] = {
		{ 'f', "tmp/f", "x" }
	}, told[] = {
		{ 'd', "tmp" }
	};
	struct memory m;
	struct tree *t;
	struct err e, warning;

	(void)tc;
	PACK("set.tar", set);
	PACK("over.tar", over);
	check_tree("a->b tmp->var/tmp", WORDS("set.tar", "over.tar"));
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("set.tar", "over.tar")) == 0);
	ATF_REQUIRE(tree_hidden(t, &warning));
	ATF_CHECK_STREQ("3 entries have no place: /a is a symbolic link in a "
	    "later layer", warning.text);
	memory_free(&m);
	tree_free(t);

	/* A folder that only its file implies covers a link. */
	PACK("implied.tar", implied);
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("set.tar", "implied.tar")) == 0);
	ATF_REQUIRE(tree_hidden(t, &warning));
	ATF_CHECK_STREQ("1 entries have no place: /tmp is a directory in a "
	    "later layer", warning.text);
	memory_free(&m);
	tree_free(t);

	/* One that a layer tells of replaces it. */
	PACK("told.tar", told);
	ATF_REQUIRE(merge(&t, &m, &e,
	    WORDS("set.tar", "told.tar", "implied.tar")) == 0);
	ATF_CHECK(!tree_hidden(t, &warning));
	memory_free(&m);
	tree_free(t);
}

TEST(names_that_lead_out_are_refused)
{
	static const struct item up[] = {
		{ 'f', "a/../../b", "x" }
	}, absolute[] = {
		{ 'f', "/etc/passwd", "x" }
	};

	(void)tc;
	PACK("up.tar", up);
	PACK("absolute.tar", absolute);
	check_refused("\"..\" refused", WORDS("up.tar"));
	check_refused("absolute name refused", WORDS("absolute.tar"));
}

TEST(files_of_folders_get_the_newest_time_of_the_archives)
{
	static const struct item set[] = {
		{ 'f', "a", "x", 0, 0, 5000 },
		{ 'f', "b", "x", 0, 0, 9000 }
	}, replaced[] = {
		{ 'f', "b", "y", 0, 0, 8000 }
	};
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	ATF_REQUIRE(unsetenv("SOURCE_DATE_EPOCH") == 0);
	PACK("set.tar", set);
	PACK("b.tar", replaced);
	ATF_REQUIRE(mkdir("over", 0755) == 0);
	put_file("over/new", "x", 0644);
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("over", "set.tar", "b.tar")) == 0);
	ATF_CHECK_EQ(9000, t->epoch);
	ATF_CHECK_EQ(9000, tree_find(t, "new")->mtime);
	ATF_CHECK_EQ(0, tree_find(t, "new")->mtime_ns);
	ATF_CHECK_EQ(8000, tree_find(t, "b")->mtime);
	memory_free(&m);
	tree_free(t);
}

TEST(source_date_epoch_is_the_time_when_it_is_given)
{
	static const struct item set[] = {
		{ 'f', "a", "x", 0, 0, 5000 }
	};
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	PACK("set.tar", set);
	ATF_REQUIRE(mkdir("over", 0755) == 0);
	put_file("over/new", "x", 0644);
	ATF_REQUIRE(setenv("SOURCE_DATE_EPOCH", "42", 1) == 0);
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("over", "set.tar")) == 0);
	ATF_CHECK_EQ(42, tree_find(t, "new")->mtime);
	ATF_CHECK_EQ(5000, tree_find(t, "a")->mtime);
	memory_free(&m);
	tree_free(t);
	ATF_REQUIRE(setenv("SOURCE_DATE_EPOCH", "12x", 1) == 0);
	ATF_CHECK(tree_new(&e) == NULL);
	ATF_CHECK(strstr(e.text, "SOURCE_DATE_EPOCH=12x") != NULL);
	ATF_CHECK_EQ(ERR_USAGE, e.code);
}

TEST(children_are_sorted_by_bytes)
{
	static const struct item set[] = {
		{ 'f', "b" },
		{ 'f', "a/z" },
		{ 'f', "\xc3\xa9" },
		{ 'f', "a.b" },
		{ 'f', "B" }
	};

	(void)tc;
	PACK("set.tar", set);
	check_tree("B= a/ a/z= a.b= b= \xc3\xa9=", WORDS("set.tar"));
}

TEST(many_names_and_long_ones)
{
	static struct item set[5000];
	static char names[5000][300];
	struct memory m;
	struct tree *t;
	struct err e;
	size_t i;

	(void)tc;
	for (i = 0; i < COUNT(set); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "d%zu/%0*zu",
		    i % 50, (int)(i % 250) + 1, i);
		set[i].kind = 'f';
		set[i].name = names[i];
	}
	PACK("set.tar", set);
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("set.tar")) == 0);
	ATF_CHECK_EQ(1 + 50 + COUNT(set), t->nodes);
	ATF_CHECK_EQ(52, t->root->nlink);
	for (i = 0; i < COUNT(set); i++)
		ATF_CHECK(tree_find(t, names[i]) != NULL);
	memory_free(&m);
	tree_free(t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, the_later_layer_wins);
	ATF_TP_ADD_TC(tp, a_file_replaces_another_kind);
	ATF_TP_ADD_TC(tp, a_folder_of_the_project_keeps_the_sets_attributes);
	ATF_TP_ADD_TC(tp, the_later_archive_tells_a_folders_attributes);
	ATF_TP_ADD_TC(tp, a_folder_is_placed_at_its_path);
	ATF_TP_ADD_TC(tp, a_pattern_takes_a_part);
	ATF_TP_ADD_TC(tp, of_duplicates_the_last_counts);
	ATF_TP_ADD_TC(tp, duplicates_of_another_kind_are_refused);
	ATF_TP_ADD_TC(tp, nothing_goes_through_a_link_of_the_same_layer);
	ATF_TP_ADD_TC(tp, what_has_no_place_is_told_of);
	ATF_TP_ADD_TC(tp, names_that_lead_out_are_refused);
	ATF_TP_ADD_TC(tp, files_of_folders_get_the_newest_time_of_the_archives);
	ATF_TP_ADD_TC(tp, source_date_epoch_is_the_time_when_it_is_given);
	ATF_TP_ADD_TC(tp, children_are_sorted_by_bytes);
	ATF_TP_ADD_TC(tp, many_names_and_long_ones);
	return atf_no_error();
}
