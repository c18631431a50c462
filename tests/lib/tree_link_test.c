/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tree_link_test.c: hard links of layers, whatever has become of their
 * targets.
 */
#include <time.h>
#include <unistd.h>

#include "fixture.h"

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

#define MANY 200000u

/* An archive of MANY hard links, from?? to to??, + n the second's number, and
 * what they lead to if it is told. */
static void
many_links(const char *from, const char *to, unsigned n, bool told)
{
	char name[16], target[16];
	FILE *f = fopen("many.tar", "w");
	unsigned i;

	ATF_REQUIRE(f != NULL);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "%s%u", from, i);
		(void)snprintf(target, sizeof(target), "%s%u", to, i + n);
		put_member(f, '1', name, target, "");
	}
	for (i = n != 0 ? MANY : 0; told && i < MANY + n; i++) {
		(void)snprintf(name, sizeof(name), "%s%u", to, i);
		put_member(f, '0', name, "", "");
	}
	memset(name, 0, sizeof(name));
	for (i = 0; i < 1024; i += sizeof(name))
		ATF_REQUIRE(fwrite(name, sizeof(name), 1, f) == 1);
	ATF_REQUIRE(fclose(f) == 0);
}

/* Merged within seconds of processor time; the square of MANY is minutes. */
static struct tree *
merged_soon(const char *word, struct err *e)
{
	char *words[] = { (char *)(uintptr_t)word };
	struct tree *t = tree_new(e);
	clock_t start = clock();
	int r = tree_merge(t, words, 1, NULL, NULL, e);

	ATF_CHECK(clock() - start < 20 * CLOCKS_PER_SEC);
	if (r == 0)
		return t;
	tree_free(t);
	return NULL;
}

TEST(many_links_to_what_comes_later_take_no_longer_than_they_are)
{
	const struct node *n;
	struct tree *t;
	struct err e;

	(void)tc;
	/* Behind their links; left out by the pattern, so read for again. */
	many_links("h", "m", 0, true);
	ATF_REQUIRE((t = merged_soon("many.tar", &e)) != NULL);
	ATF_CHECK_EQ(1 + 2 * MANY, t->nodes);
	ATF_CHECK_EQ(1 + MANY, t->inodes);
	ATF_CHECK(tree_find(t, "h777")->link == tree_find(t, "m777"));
	tree_free(t);
	ATF_REQUIRE((t = merged_soon("many.tar:h*", &e)) != NULL);
	ATF_CHECK_EQ(1 + MANY, t->nodes);
	ATF_CHECK_EQ(1 + MANY, t->inodes);
	tree_free(t);
	many_links("h", "m", 0, false);
	ATF_CHECK(merged_soon("many.tar", &e) == NULL);
	ATF_CHECK(strstr(e.text, "h0: hard link to m0, which is not") != NULL);

	/* One chain of all. */
	many_links("n", "n", 1, true);
	ATF_REQUIRE((t = merged_soon("many.tar", &e)) != NULL);
	ATF_CHECK_EQ(2, t->inodes);
	n = tree_find(t, "n0");
	ATF_CHECK(n->link != NULL && n->link->link == NULL);
	ATF_CHECK_EQ(MANY + 1, n->link->nlink);
	tree_free(t);
	ATF_REQUIRE(unlink("many.tar") == 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, a_hard_link_finds_its_target_outside_of_the_pattern);
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
	ATF_TP_ADD_TC(tp, duplicates_with_links_between_are_refused);
	ATF_TP_ADD_TC(tp,
	    many_links_to_what_comes_later_take_no_longer_than_they_are);
	return atf_no_error();
}
