/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * metalog_test.c: what is written is read again, and what others write too.
 */
#include "fixture.h"
#include "metalog.h"

/* The entries of text, one a line: name kind uid:gid mode size time [more]. */
static int
read_all(const char *text, char *buf, size_t size, struct err *e)
{
	struct metalog *m;
	struct entry ent;
	const char *contents;
	FILE *f;
	int r;

	put_file("in.mtree", text, 0644);
	memset(e, 0, sizeof(*e));
	m = metalog_open("in.mtree", e);
	ATF_REQUIRE_MSG(m != NULL, "%s", e->text);
	f = fmemopen(buf, size, "w");
	ATF_REQUIRE(f != NULL);
	while ((r = metalog_next(m, &ent, &contents, e)) > 0) {
		(void)fprintf(f, "%s %c %u:%u %o", ent.name,
		    "fdlhcbp"[ent.kind], ent.uid, ent.gid, ent.mode);
		if (ent.kind == ENTRY_FILE && ent.size != UINT64_MAX)
			(void)fprintf(f, " %llu", (unsigned long long)ent.size);
		if ((ent.flags & ENTRY_UNDATED) == 0)
			(void)fprintf(f, " @%lld.%09u", (long long)ent.mtime,
			    ent.mtime_ns);
		if (ent.kind == ENTRY_SYMLINK)
			(void)fprintf(f, " ->%s", ent.target);
		if (ent.kind == ENTRY_CHAR || ent.kind == ENTRY_BLOCK)
			(void)fprintf(f, " %u,%u", ent.major, ent.minor);
		if (contents != NULL)
			(void)fprintf(f, " <%s", contents);
		(void)fputc('\n', f);
	}
	(void)fclose(f);
	metalog_close(m);
	return r;
}

static void
check_read(const char *text, const char *want)
{
	struct err e;
	char got[16384];

	ATF_CHECK_MSG(read_all(text, got, sizeof(got), &e) == 0, "%s", e.text);
	ATF_CHECK_STREQ(want, got);
}

static void
check_error(const char *text, const char *want)
{
	struct err e;
	char got[4096];

	ATF_CHECK_EQ(-1, read_all(text, got, sizeof(got), &e));
	ATF_CHECK_MSG(strstr(e.text, want) != NULL, "says: %s", e.text);
	ATF_CHECK_MSG(strncmp(e.text, "in.mtree:", 9) == 0, "%s", e.text);
}

TEST(every_byte_of_a_name_comes_back)
{
	char name[300], text[300];
	struct entry ent = { .name = name, .target = text,
	    .kind = ENTRY_SYMLINK, .mode = 0755, .mtime = -5, .mtime_ns = 7,
	    .uid = 4294967295u, .gid = 12 };
	const struct entry *one = &ent;
	struct metalog *m;
	struct entry back;
	const char *contents;
	struct err e;
	char line[4096];
	FILE *f;
	size_t n = 0, t = 0;

	(void)tc;
	for (int c = 1; c < 256; c++) {
		text[t++] = (char)c;
		if (c != '/')
			name[n++] = (char)c;
	}
	name[n] = text[t] = '\0';
	memmove(name + 130, name + 129, n - 128);
	name[129] = '/';	/* no part of over 255 bytes */

	f = fopen("METALOG", "w");
	ATF_REQUIRE(f != NULL);
	metalog_head(f);
	metalog_write(f, one);
	ATF_REQUIRE(fclose(f) == 0);

	/* One line of printable ASCII, without glob letters in names. */
	f = fopen("METALOG", "r");
	ATF_REQUIRE(fgets(line, sizeof(line), f) != NULL);
	ATF_CHECK_STREQ(METALOG_HEAD "\n", line);
	ATF_CHECK(strncmp(line, "#mtree", 6) == 0);
	ATF_REQUIRE(fgets(line, sizeof(line), f) != NULL);
	for (const char *p = line; *p != '\n'; p++)
		ATF_CHECK(*p >= ' ' && *p < 127 && strchr("*?[]#", *p) == NULL);
	ATF_CHECK(fgets(line, sizeof(line), f) == NULL);
	(void)fclose(f);

	m = metalog_open("METALOG", &e);
	ATF_REQUIRE(m != NULL);
	ATF_REQUIRE_EQ(1, metalog_next(m, &back, &contents, &e));
	ATF_CHECK_STREQ(name, back.name);
	ATF_CHECK_STREQ(text, back.target);
	ATF_CHECK_EQ(255, (int)back.size);
	ATF_CHECK_EQ(-5, back.mtime);
	ATF_CHECK_EQ(7, back.mtime_ns);
	ATF_CHECK_EQ(4294967295u, back.uid);
	ATF_CHECK_EQ(0, metalog_next(m, &back, &contents, &e));
	metalog_close(m);
}

TEST(every_kind_is_written)
{
	static const struct entry all[] = {
		{ .name = "", .kind = ENTRY_DIR, .mode = 0755 },
		{ .name = "c", .kind = ENTRY_CHAR, .mode = 0600, .major = 4095,
		    .minor = 1048575 },
		{ .name = "b", .kind = ENTRY_BLOCK, .mode = 0640, .gid = 5 },
		{ .name = "d/f", .kind = ENTRY_FILE, .mode = 04555,
		    .size = UINT64_C(9223372036854775807) },
		{ .name = "l", .kind = ENTRY_SYMLINK, .target = "a b",
		    .mode = 0777, .mtime = 1 },
		{ .name = "p", .kind = ENTRY_FIFO, .mode = 01000 }
	};
	char text[4096];
	FILE *f = fmemopen(text, sizeof(text), "w");

	(void)tc;
	ATF_REQUIRE(f != NULL);
	for (size_t i = 0; i < COUNT(all); i++)
		metalog_write(f, &all[i]);
	ATF_REQUIRE(fclose(f) == 0);
	ATF_CHECK_STREQ(
	    ". type=dir uid=0 gid=0 mode=0755 time=0.000000000\n"
	    "./c type=char uid=0 gid=0 mode=0600 device=netbsd,4095,1048575 "
	    "time=0.000000000\n"
	    "./b type=block uid=0 gid=5 mode=0640 device=netbsd,0,0 "
	    "time=0.000000000\n"
	    "./d/f type=file uid=0 gid=0 mode=4555 size=9223372036854775807 "
	    "time=0.000000000\n"
	    "./l type=link uid=0 gid=0 mode=0777 time=1.000000000 "
	    "link=a\\040b\n"
	    "./p type=fifo uid=0 gid=0 mode=1000 time=0.000000000\n", text);
	check_read(text,
	    " d 0:0 755 @0.000000000\n"
	    "c c 0:0 600 @0.000000000 4095,1048575\n"
	    "b b 0:5 640 @0.000000000 0,0\n"
	    "d/f f 0:0 4555 9223372036854775807 @0.000000000\n"
	    "l l 0:0 777 @1.000000000 ->a b\n"
	    "p p 0:0 1000 @0.000000000\n");
}

/* Folders that nest, /set, and "..": what mtree -c writes (mtree(5)). */
TEST(nested_form)
{
	(void)tc;
	check_read("#\t   user: x\n"
	    "/set type=file uid=7 gname=wheel mode=0640 nlink=1 flags=none\n"
	    ".  type=dir mode=0755 nlink=3\n"
	    "    a size=1 time=5.25 sha256=00\n"
	    "  sub type=dir mode=0700\n"
	    "/set mode=0600\n"
	    "    b uname=root gid=3 size=2\n"
	    "  deep type=dir\n"
	    "      c contents=other/c\n"
	    "  ..\n"
	    "    d type=link link=a\\040b\n"
	    "..\n"
	    "/unset mode uid\n"
	    "e\n"
	    "./x/y mode=0444\n"
	    "f\n"
	    "/unset all\n"
	    "g type=file\n"
	    "..\n"
	    "..\n",
	    " d 7:0 755\n"
	    "a f 7:0 640 1 @5.000000025\n"
	    "sub d 7:0 700\n"
	    "sub/b f 0:3 600 2\n"
	    "sub/deep d 7:0 600\n"
	    "sub/deep/c f 7:0 600 <other/c\n"
	    "sub/d l 7:0 600 ->a b\n"
	    "e f 0:0 644\n"
	    "x/y f 0:0 444\n"
	    "f f 0:0 644\n"
	    "g f 0:0 644\n");
}

TEST(lines)
{
	(void)tc;
	check_read("", "");
	check_read("\n \t\n# type=file\n", "");
	check_read("a type=file", "a f 0:0 644\n");
	check_read("a \\\n type=file \\\n\tmode=0600\nb type=file\n",
	    "a f 0:0 600\nb f 0:0 644\n");
	/* a comment behind the keywords */
	check_read("a type=file # mode=0600\n", "a f 0:0 644\n");
	/* a backslash that stands for itself does not continue the line */
	check_read("a type=link link=b\\\\\nb type=file\n",
	    "a l 0:0 755 ->b\\\nb f 0:0 644\n");
	check_read("a type=file optional nochange tags=x,y\n", "a f 0:0 644\n");
}

TEST(escapes)
{
	(void)tc;
	check_read("a\\040b\\s\\\\\\#\\*\\t type=file\n",
	    "a b \\#*\t f 0:0 644\n");
	/* VIS_CSTYLE of what has no letter: \^A, \M-i, \M^A, \^? */
	check_read("\\^A\\M-C\\M-)\\M^A\\^?\\E type=file\n",
	    "\001\xc3\xa9\x81\177\033 f 0:0 644\n");
	check_read("./a\\057b type=file\n", "a/b f 0:0 644\n");
	check_error("a\\ type=file\n", "name not in vis(3) form");
	check_error("a\\0b type=file\n", "name not in vis(3) form");
	check_error("a\\777 type=file\n", "name not in vis(3) form");
	check_error("a\\Mx type=file\n", "name not in vis(3) form");
	check_error("a\\^@ type=file\n", "name not in vis(3) form");
}

TEST(devices)
{
	(void)tc;
	check_read("a type=char device=netbsd,3,4\n"
	    "b type=block device=0x1203\nc type=char device=netbsd,0x10,010\n"
	    "d type=char device=0x12300405\n",
	    "a c 0:0 600 3,4\nb b 0:0 600 18,3\nc c 0:0 600 16,8\n"
	    "d c 0:0 600 4,74501\n"
	    );
	check_error("a type=char\n", "device node without device=");
	check_error("a type=char device=linux,1,3\n", "device: linux,1,3");
	check_error("a type=char device=netbsd,1\n", "device: netbsd,1");
	check_error("a type=char device=netbsd,4096,0\n", "device");
	check_error("a type=char device=netbsd,0,1048576\n", "device");
	check_error("a type=char device=netbsd,,\n", "device");
}

TEST(errors_name_the_line)
{
	static const char nul[] = "a type=file\nb\0c type=file\n";
	struct metalog *m;
	struct entry ent;
	const char *contents;
	struct err e;
	FILE *f;

	(void)tc;
	check_error("a type=file\n\nb mode=0644\n", "in.mtree:3: no type: b");
	check_error("\\\n\\\nb type=socket\n", "in.mtree:3: type: socket");
	check_error("a type=file mode=0888\n", "mode: 0888");
	check_error("a type=file mode=10000\n", "mode: 10000");
	check_error("a type=file mode=u+rwx\n", "mode: u+rwx");
	check_error("a type=file uid=-1\n", "uid: -1");
	check_error("a type=file uid=4294967296\n", "uid: 4294967296");
	check_error("a type=file uid=\n", "uid: ");
	check_error("a type=file uname=operator\n", "uname: operator");
	check_error("a type=file size=1x\n", "size: 1x");
	check_error("a type=file time=x\n", "time: x");
	check_error("a type=file time=1.1000000000\n", "time: 1.1000000000");
	check_error("a type=link\n", "symbolic link without link=");
	check_error("/set mode=x\n", "in.mtree:1: mode: x");
	check_error("../a type=file\n", "\"..\" refused");
	check_error("/etc type=dir\n", "absolute name refused");
	check_error("a/../b type=file\n", "\"..\" refused");
	check_error("\\056. type=dir\n", "\"..\" refused");

	f = fopen("nul.mtree", "w");
	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE(fwrite(nul, sizeof(nul) - 1, 1, f) == 1);
	ATF_REQUIRE(fclose(f) == 0);
	m = metalog_open("nul.mtree", &e);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(1, metalog_next(m, &ent, &contents, &e));
	ATF_CHECK_EQ(-1, metalog_next(m, &ent, &contents, &e));
	ATF_CHECK(strstr(e.text, "NUL byte") != NULL);
	metalog_close(m);

	ATF_CHECK(metalog_open("missing.mtree", &e) == NULL);
	ATF_CHECK_EQ(ERR_MISSING, e.code);
}

/* What is left of a file that shrinks may end within a line. */
TEST(a_file_that_changes_is_refused)
{
	static const char *const now[] = {
		"a type=file\n", "a type=file\nb type=file\nc type=file\n"
	};
	struct metalog *m;
	struct entry ent;
	const char *contents;
	struct err e;
	size_t i;
	int r;

	(void)tc;
	for (i = 0; i < COUNT(now); i++) {
		put_file("in.mtree", "a type=file\nb type=file mode=0600\n",
		    0644);
		m = metalog_open("in.mtree", &e);
		ATF_REQUIRE(m != NULL);
		put_file("in.mtree", now[i], 0644);
		while ((r = metalog_next(m, &ent, &contents, &e)) > 0)
			;
		ATF_CHECK_EQ(-1, r);
		ATF_CHECK_STREQ("in.mtree: changed while it was read", e.text);
		metalog_close(m);
	}
}

/* "a/b" is whole, "c" is in the folder that was told of last. */
TEST(names_are_joined_up_to_the_limit)
{
	char text[64 * 300], *p = text;
	struct err e;
	char got[64 * 300 * 20];
	int i;

	(void)tc;
	for (i = 0; i < 16; i++)
		p += sprintf(p, "%0255d type=dir\n", i);
	ATF_CHECK_EQ(0, read_all(text, got, sizeof(got), &e));
	(void)sprintf(p, "too-long type=file\n");
	ATF_CHECK_EQ(-1, read_all(text, got, sizeof(got), &e));
	ATF_CHECK(strstr(e.text, "name of over 4095 bytes") != NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, every_byte_of_a_name_comes_back);
	ATF_TP_ADD_TC(tp, every_kind_is_written);
	ATF_TP_ADD_TC(tp, nested_form);
	ATF_TP_ADD_TC(tp, lines);
	ATF_TP_ADD_TC(tp, escapes);
	ATF_TP_ADD_TC(tp, devices);
	ATF_TP_ADD_TC(tp, errors_name_the_line);
	ATF_TP_ADD_TC(tp, a_file_that_changes_is_refused);
	ATF_TP_ADD_TC(tp, names_are_joined_up_to_the_limit);
	return atf_no_error();
}
