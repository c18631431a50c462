/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fixture.h: archives made from tables, and trees shown as one line of text.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>
#include <atf-c.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "tree.h"

struct item {
	char		 kind;	/* f d l h c b p */
	const char	*name;
	const char	*text;	/* f: content; l: text; h: target */
	unsigned	 mode;	/* 0: 0644, or 0755 of a folder */
	unsigned	 uid;
	long		 mtime;	/* 0: 1000 */
	unsigned	 ino;	/* cpio: names with one number are one file */
	unsigned	 nlink;
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PACK(path, items) \
	pack(path, ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, items, COUNT(items))
#define PACK_AS(path, format, items) pack(path, format, items, COUNT(items))

static inline struct archive_entry *
item_entry(const struct item *it)
{
	struct archive_entry *ae = archive_entry_new();
	mode_t type = it->kind == 'd' ? AE_IFDIR : it->kind == 'l' ? AE_IFLNK :
	    it->kind == 'c' ? AE_IFCHR : it->kind == 'b' ? AE_IFBLK :
	    it->kind == 'p' ? AE_IFIFO : AE_IFREG;
	const char *data = it->kind == 'f' ? it->text : NULL;

	archive_entry_copy_pathname(ae, it->name);
	archive_entry_set_mode(ae, type | (it->mode != 0 ? it->mode :
	    it->kind == 'd' ? 0755 : 0644));
	archive_entry_set_uid(ae, it->uid);
	archive_entry_set_gid(ae, it->uid);
	archive_entry_set_mtime(ae, it->mtime != 0 ? it->mtime : 1000, 0);
	archive_entry_set_size(ae, data != NULL ? (la_int64_t)strlen(data) : 0);
	if (it->kind == 'l')
		archive_entry_copy_symlink(ae, it->text);
	if (it->kind == 'h')
		archive_entry_copy_hardlink(ae, it->text);
	if (it->kind == 'c' || it->kind == 'b') {
		archive_entry_set_rdevmajor(ae, 5);
		archive_entry_set_rdevminor(ae, 300);
	}
	if (it->ino != 0) {
		archive_entry_set_ino(ae, it->ino);
		archive_entry_set_nlink(ae, it->nlink);
	}
	return ae;
}

/* Write the items as an archive; its name's end chooses the compression. */
static inline void
pack(const char *path, int format, const struct item *items, size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *ae;
	const char *data, *dot = strrchr(path, '.');
	size_t i;

	ATF_REQUIRE(archive_write_set_format(a, format) == ARCHIVE_OK);
	if (strcmp(dot, ".gz") == 0 || strcmp(dot, ".tgz") == 0)
		ATF_REQUIRE(archive_write_add_filter_gzip(a) == ARCHIVE_OK);
	else if (strcmp(dot, ".xz") == 0)
		ATF_REQUIRE(archive_write_add_filter_xz(a) == ARCHIVE_OK);
	else if (strcmp(dot, ".bz2") == 0)
		ATF_REQUIRE(archive_write_add_filter_bzip2(a) == ARCHIVE_OK);
	else if (strcmp(dot, ".zst") == 0)
		ATF_REQUIRE(archive_write_add_filter_zstd(a) == ARCHIVE_OK);
	ATF_REQUIRE(archive_write_open_filename(a, path) == ARCHIVE_OK);
	for (i = 0; i < n; i++) {
		ae = item_entry(&items[i]);
		data = items[i].kind == 'f' ? items[i].text : NULL;
		ATF_REQUIRE_MSG(archive_write_header(a, ae) >= ARCHIVE_WARN,
		    "%s: %s", items[i].name, archive_error_string(a));
		if (data != NULL)
			ATF_REQUIRE(archive_write_data(a, data,
			    strlen(data)) == (la_ssize_t)strlen(data));
		archive_entry_free(ae);
	}
	ATF_REQUIRE(archive_write_close(a) == ARCHIVE_OK);
	(void)archive_write_free(a);
}

/* One tar header, and its data padded to blocks. POSIX.1-2008, pax(1). */
static inline void
put_member(FILE *f, char type, const char *name, const char *link,
    const char *data)
{
	char block[512];
	unsigned sum = 0;
	size_t i, len = strlen(data);

	memset(block, 0, sizeof(block));
	(void)snprintf(block, 100, "%s", name);
	(void)snprintf(block + 100, 32, "0000644");
	(void)snprintf(block + 108, 24, "0000000");
	(void)snprintf(block + 116, 16, "0000000");
	(void)snprintf(block + 124, 12, "%011o", (unsigned)len);
	(void)snprintf(block + 136, 12, "%011o", 1000u);
	memset(block + 148, ' ', 8);
	block[156] = type;
	(void)snprintf(block + 157, 100, "%s", link);
	memcpy(block + 257, "ustar\00000", 8);
	for (i = 0; i < sizeof(block); i++)
		sum += (unsigned char)block[i];
	(void)snprintf(block + 148, 8, "%06o", sum);
	ATF_REQUIRE(fwrite(block, sizeof(block), 1, f) == 1);
	memset(block, 0, sizeof(block));
	memcpy(block, data, len);
	if (len != 0)
		ATF_REQUIRE(fwrite(block, sizeof(block), 1, f) == 1);
}

static inline void
put_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	ATF_REQUIRE(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
	ATF_REQUIRE(chmod(path, mode) == 0);
}

/*
 * A sink that keeps contents in memory and fails the test when it is not
 * used as tree.h says.
 */
struct memory {
	char		*slot[64];	/* by node->where - 1 */
	size_t		 n;
	struct node	*open;
	uint64_t	 at;
	unsigned	 begun, discarded;
};

static inline int
memory_begin(void *ctx, struct node *n, struct err *e)
{
	struct memory *m = ctx;

	(void)e;
	ATF_CHECK(m->open == NULL);
	ATF_CHECK(n->kind == ENTRY_FILE && n->link == NULL && n->size > 0);
	ATF_REQUIRE(m->n < COUNT(m->slot));
	m->open = n;
	m->at = 0;
	m->begun++;
	m->slot[m->n] = calloc(1, (size_t)n->size + 1);
	n->where = ++m->n;
	return 0;
}

static inline int
memory_data(void *ctx, struct node *n, uint64_t off, const void *buf,
    size_t len, struct err *e)
{
	struct memory *m = ctx;

	(void)e;
	ATF_CHECK(m->open == n && off >= m->at && off + len <= n->size);
	memcpy(m->slot[n->where - 1] + off, buf, len);
	m->at = off + len;
	return 0;
}

static inline int
memory_end(void *ctx, struct node *n, struct err *e)
{
	struct memory *m = ctx;

	(void)e;
	ATF_CHECK(m->open == n);
	m->open = NULL;
	return 0;
}

static inline void
memory_discard(void *ctx, struct node *n)
{
	struct memory *m = ctx;

	ATF_CHECK(m->open == NULL && n->where != 0);
	ATF_CHECK(m->slot[n->where - 1] != NULL);
	free(m->slot[n->where - 1]);
	m->slot[n->where - 1] = NULL;
	n->where = 0;
	m->discarded++;
}

static const struct sink memory_sink = {
	memory_begin, memory_data, memory_end, memory_discard
};

static inline void
memory_free(struct memory *m)
{
	while (m->n > 0)
		free(m->slot[--m->n]);
}

/*
 * The tree in one line, in the order of tree_next: "etc/", "rc=content",
 * "sh->target", "further==first-name", "console:c", "pipe:p".
 */
static inline void
show(const struct tree *t, const struct memory *m, char *buf, size_t size)
{
	char name[PATH_LEN_MAX], first[PATH_LEN_MAX];
	const struct node *n;
	FILE *f = fmemopen(buf, size, "w");

	ATF_REQUIRE(f != NULL);
	for (n = tree_next(t->root); n != NULL; n = tree_next(n)) {
		(void)fprintf(f, "%s%s", ftell(f) != 0 ? " " : "",
		    tree_path(n, name));
		if (n->link != NULL) {
			ATF_CHECK(n->link->link == NULL);
			ATF_CHECK_EQ(n->kind, n->link->kind);
			(void)fprintf(f, "==%s", tree_path(n->link, first));
		} else if (n->kind == ENTRY_FILE)
			(void)fprintf(f, "=%s", n->size == 0 ? "" :
			    m->slot[n->where - 1]);
		else if (n->kind == ENTRY_SYMLINK)
			(void)fprintf(f, "->%s", n->target);
		else
			(void)fputs(n->kind == ENTRY_DIR ? "/" :
			    n->kind == ENTRY_CHAR ? ":c" :
			    n->kind == ENTRY_BLOCK ? ":b" : ":p", f);
	}
	ATF_REQUIRE(fclose(f) == 0);
}

/* Merge the words (ended by NULL): 0 and a tree, or -1 and e. */
static inline int
merge(struct tree **t, struct memory *m, struct err *e,
    const char *const list[])
{
	char *words[10];
	size_t n = 0;
	int r;

	memset(m, 0, sizeof(*m));
	memset(e, 0, sizeof(*e));
	for (; n < COUNT(words) && list[n] != NULL; n++)
		words[n] = (char *)(uintptr_t)list[n];
	*t = tree_new(e);
	ATF_REQUIRE(*t != NULL);
	r = tree_merge(*t, words, n, &memory_sink, m, e);
	if (r == 0) {
		ATF_CHECK(m->open == NULL);
		ATF_CHECK_STREQ("", e->text);
	} else
		ATF_CHECK(e->text[0] != '\0');
	return r;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* What the words make, as show() tells. */
static inline void
check_tree(const char *want, const char *const words[])
{
	struct memory m;
	struct tree *t;
	struct err e;
	char got[8192];

	ATF_REQUIRE_MSG(merge(&t, &m, &e, words) == 0, "%s", e.text);
	show(t, &m, got, sizeof(got));
	ATF_CHECK_STREQ(want, got);
	memory_free(&m);
	tree_free(t);
}

/* The words are refused, with a message that holds `part`. */
static inline void
check_refused(const char *part, const char *const words[])
{
	struct memory m;
	struct tree *t;
	struct err e;

	ATF_REQUIRE_MSG(merge(&t, &m, &e, words) != 0, "was taken");
	ATF_CHECK_MSG(strstr(e.text, part) != NULL, "says: %s", e.text);
	ATF_CHECK(strchr(e.text, '\n') == NULL);
	memory_free(&m);
	tree_free(t);
}

#define TEST(name) ATF_TC_WITHOUT_HEAD(name); ATF_TC_BODY(name, tc)

#endif
