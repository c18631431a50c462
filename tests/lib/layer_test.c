/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_test.c: each kind of layer tells what is in it, or fails by name.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <fcntl.h>
#include <unistd.h>

#include "fixture.h"
#include "layer.h"
#include "metalog.h"

#define NOISE 200000u

static char noise[NOISE + 1];

/* Text that compresses little, always the same. */
static void
make_noise(void)
{
	uint32_t x = 2463534242u;

	for (size_t i = 0; i < NOISE; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		noise[i] = (char)('0' + x % 64);
	}
}

/* Read the layer to its end: 0, or -1 and e. */
static int
read_layer(const char *word, struct err *e)
{
	struct layer *l;
	const struct entry *ent;
	const void *buf;
	uint64_t off;
	size_t len;
	int r, d = 0;

	memset(e, 0, sizeof(*e));
	if ((l = layer_open(word, e)) == NULL)
		return -1;
	while ((r = layer_next(l, &ent, e)) > 0 && d == 0) {
		while (ent->kind == ENTRY_FILE &&
		    (d = layer_data(l, &buf, &len, &off, e)) > 0)
			;
	}
	layer_close(l);
	return r < 0 || d < 0 ? -1 : 0;
}

static void
check_fails(const char *word, const char *part)
{
	struct err e;

	ATF_CHECK_MSG(read_layer(word, &e) == -1, "%s was read", word);
	ATF_CHECK_MSG(strstr(e.text, part) != NULL, "says: %s", e.text);
}

static size_t
slurp(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	ATF_REQUIRE(f != NULL);
	n = fread(buf, 1, size, f);
	(void)fclose(f);
	ATF_REQUIRE(n < size);
	return n;
}

static void
spill(const char *path, const char *buf, size_t len)
{
	FILE *f = fopen(path, "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE(fwrite(buf, 1, len, f) == len && fclose(f) == 0);
}

static const char *const packed[] = {
	"x.tar.gz", "x.tgz", "x.tar.xz", "x.tar.bz2", "x.tar.zst", "x.tar"
};

TEST(every_compression_is_read)
{
	const struct item set[] = {
		{ 'd', "etc" }, { 'f', "etc/rc", "text" },
		{ 'f', "noise", noise }
	};
	char want[NOISE + 100], got[NOISE + 100];
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	make_noise();
	(void)snprintf(want, sizeof(want), "etc/ etc/rc=text noise=%s", noise);
	for (size_t i = 0; i < COUNT(packed); i++) {
		PACK(packed[i], set);
		ATF_REQUIRE_MSG(merge(&t, &m, &e, WORDS(packed[i])) == 0,
		    "%s", e.text);
		show(t, &m, got, sizeof(got));
		ATF_CHECK_STREQ(want, got);
		memory_free(&m);
		tree_free(t);
	}
}

TEST(a_truncated_archive_fails)
{
	const struct item set[] = {
		{ 'd', "etc" }, { 'f', "noise", noise }
	};
	static char buf[2 * NOISE];
	size_t len, cut;

	(void)tc;
	make_noise();
	for (size_t i = 0; i < COUNT(packed); i++) {
		if (strcmp(packed[i], "x.tar") == 0)
			continue;	/* see below */
		PACK(packed[i], set);
		len = slurp(packed[i], buf, sizeof(buf));
		for (cut = 1; cut < len; cut = cut < 20 ? cut + 1 :
		    cut + len / 37) {
			spill(packed[i], buf, len - cut);
			check_fails(packed[i], packed[i]);
		}
		spill(packed[i], buf, 0);
		check_fails(packed[i], packed[i]);
	}
	/* A plain one has no other end than its last member's. */
	PACK("x.tar", set);
	len = slurp("x.tar", buf, sizeof(buf));
	spill("x.tar", buf, len / 2);
	check_fails("x.tar", "x.tar: cannot be read as an archive: it "
	    "ends in the middle of an entry");
}

/* gzip's CRC and length are checked by us, since libarchive does not. */
TEST(a_changed_bit_is_seen)
{
	const struct item set[] = {
		{ 'd', "etc" }, { 'f', "noise", noise }
	};
	static const char *const names[] = {
		"x.tar.gz", "x.tar.xz", "x.tar.bz2"
	};
	static char buf[2 * NOISE];
	size_t len, at;

	(void)tc;
	make_noise();
	for (size_t i = 0; i < COUNT(names); i++) {
		PACK(names[i], set);
		len = slurp(names[i], buf, sizeof(buf));
		/* Behind the head, whose date nobody reads. */
		for (at = 20; at < len; at += at + 12 < len ? len / 61 : 1) {
			buf[at] ^= 4;
			spill(names[i], buf, len);
			check_fails(names[i], names[i]);
			buf[at] ^= 4;
		}
	}
}

TEST(members_of_gzip_are_read_one_after_the_other)
{
	const struct item set[] = { { 'f', "noise", noise } };
	static char buf[2 * NOISE];
	struct err e;
	size_t len, half;

	(void)tc;
	make_noise();
	PACK("x.tar", set);
	len = slurp("x.tar", buf, sizeof(buf));
	half = len / 2;
	spill("1", buf, half);
	spill("2", buf + half, len - half);
	ATF_REQUIRE(system("gzip -9c 1 >x.tgz && gzip -1c 2 >>x.tgz") == 0);
	ATF_CHECK_MSG(read_layer("x.tgz", &e) == 0, "%s", e.text);
}

TEST(what_is_no_archive_fails)
{
	(void)tc;
	put_file("x.tgz", "<html>404 Not Found</html>\n", 0644);
	check_fails("x.tgz", "x.tgz: cannot be read as an archive: ");
	put_file("x.tar.xz", "", 0644);
	check_fails("x.tar.xz", "x.tar.xz: cannot be read as an archive: ");
	check_fails("missing.tgz", "missing.tgz: No such file");
	check_fails("missing.tgz:/etc", "missing.tgz: No such file");
	check_fails("", "No such file");
}

TEST(names_are_bytes)
{
	static const char many[] = "0123456789/0123456789/0123456789/"
	    "0123456789/0123456789/0123456789/0123456789/0123456789/"
	    "0123456789/0123456789/0123456789/0123456789/0123456789/"
	    "0123456789/0123456789/0123456789/0123456789/0123456789/"
	    "0123456789/0123456789/0123456789/0123456789/0123456789/x";
	const struct item set[] = {
		{ 'f', "caf\xc3\xa9", "1" }, { 'f', "caf\xe9", "2" },
		{ 'f', "a b\t\n\\", "3" }, { 'f', many, "4" },
		{ 'l', "link", "\xff\xfe \xc3\xa9" },
		{ 'h', "hard", "caf\xe9" }
	};
	static const struct {
		const char	*name;
		int		 format;
	} kinds[] = {
		{ "pax.tar", ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE },
		{ "gnu.tar", ARCHIVE_FORMAT_TAR_GNUTAR },
		{ "x.cpio", ARCHIVE_FORMAT_CPIO_SVR4_NOCRC }
	};
	struct memory m;
	struct tree *t;
	struct node *n;
	struct err e;

	(void)tc;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		/* hard links are told otherwise in cpio: tree_test.c */
		pack(kinds[i].name, kinds[i].format, set,
		    COUNT(set) - (i == 2));
		ATF_REQUIRE_MSG(merge(&t, &m, &e, WORDS(kinds[i].name)) == 0,
		    "%s", e.text);
		for (size_t k = 0; k < 4; k++) {
			n = tree_find(t, set[k].name);
			ATF_REQUIRE_MSG(n != NULL, "%s: %s", kinds[i].name,
			    set[k].name);
			n = n->link != NULL ? n->link : n;
			ATF_CHECK_STREQ(set[k].text, m.slot[n->where - 1]);
		}
		ATF_CHECK_STREQ(set[4].text, tree_find(t, "link")->target);
		if (i != 2)
			ATF_CHECK_EQ(tree_find(t, "hard")->link,
			    tree_find(t, "caf\xe9"));
		memory_free(&m);
		tree_free(t);
	}
}

TEST(attributes_come_from_the_archive)
{
	const struct item set[] = {
		{ 'f', "su", "x", 04555, 4000000000u, 2000000000 },
		{ 'd', "tmp", NULL, 01777, 1 }, { 'c', "dev/tty", NULL, 0622 },
		{ 'b', "dev/ld0", NULL, 0640, 5 }, { 'p', "fifo" }
	};
	struct memory m;
	struct tree *t;
	struct node *n;
	struct err e;

	(void)tc;
	PACK("x.tar", set);
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("x.tar")) == 0);
	n = tree_find(t, "su");
	ATF_CHECK_EQ(04555, n->mode);
	ATF_CHECK_EQ(4000000000u, n->uid);
	ATF_CHECK_EQ(4000000000u, n->gid);
	ATF_CHECK_EQ(2000000000, n->mtime);
	ATF_CHECK_EQ(01777, tree_find(t, "tmp")->mode);
	n = tree_find(t, "dev/tty");
	ATF_CHECK_EQ(ENTRY_CHAR, n->kind);
	ATF_CHECK_EQ(5, n->major);
	ATF_CHECK_EQ(300, n->minor);
	ATF_CHECK_EQ(0, n->size);
	ATF_CHECK_EQ(ENTRY_BLOCK, tree_find(t, "dev/ld0")->kind);
	ATF_CHECK_EQ(ENTRY_FIFO, tree_find(t, "fifo")->kind);
	memory_free(&m);
	tree_free(t);
}

/* A device number that NetBSD cannot hold would come out as another. */
TEST(device_numbers_that_netbsd_lacks_are_refused)
{
	struct archive *a = archive_write_new();
	struct archive_entry *ae = archive_entry_new();

	(void)tc;
	ATF_REQUIRE(archive_write_set_format_ustar(a) == ARCHIVE_OK);
	ATF_REQUIRE(archive_write_open_filename(a, "x.tar") == ARCHIVE_OK);
	archive_entry_copy_pathname(ae, "dev/x");
	archive_entry_set_mode(ae, AE_IFCHR | 0600);
	archive_entry_set_rdevmajor(ae, 4096);
	archive_entry_set_rdevminor(ae, 1);
	ATF_REQUIRE(archive_write_header(a, ae) == ARCHIVE_OK);
	ATF_REQUIRE(archive_write_free(a) == ARCHIVE_OK);
	archive_entry_free(ae);
	check_fails("x.tar", "x.tar: dev/x: device 4096,1: NetBSD has no such");
}

TEST(a_sparse_file_keeps_its_holes)
{
	struct layer *l;
	const struct entry *ent;
	const void *buf;
	uint64_t off, total = 0;
	size_t len;
	struct err e = { .code = ERR_ANY };
	struct archive *a = archive_write_new();
	struct archive_entry *ae = archive_entry_new();
	static char zeros[8 << 20];

	(void)tc;
	ATF_REQUIRE(archive_write_set_format_pax(a) == ARCHIVE_OK);
	ATF_REQUIRE(archive_write_open_filename(a, "pax.tar") == ARCHIVE_OK);
	archive_entry_copy_pathname(ae, "sparse");
	archive_entry_set_mode(ae, AE_IFREG | 0644);
	archive_entry_set_size(ae, 16 << 20);
	archive_entry_sparse_add_entry(ae, 0, 5);
	archive_entry_sparse_add_entry(ae, 8 << 20, 6);
	ATF_REQUIRE(archive_write_header(a, ae) == ARCHIVE_OK);
	memcpy(zeros, "begin", 5);
	ATF_REQUIRE(archive_write_data(a, zeros, sizeof(zeros)) > 0);
	memcpy(zeros, "middle", 6);
	ATF_REQUIRE(archive_write_data(a, zeros, sizeof(zeros)) > 0);
	ATF_REQUIRE(archive_write_free(a) == ARCHIVE_OK);
	archive_entry_free(ae);

	ATF_REQUIRE((l = layer_open("pax.tar", &e)) != NULL);
	ATF_REQUIRE_EQ(1, layer_next(l, &ent, &e));
	ATF_CHECK_EQ(16 << 20, (int)ent->size);
	while (layer_data(l, &buf, &len, &off, &e) > 0) {
		total += len;
		if (off <= 8 << 20 && off + len >= (8 << 20) + 6)
			ATF_CHECK(memcmp((const char *)buf +
			    ((8 << 20) - off), "middle", 6) == 0);
	}
	ATF_CHECK_STREQ("", e.text);
	ATF_CHECK(total < 1 << 20);
	ATF_CHECK_EQ(0, layer_next(l, &ent, &e));
	layer_close(l);
}

TEST(holes_of_a_folders_file_are_passed_over)
{
	struct layer *l;
	const struct entry *ent;
	const void *buf;
	uint64_t off, total = 0;
	size_t len;
	struct err e = { .code = ERR_ANY };
	int fd, r;

	(void)tc;
	ATF_REQUIRE(mkdir("f", 0755) == 0);
	fd = open("f/sparse", O_WRONLY | O_CREAT, 0644);
	ATF_REQUIRE(fd >= 0 && pwrite(fd, "x", 1, 8 << 20) == 1 &&
	    ftruncate(fd, 16 << 20) == 0 && close(fd) == 0);
	ATF_REQUIRE((l = layer_open("f", &e)) != NULL);
	ATF_REQUIRE_EQ(1, layer_next(l, &ent, &e));
	ATF_REQUIRE_EQ(1, layer_next(l, &ent, &e));
	ATF_CHECK_EQ(16 << 20, (int)ent->size);
	while ((r = layer_data(l, &buf, &len, &off, &e)) > 0)
		total += len;
	ATF_CHECK_EQ_MSG(0, r, "%s", e.text);
	ATF_CHECK(total > 0 && total < 1 << 20);
	layer_close(l);
}

/* With the stage's own name in front they are longer than the host's paths. */
TEST(a_stage_has_names_of_any_length)
{
	char name[4000], log[4200], part[200];
	struct err e;
	size_t i;

	(void)tc;
	memset(part, 'x', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	ATF_REQUIRE(mkdir(part, 0755) == 0 && chdir(part) == 0);
	for (i = 0; i < sizeof(name) / sizeof(part); i++) {
		memcpy(name + i * sizeof(part), part, sizeof(part));
		name[(i + 1) * sizeof(part) - 1] = '/';
		ATF_REQUIRE(mkdir(part, 0755) == 0 && chdir(part) == 0);
	}
	put_file("f", "", 0644);
	while (i-- > 0)
		ATF_REQUIRE(chdir("..") == 0);
	(void)snprintf(log, sizeof(log), "./%.*sf type=file size=0\n",
	    (int)sizeof(name), name);
	put_file("METALOG", log, 0644);
	ATF_REQUIRE(chdir("..") == 0);
	(void)snprintf(log, sizeof(log), "%s/METALOG", part);
	ATF_CHECK_MSG(read_layer(log, &e) == 0, "%s", e.text);
}

TEST(folders_forget_what_git_does_not_keep)
{
	struct memory m;
	struct tree *t;
	struct err e;
	mode_t old = umask(077);

	(void)tc;
	ATF_REQUIRE(mkdir("f", 0700) == 0 && mkdir("f/bin", 0711) == 0 &&
	    mkdir("f/empty", 0700) == 0);
	put_file("f/bin/x", "1", 0711);
	put_file("f/bin/g", "2", 0654);
	put_file("f/secret", "3", 0600);
	put_file("f/suid", "4", 04700);
	ATF_REQUIRE(symlink("bin/x", "f/link") == 0);
	ATF_REQUIRE(mkfifo("f/fifo", 0600) == 0);
	(void)umask(old);
	check_tree("bin/ bin/g=2 bin/x=1 empty/ fifo:p link->bin/x secret=3 "
	    "suid=4", WORDS("f"));
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("f")) == 0);
	for (struct node *n = t->root; n != NULL; n = tree_next(n)) {
		ATF_CHECK_EQ(0, n->uid);
		ATF_CHECK_EQ(0, n->gid);
		ATF_CHECK_EQ(0, n->mtime);
		ATF_CHECK_EQ_MSG(n->kind == ENTRY_DIR ||
		    n->kind == ENTRY_SYMLINK || strcmp(n->name, "x") == 0 ||
		    strcmp(n->name, "suid") == 0 ? 0755 : 0644, n->mode,
		    "%s", n->name);
	}
	memory_free(&m);
	tree_free(t);
}

TEST(hard_links_in_a_folder_are_one_file)
{
	(void)tc;
	ATF_REQUIRE(mkdir("f", 0755) == 0 && mkdir("f/d", 0755) == 0);
	put_file("f/z", "text", 0644);
	ATF_REQUIRE(link("f/z", "f/d/a") == 0 && link("f/z", "outside") == 0);
	check_tree("d/ d/a=text z==d/a", WORDS("f"));
	check_tree("x/ x/d/ x/d/a=text x/z==x/d/a", WORDS("f:/x"));
}

TEST(a_folder_with_a_socket_is_refused)
{
	struct sockaddr_un sun;
	int fd;

	(void)tc;
	ATF_REQUIRE(mkdir("f", 0755) == 0);
	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	memcpy(sun.sun_path, "f/s", 4);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ATF_REQUIRE(bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0);
	check_fails("f", "f/s: a device or socket in a folder: describe");
	(void)close(fd);
}

TEST(a_folder_that_becomes_a_file_is_refused)
{
	const struct entry *ent;
	struct layer *l;
	struct err e;

	(void)tc;
	ATF_REQUIRE(mkdir("f", 0755) == 0);
	ATF_REQUIRE((l = layer_open("f", &e)) != NULL);
	ATF_REQUIRE(rmdir("f") == 0);
	put_file("f", "text", 0644);
	ATF_CHECK_EQ(-1, layer_next(l, &ent, &e));
	ATF_CHECK_MSG(strcmp(e.text, "f: is no folder any more") == 0,
	    "says: %s", e.text);
	layer_close(l);
}

TEST(a_stage_is_named_by_its_metalog)
{
	static const char log[] = METALOG_HEAD "\n"
	    ". type=dir uid=0 gid=0 mode=0755 time=1.0\n"
	    "./a type=file uid=3 gid=4 mode=4555 size=4 time=2.0\n"
	    "./b type=file uid=3 gid=4 mode=4555 time=2.0\n"
	    "./c type=char uid=0 gid=0 mode=0600 device=netbsd,1,2 time=3.0\n";
	struct memory m;
	struct tree *t;
	struct err e;

	(void)tc;
	ATF_REQUIRE(mkdir("stage", 0755) == 0);
	put_file("stage/a", "text", 0600);
	ATF_REQUIRE(link("stage/a", "stage/b") == 0);
	put_file("stage/METALOG", log, 0644);
	put_file("stage/stranger", "x", 0644);
	check_tree("a=text b==a c:c", WORDS("stage/METALOG"));
	ATF_REQUIRE(merge(&t, &m, &e, WORDS("stage/METALOG")) == 0);
	ATF_CHECK_EQ(04555, tree_find(t, "a")->mode);
	ATF_CHECK_EQ(3, tree_find(t, "a")->uid);
	memory_free(&m);
	tree_free(t);

	check_fails("stage", "stage: is a stage: name stage/METALOG");
	check_fails("stage/METALOG:/a", "an mtree file is taken whole");
	put_file("stage/a", "longer text", 0600);
	check_fails("stage/METALOG", "stage/METALOG: a: has 11 bytes, not the 4");
	ATF_REQUIRE(unlink("stage/a") == 0);
	check_fails("stage/METALOG", "stage/METALOG: a: No such file");
	ATF_REQUIRE(symlink("/etc/passwd", "stage/a") == 0);
	check_fails("stage/METALOG", "stage/METALOG: a: is no file");
}

TEST(an_mtree_file_takes_contents_from_beside_it)
{
	(void)tc;
	ATF_REQUIRE(mkdir("s", 0755) == 0 && mkdir("s/other", 0755) == 0);
	put_file("s/other/f", "text", 0644);
	put_file("s/x.mtree", "#mtree\netc/f type=file contents=other/f\n"
	    "bin/sh type=link link=/rescue/sh\n", 0644);
	check_tree("bin/ bin/sh->/rescue/sh etc/ etc/f=text",
	    WORDS("s/x.mtree"));
	ATF_REQUIRE(chdir("s") == 0);
	check_tree("bin/ bin/sh->/rescue/sh etc/ etc/f=text",
	    WORDS("x.mtree"));
}

TEST(the_last_colon_of_a_word_divides)
{
	const struct item set[] = { { 'f', "a/b", "1" }, { 'f', "c", "2" } };

	(void)tc;
	PACK("a:b.tar", set);
	check_tree("a/ a/b=1 c=2", WORDS("a:b.tar"));
	check_tree("a/ a/b=1", WORDS("a:b.tar:/a"));
	PACK("x.tar:c", set);
	check_tree("a/ a/b=1 c=2", WORDS("x.tar:c"));
}

TEST(a_pipe_is_a_layer)
{
	const struct item set[] = { { 'f', "a", "1" } };

	(void)tc;
	PACK("x.tgz", set);
	ATF_REQUIRE(mkfifo("pipe", 0600) == 0);
	ATF_REQUIRE(system("cat x.tgz >pipe &") == 0);
	check_tree("a=1", WORDS("pipe"));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, every_compression_is_read);
	ATF_TP_ADD_TC(tp, a_truncated_archive_fails);
	ATF_TP_ADD_TC(tp, a_changed_bit_is_seen);
	ATF_TP_ADD_TC(tp, members_of_gzip_are_read_one_after_the_other);
	ATF_TP_ADD_TC(tp, what_is_no_archive_fails);
	ATF_TP_ADD_TC(tp, names_are_bytes);
	ATF_TP_ADD_TC(tp, attributes_come_from_the_archive);
	ATF_TP_ADD_TC(tp, device_numbers_that_netbsd_lacks_are_refused);
	ATF_TP_ADD_TC(tp, a_sparse_file_keeps_its_holes);
	ATF_TP_ADD_TC(tp, holes_of_a_folders_file_are_passed_over);
	ATF_TP_ADD_TC(tp, a_stage_has_names_of_any_length);
	ATF_TP_ADD_TC(tp, folders_forget_what_git_does_not_keep);
	ATF_TP_ADD_TC(tp, hard_links_in_a_folder_are_one_file);
	ATF_TP_ADD_TC(tp, a_folder_with_a_socket_is_refused);
	ATF_TP_ADD_TC(tp, a_folder_that_becomes_a_file_is_refused);
	ATF_TP_ADD_TC(tp, a_stage_is_named_by_its_metalog);
	ATF_TP_ADD_TC(tp, an_mtree_file_takes_contents_from_beside_it);
	ATF_TP_ADD_TC(tp, the_last_colon_of_a_word_divides);
	ATF_TP_ADD_TC(tp, a_pipe_is_a_layer);
	return atf_no_error();
}
