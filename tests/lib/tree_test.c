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

TEST(a_hard_link_finds_its_target_outside_of_the_pattern)
{
	static const struct item set[] = {
		{ 'f', "bin/[", "test", 0751, 5 },
		{ 'h', "bin/test", "bin/[", 0751, 5 },
		{ 'h', "usr/test", "bin/[", 0751, 5 }
	};
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	PACK("set.tar", set);
	check_tree("bin/ bin/test=test", WORDS("set.tar:bin/test"));
	check_tree("bin/ bin/test=test usr/ usr/test==bin/test",
	    WORDS("set.tar:*/test"));
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("set.tar:*/test")) == 0);
	ATF_CHECK_EQ(0751, tree_find(t, "bin/test")->mode);
	ATF_CHECK_EQ(5, tree_find(t, "bin/test")->uid);
	ATF_CHECK_EQ(2, tree_find(t, "bin/test")->nlink);
	memory_free(&m);
	tree_free(t);
}

TEST(hard_links_stay_one_file_when_a_later_layer_replaces_the_first_name)
{
	static const struct item set[] = {
		{ 'f', "a", "old" },
		{ 'h', "b", "a" },
		{ 'h', "c", "a" }
	}, over[] = {
		{ 'f', "a", "new" }
	};
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	PACK("set.tar", set);
	PACK("over.tar", over);
	check_tree("a=old b==a c==a", WORDS("set.tar"));
	check_tree("a=new b=old c==b", WORDS("set.tar", "over.tar"));
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("set.tar", "over.tar")) == 0);
	ATF_CHECK_EQ(1, tree_find(t, "a")->nlink);
	ATF_CHECK_EQ(2, tree_find(t, "b")->nlink);
	ATF_CHECK_EQ(4, t->nodes);
	ATF_CHECK_EQ(3, t->inodes);
	memory_free(&m);
	tree_free(t);
}

TEST(chains_of_hard_links_end_in_one_file)
{
	static const struct item set[] = {
		{ 'f', "a", "text" },
		{ 'h', "b", "a" },
		{ 'h', "c", "b" },
		{ 'h', "d", "c" }
	}, b[] = { { 'f', "b", "B" } },
	    a[] = { { 'f', "a", "A" } },
	    c[] = { { 'f', "c", "C" } };

	(void)tc;
	PACK("set.tar", set);
	PACK("a.tar", a);
	PACK("b.tar", b);
	PACK("c.tar", c);
	check_tree("a=text b==a c==a d==a", WORDS("set.tar"));
	check_tree("a=text b=B c==a d==a", WORDS("set.tar", "b.tar"));
	check_tree("a=text b==a c=C d==a", WORDS("set.tar", "c.tar"));
	check_tree("a=A b=B c=text d==c", WORDS("set.tar", "a.tar", "b.tar"));
	check_tree("a=A b=B c=C d=text",
	    WORDS("set.tar", "a.tar", "b.tar", "c.tar"));
	check_tree("a=A b=text c=C d==b", WORDS("set.tar", "a.tar", "c.tar"));
}

TEST(a_hard_link_may_come_before_its_target)
{
	static const struct item set[] = {
		{ 'h', "a", "z" }, { 'h', "b", "z" }, { 'h', "c", "b" },
		{ 'f', "z", "text", 0640 }
	}, over[] = {
		{ 'f', "z", "Z" }
	}, chain[] = {
		{ 'h', "a", "b" }, { 'h', "b", "c" }, { 'f', "c", "text" }
	};

	(void)tc;
	PACK("set.tar", set);
	PACK("over.tar", over);
	PACK("chain.tar", chain);
	check_tree("a==z b==z c==z z=text", WORDS("set.tar"));
	check_tree("a=text b==a c==a z=Z", WORDS("set.tar", "over.tar"));
	check_tree("a==c b==c c=text", WORDS("chain.tar"));
}

TEST(hard_links_of_links_and_devices)
{
	static const struct item set[] = {
		{ 'l', "a", "x" },
		{ 'h', "b", "a" },
		{ 'h', "c", "a" }
	}, over[] = {
		{ 'f', "a", "A" }
	};

	(void)tc;
	PACK("set.tar", set);
	PACK("over.tar", over);
	check_tree("a->x b==a c==a", WORDS("set.tar"));
	check_tree("a=A b->x c==b", WORDS("set.tar", "over.tar"));
}

TEST(odd_hard_links_are_refused)
{
	static const struct item missing[] = {
		{ 'h', "a", "nowhere" }
	}, self[] = {
		{ 'h', "./a", "a" }
	}, folder[] = {
		{ 'd', "d" },
		{ 'h', "a", "d" }
	}, loop[] = {
		{ 'h', "a", "b" },
		{ 'h', "b", "a" }
	}, up[] = {
		{ 'h', "a", "../etc/passwd" }
	}, absolute[] = {
		{ 'h', "a", "/etc/passwd" }
	}, through[] = {
		{ 'd', "d" },
		{ 'f', "d/f", "x" },
		{ 'l', "s", "d" },
		{ 'h', "a", "s/f" }
	}, over[] = {
		{ 'f', "a", "A" },
		{ 'f', "b", "B" }
	}, chain[] = {
		{ 'h', "a", "b" },
		{ 'h', "b", "a" },
		{ 'h', "c", "a" },
		{ 'h', "d", "b" }
	};

	(void)tc;
	PACK("missing.tar", missing);
	check_refused("which is not in the archive", WORDS("missing.tar"));
	PACK("self.tar", self);
	check_refused("hard link to itself", WORDS("self.tar"));
	PACK("folder.tar", folder);
	check_refused("hard link to the directory d", WORDS("folder.tar"));
	PACK("loop.tar", loop);
	check_refused("hard link", WORDS("loop.tar"));
	PACK("up.tar", up);
	check_refused("\"..\" refused", WORDS("up.tar"));
	PACK("absolute.tar", absolute);
	check_refused("absolute name refused", WORDS("absolute.tar"));
	PACK("through.tar", through);
	check_refused("which is not in the archive", WORDS("through.tar"));
	PACK("chain.tar", chain);
	PACK("over.tar", over);
	check_refused("hard link", WORDS("chain.tar", "over.tar"));
}

/* newc stores the content with the last name of a file. */
TEST(cpio_links_have_their_content_whatever_is_replaced)
{
	static const struct item set[] = {
		{ 'f', "a", 0, 0, 0, 0, 77, 3 },
		{ 'f', "b", 0, 0, 0, 0, 77, 3 },
		{ 'f', "c", "text", 0, 0, 0, 77, 3 }
	}, a[] = { { 'f', "a", "A" } },
	    c[] = { { 'f', "c", "C" } };

	(void)tc;
	PACK_AS("set.cpio", ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, set);
	PACK("a.tar", a);
	PACK("c.tar", c);
	check_tree("a=text b==a c==a", WORDS("set.cpio"));
	check_tree("a=text b==a c=C", WORDS("set.cpio", "c.tar"));
	check_tree("a=A b=text c==b", WORDS("set.cpio", "a.tar"));
	check_tree("a=A b=text c=C", WORDS("set.cpio", "a.tar", "c.tar"));
	check_tree("a=text b==a", WORDS("set.cpio:[ab]"));
	check_tree("b=text", WORDS("set.cpio:b"));
	check_tree("c=text", WORDS("set.cpio:c"));
}

/* A later layer has a link where the last name would be. */
TEST(cpio_links_have_their_content_when_a_name_has_no_place)
{
	static const struct item set[] = {
		{ 'f', "a", 0, 0, 0, 0, 77, 2 },
		{ 'f', "d/c", "text", 0, 0, 0, 77, 2 }
	}, over[] = {
		{ 'l', "d", "x" }
	};

	(void)tc;
	PACK_AS("set.cpio", ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, set);
	PACK("over.tar", over);
	check_tree("a=text d->x", WORDS("set.cpio", "over.tar"));
}

/* pax may store the content with each name: the last one counts. */
TEST(pax_links_may_bring_content)
{
	static const struct item a[] = {
		{ 'f', "a", "A" }
	}, b[] = {
		{ 'f', "b", "B" }
	};
	FILE *f = fopen("set.tar", "w");

	(void)tc;
	ATF_REQUIRE(f != NULL);
	put_member(f, 'x', "x", "", "14 comment=hi\n");
	put_member(f, '0', "a", "", "text");
	put_member(f, '1', "b", "a", "more text");
	put_member(f, '1', "c", "a", "");
	ATF_REQUIRE(ftruncate(fileno(f), 8192) == 0 && fclose(f) == 0);
	PACK("a.tar", a);
	PACK("b.tar", b);
	check_tree("a=more text b==a c==a", WORDS("set.tar"));
	check_tree("a=A b=more text c==b", WORDS("set.tar", "a.tar"));
	check_tree("a=more text b=B c==a", WORDS("set.tar", "b.tar"));
	check_tree("c=more text", WORDS("set.tar:c"));
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

TEST(duplicates_with_links_between_are_refused)
{
	static const struct item first[] = {
		{ 'f', "a", "x" },
		{ 'h', "b", "a" },
		{ 'f', "a", "y" }
	}, second[] = {
		{ 'f', "a", "x" },
		{ 'h', "b", "a" },
		{ 'f', "b", "y" }
	}, over[] = {
		{ 'f', "a", "A" }
	};

	(void)tc;
	PACK("first.tar", first);
	PACK("second.tar", second);
	PACK("over.tar", over);
	check_refused("with hard links between", WORDS("first.tar"));
	check_refused("with hard links between", WORDS("second.tar"));
	/* b waits for the content of an a that is replaced */
	check_refused("with hard links between",
	    WORDS("second.tar", "over.tar"));
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
	ATF_TP_ADD_TC(tp,
	    a_hard_link_finds_its_target_outside_of_the_pattern);
	ATF_TP_ADD_TC(tp,
	    hard_links_stay_one_file_when_a_later_layer_replaces_the_first_name);
	ATF_TP_ADD_TC(tp, chains_of_hard_links_end_in_one_file);
	ATF_TP_ADD_TC(tp, a_hard_link_may_come_before_its_target);
	ATF_TP_ADD_TC(tp, hard_links_of_links_and_devices);
	ATF_TP_ADD_TC(tp, odd_hard_links_are_refused);
	ATF_TP_ADD_TC(tp, cpio_links_have_their_content_whatever_is_replaced);
	ATF_TP_ADD_TC(tp,
	    cpio_links_have_their_content_when_a_name_has_no_place);
	ATF_TP_ADD_TC(tp, pax_links_may_bring_content);
	ATF_TP_ADD_TC(tp, of_duplicates_the_last_counts);
	ATF_TP_ADD_TC(tp, duplicates_of_another_kind_are_refused);
	ATF_TP_ADD_TC(tp, duplicates_with_links_between_are_refused);
	ATF_TP_ADD_TC(tp, nothing_goes_through_a_link_of_the_same_layer);
	ATF_TP_ADD_TC(tp, what_has_no_place_is_told_of);
	ATF_TP_ADD_TC(tp, names_that_lead_out_are_refused);
	ATF_TP_ADD_TC(tp, files_of_folders_get_the_newest_time_of_the_archives);
	ATF_TP_ADD_TC(tp, source_date_epoch_is_the_time_when_it_is_given);
	ATF_TP_ADD_TC(tp, children_are_sorted_by_bytes);
	ATF_TP_ADD_TC(tp, many_names_and_long_ones);
	return atf_no_error();
}
