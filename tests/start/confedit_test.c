/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confedit_test.c: what is written into a conf is read from it again, and
 * nothing else of it changes.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "confedit.h"

static struct conf_change
change(const char *key, const char *value)
{
	struct conf_change c = { setting_key(key), value };

	ATF_REQUIRE_MSG(c.setting != NULL, "%s", key);
	return c;
}

/* One change of a text (NULL: none) gives that text. */
static void
becomes(const char *before, const char *key, const char *value,
    const char *after)
{
	struct conf_change c = change(key, value);
	struct err e = { .text = "" };
	char *made = conf_edit("x.conf", before, before != NULL ?
	    strlen(before) : 0, &c, 1, &e);

	ATF_REQUIRE_MSG(made != NULL, "%s", e.text);
	ATF_CHECK_STREQ(after, made);
	free(made);
}

static void
refused(const char *before, const char *key, const char *value,
    const char *why)
{
	struct conf_change c = change(key, value);
	struct err e = { .text = "" };
	char *made = conf_edit("x.conf", before, before != NULL ?
	    strlen(before) : 0, &c, 1, &e);

	ATF_CHECK_MSG(made == NULL, "taken: %s", made);
	ATF_CHECK_MSG(strstr(e.text, why) != NULL, "%s", e.text);
	free(made);
}

ATF_TC_WITHOUT_HEAD(lines);
ATF_TC_BODY(lines, tc)
{
	(void)tc;
	becomes(NULL, "mem", "64", "mem=64\n");
	becomes("", "mem", "64", "mem=64\n");
	becomes(NULL, "mem", NULL, "");
	becomes("# a\n\nmem=1g # b\ncores=2\n", "mem", "64",
	    "# a\n\nmem=64\ncores=2\n");
	becomes("mem=1g", "mem", "64", "mem=64\n");
	becomes("cores=2", "mem", "64", "cores=2\nmem=64\n");
	becomes("cores=2 # no end", "mem", "64", "cores=2 # no end\nmem=64\n");
	becomes("  mem=1g\n", "cores", "2", "  mem=1g\ncores=2\n");
	becomes("append=a\\\n'b c'\nmem=64\n", "append", "d",
	    "append=d\nmem=64\n");
	/* the last one counts; an earlier one may be a variable */
	becomes("mem=64\nappend=$mem\nmem=128\n", "mem", "256",
	    "mem=64\nappend=$mem\nmem=256\n");
	/* of what goes, all goes */
	becomes("mem=64\ncores=2\nmem=128\n", "mem", NULL, "cores=2\n");
	becomes("mem=64\n", "mem", "", "");
	/* other people's ways of saying things */
	becomes("size=64\nmem=$size\nimg=a-${ARCH}.img\n", "cores", "2",
	    "size=64\nmem=$size\nimg=a-${ARCH}.img\ncores=2\n");
	becomes("mem=64\r\ncores=2\r\n", "cores", "1", "mem=64\r\ncores=1\n");
}

ATF_TC_WITHOUT_HEAD(quoting);
ATF_TC_BODY(quoting, tc)
{
	(void)tc;
	becomes(NULL, "append", "-v", "append=-v\n");
	becomes(NULL, "append", "-v -s", "append='-v -s'\n");
	becomes(NULL, "append", "it's", "append='it'\\''s'\n");
	becomes(NULL, "append", "'", "append=''\\'''\n");
	becomes(NULL, "append", "$(reboot) `x` $HOME #",
	    "append='$(reboot) `x` $HOME #'\n");
	becomes(NULL, "append", "a\\", "append='a\\'\n");
	becomes(NULL, "append", "~root;x", "append='~root;x'\n");
	becomes(NULL, "append", "\xc3\xa4\xff", "append='\xc3\xa4\xff'\n");
}

ATF_TC_WITHOUT_HEAD(refusals);
ATF_TC_BODY(refusals, tc)
{
	char huge[9001];

	(void)tc;
	memset(huge, 'x', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	refused(NULL, "mem", "12", "mem: 12 is too little");
	refused(NULL, "hostfwd", "nonsense", "hostfwd: nonsense");
	refused(NULL, "append", "a\nmem=64", "a control character");
	refused(NULL, "append", huge, "more than 8191 characters");
	refused("mem=$(x)\n", "cores", "2", "x.conf:1: a command is not run");
	/* somebody's variable is not taken away unseen */
	refused("mem=64\nappend=\"$mem\"\n", "mem", NULL, "mem is not set");
}

/* Any bytes but what no conf may have. */
static void
random_value(char *to, size_t len)
{
	static const char often[] = "'\"\\$`#~;&|<>() =abc\t";

	for (size_t i = 0; i < len; i++) {
		int c = rand() % 3 == 0 ? 1 + rand() % 255 :
		    often[(size_t)rand() % (sizeof(often) - 2)];

		to[i] = (char)(c < ' ' || c == 127 ? ' ' : c);
	}
	to[len] = '\0';
}

ATF_TC_WITHOUT_HEAD(round_trips);
ATF_TC_BODY(round_trips, tc)
{
	static const char before[] = "# x\nARCH=amd64\nv='1 2'\nroot=\"$v\"\n"
	    "append=$v\ncores=2";
	char value[64], again[64];

	(void)tc;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		struct conf_change c[2] = { change("append", value),
			change("root", again) };
		struct settings s = { 0 };
		struct err e = { .text = "" };
		char *made;

		random_value(value, 1 + (size_t)rand() % 60);
		random_value(again, 1 + (size_t)rand() % 60);
		made = conf_edit("x.conf", i % 2 ? before : NULL,
		    i % 2 ? sizeof(before) - 1 : 0, c, 2, &e);
		ATF_REQUIRE_MSG(made != NULL, "%s: %s", value, e.text);
		ATF_REQUIRE(conf_scan(&s, "x.conf", made, strlen(made), NULL,
		    NULL, NULL, &e) == 0);
		ATF_REQUIRE_STREQ(value, s.append);
		ATF_REQUIRE_STREQ(again, s.root);
		ATF_REQUIRE_EQ(i % 2 ? 2 : 0, s.cores);
		settings_free(&s);
		free(made);
	}
}

/* Every key there is. */
ATF_TC_WITHOUT_HEAD(keys);
ATF_TC_BODY(keys, tc)
{
	static const char *const texts[] = { "hostfwd", "::80-:80", "ARCH",
		"i386", "fwcfgvar", "a=b", "fwcfgfile", "a=b", "sandbox", "y",
		NULL };
	const struct setting *s;

	(void)tc;
	for (size_t i = 0; (s = setting_at(i)) != NULL; i++) {
		struct conf_change c = { s, "64" };
		struct err e = { .text = "" };
		char *made;

		if (s->key == NULL)
			continue;
		if (s->kind == SETTING_FLAG)
			c.value = "y";
		if (s->kind == SETTING_NUMBER)
			c.value = "7";
		for (size_t j = 0; texts[j] != NULL; j += 2) {
			if (strcmp(texts[j], s->key) == 0)
				c.value = texts[j + 1];
		}
		made = conf_edit("x.conf", NULL, 0, &c, 1, &e);
		ATF_CHECK_MSG(made != NULL, "%s: %s", s->key, e.text);
		free(made);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, lines);
	ATF_TP_ADD_TC(tp, quoting);
	ATF_TP_ADD_TC(tp, refusals);
	ATF_TP_ADD_TC(tp, round_trips);
	ATF_TP_ADD_TC(tp, keys);
	return atf_no_error();
}
