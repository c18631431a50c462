/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * gentree.c: writes a random tree of files as an archive, and a list of what
 * a reader must find in an image made of it. The same seed gives the same
 * tree everywhere.
 *
 * usage: gentree seed archive.tar list [ext2|ffs|ffs2]
 *
 * With a type, times are all that it takes: with nanoseconds, before 1970 and,
 * for ffs2, of 64 bits. The tree is otherwise the same.
 *
 * A line of the list has ten fields, divided by tabs: name, kind, mode in
 * octal, uid, gid, size, links, mtime, content, number. Content is a file's
 * SHA-256, a symbolic link's target, a device's "major,minor", else "-";
 * hard links have one number. What FFS is to have has nanoseconds in its
 * mtime, with a dot and nine digits; ext2 loses them.
 */
#include <archive.h>
#include <archive_entry.h>
#include <err.h>
#include <inttypes.h>
#include <sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifdef __NetBSD__
#define SHA2_CTX     SHA256_CTX
#define SHA256Init   SHA256_Init
#define SHA256Update SHA256_Update
#define SHA256Final  SHA256_Final
#endif

#define ITEMS_MAX 160
#define BLOCK	  4096

struct item {
	char		 name[1024];
	char		 content[1024];
	char		 kind;		/* of "dflcbp" */
	unsigned	 mode;
	int64_t		 uid, gid, mtime, size;
	long		 ns;		/* of mtime */
	unsigned	 major, minor;
	int		 link;		/* this is a further name of that item */
	int		 nlink;
};

static struct item items[ITEMS_MAX];
static int nitems;
static uint64_t state, times_state;
static enum { PLAIN, EXT2, FFS, FFS2 } type;

/* splitmix64: public domain, by Sebastiano Vigna's description of it. */
static uint64_t
next_of(uint64_t *s)
{
	uint64_t z = (*s += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t
next(void)
{
	return next_of(&state);
}

static int64_t
below(int64_t n)
{
	return (int64_t)(next() % (uint64_t)n);
}

#define PICK(a) ((a)[below((int64_t)(sizeof(a) / sizeof(*(a))))])

/* One part of a path: plain, awkward, or as long as a name may be. */
static void
random_part(char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	static const char *const odd[] = {
		" ", "'", "\"", "\\", "$", "*", "%s", "<", "&", ";", "#",
		"\xc3\xa9", "\xe6\xbc\xa2", "\xf0\x9f\x98\x80", "-", "=", ":"
	};
	static const int lengths[] = { 1, 2, 3, 4, 5, 8, 8, 8, 12, 12, 20 };
	int len = below(20) == 0 ? 240 + (int)below(16) : PICK(lengths);
	bool awkward = below(4) == 0;

	s[0] = '\0';
	while ((int)strlen(s) < len) {
		char one[2] = { plain[below(sizeof(plain) - 1)], '\0' };
		const char *add = awkward && below(3) == 0 ? PICK(odd) : one;

		if ((int)(strlen(s) + strlen(add)) > len)
			break;
		strcat(s, add);
	}
	if (s[0] == '\0' || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		strcpy(s, "x");
}

static int
find(const char *name)
{
	for (int i = 0; i < nitems; i++)
		if (strcmp(items[i].name, name) == 0)
			return i;
	return -1;
}

/* Trees are deep, or broad, or neither: where most names go. */
static enum shape { BUSHY, DEEP, BROAD } shape;

static int
random_dir(void)
{
	int dir;

	if (shape != BUSHY && below(4) != 0) {
		for (dir = shape == DEEP ? nitems - 1 : 0; dir > 0; dir--)
			if (items[dir].kind == 'd')
				break;
		if (strlen(items[dir].name) <= 700)
			return dir;
	}
	do
		dir = (int)below(nitems);
	while (items[dir].kind != 'd' || strlen(items[dir].name) > 700);
	return dir;
}

/* A name that is free, in a directory that is there; items[0] is the root. */
static void
random_name(char *name)
{
	char part[512];
	int dir;

	do {
		dir = random_dir();
		random_part(part);
		if (dir == 0)
			strcpy(name, part);
		else
			(void)snprintf(name, 1024, "%s/%s", items[dir].name,
			    part);
	} while (find(name) >= 0);
}

/*
 * Around the limits of fragments and blocks of every size, of the inode's
 * pointers, and seldom of the first indirect block and of the first one below
 * the second: it has 512 pointers (FFSv2 with blocks of 4096) to 2048 (FFSv1
 * with blocks of 8192).
 */
static int64_t
random_size(void)
{
	static const int64_t units[] = {
		512, 1024, 2048, BLOCK, BLOCK, BLOCK, BLOCK, 8192, 16384
	};
	static const int64_t blocks[] = { 0, 1, 1, 2, 7, 8, 11, 12, 13, 30 };
	static const int64_t large[] = {
		12 + 512, 12 + 1024, 12 + 2048, 2 * (12 + 1024), 2 * (12 + 2048)
	};

	if (below(3) == 0)
		return below(30000);
	if (below(60) == 0)
		return PICK(large) * BLOCK + below(3) - 1 + below(2) * BLOCK;
	if (below(30) == 0)
		return PICK(blocks) * 65536 + below(3);
	return llabs(PICK(blocks) * PICK(units) + below(3) - 1);
}

static void
fill(unsigned char *p, int64_t from, int64_t len)
{
	uint64_t v = 0;

	for (int64_t i = 0; i < len; i++) {
		if (i % 8 == 0)
			v = next();
		p[from + i] = (unsigned char)(v >> i % 8 * 8);
	}
}

/* Random bytes, at times with zeros between that may be told as holes. */
static unsigned char *
random_content(struct archive_entry *ent, int64_t size)
{
	unsigned char *p = calloc(1, (size_t)size + 1);
	bool sparse = below(2) == 0;
	int64_t at = 0, len;

	if (p == NULL)
		err(1, NULL);
	if (below(3) != 0) {
		fill(p, 0, size);
		return p;
	}
	while (at < size) {
		at += below(5 * BLOCK) + 1;
		len = below(3 * BLOCK) + 1;
		if (at + len > size)
			break;
		fill(p, at, len);
		if (sparse)
			archive_entry_sparse_add_entry(ent, at, len);
		at += len + 1;
	}
	return p;
}

static void
digest(char *hex, const unsigned char *p, size_t len)
{
	uint8_t sum[SHA256_DIGEST_LENGTH];
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	SHA256Update(&ctx, p, len);
	SHA256Final(sum, &ctx);
	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

static void
random_target(char *s)
{
	static const int lengths[] = { 1, 8, 20, 58, 59, 60, 61, 255, 1000 };
	int len = PICK(lengths);

	for (int i = 0; i < len; i++)
		s[i] = i % 9 == 4 ? '/' : (char)('a' + below(26));
	s[len] = '\0';
}

/* Numbers of their own: what else is in the tree depends on none of them. */
static size_t
time_below(size_t n)
{
	return (size_t)(next_of(&times_state) % n);
}

#define PICK_TIME(a) ((a)[time_below(sizeof(a) / sizeof(*(a)))])

static void
random_time(struct item *it)
{
	static const int64_t early[] = {
		-1, -2, -86400, -315619200, -2147483647, INT32_MIN
	}, wide[] = {
		INT64_C(2147483648), INT64_C(4294967295), INT64_C(4294967296),
		INT64_C(7258118400), INT64_C(253402300800), INT64_C(1) << 40,
		INT64_C(-2147483649), INT64_C(-11644473600),
		-(INT64_C(1) << 40)
	};
	static const long ns[] = { 1, 999, 1000, 500000000, 999999999 };

	it->ns = 0;
	if (type == PLAIN)
		return;
	if (time_below(4) == 0)
		it->mtime = PICK_TIME(early);
	else if (type == FFS2 && time_below(4) == 0)
		it->mtime = PICK_TIME(wide);
	if (time_below(2) == 0)
		it->ns = time_below(3) == 0 ? PICK_TIME(ns) :
		    (long)time_below(1000000000);
}

static void
random_attributes(struct item *it)
{
	static const unsigned modes[] = {
		0644, 0755, 0600, 0444, 0, 04755, 02755, 01777, 07777
	};
	static const int64_t ids[] = {
		0, 0, 0, 1, 1000, 65534, 65535, 65536, 100000, 2147483647
	};
	static const int64_t times[] = { 0, 1, 1700000000, 2147483647 };

	it->mode = PICK(modes);
	it->uid = PICK(ids);
	it->gid = PICK(ids);
	it->mtime = below(3) == 0 ? PICK(times) : below(1700000000);
	random_time(it);
	it->link = -1;
	it->nlink = 1;
	strcpy(it->content, "-");
}

static void
write_entry(struct archive *a, const struct item *it,
    struct archive_entry *ent, const unsigned char *data)
{
	static const struct { char kind; unsigned type; } types[] = {
		{ 'd', AE_IFDIR }, { 'f', AE_IFREG }, { 'l', AE_IFLNK },
		{ 'c', AE_IFCHR }, { 'b', AE_IFBLK }, { 'p', AE_IFIFO }
	};
	unsigned filetype = 0;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].kind == it->kind)
			filetype = types[i].type;
	archive_entry_copy_pathname(ent, it->name[0] != '\0' ? it->name : "./");
	archive_entry_set_filetype(ent, filetype);
	archive_entry_set_perm(ent, it->mode);
	archive_entry_set_uid(ent, it->uid);
	archive_entry_set_gid(ent, it->gid);
	archive_entry_set_mtime(ent, (time_t)it->mtime, it->ns);
	archive_entry_set_size(ent, it->kind == 'f' ? it->size : 0);
	if (it->kind == 'l')
		archive_entry_copy_symlink(ent, it->content);
	if (it->kind == 'c' || it->kind == 'b') {
		archive_entry_set_rdevmajor(ent, it->major);
		archive_entry_set_rdevminor(ent, it->minor);
	}
	if (it->link >= 0) {
		archive_entry_copy_hardlink(ent, items[it->link].name);
		archive_entry_unset_size(ent);
	}
	if (archive_write_header(a, ent) != ARCHIVE_OK)
		errx(1, "%s: %s", it->name, archive_error_string(a));
	if (data != NULL && archive_write_data(a, data, (size_t)it->size) !=
	    it->size)
		errx(1, "%s: %s", it->name, archive_error_string(a));
}

/* One item of a kind with new attributes and content, into the archive. */
static void
make(struct archive *a, struct item *it, char kind)
{
	struct archive_entry *ent = archive_entry_new();
	unsigned char *data = NULL;

	if (ent == NULL)
		err(1, NULL);
	random_attributes(it);
	it->kind = kind;
	switch (kind) {
	case 'f':
		it->size = random_size();
		data = random_content(ent, it->size);
		digest(it->content, data, (size_t)it->size);
		break;
	case 'l':
		random_target(it->content);
		it->size = (int64_t)strlen(it->content);
		break;
	case 'c':
	case 'b':
		it->major = (unsigned)below(256);
		it->minor = (unsigned)below(256);
		(void)snprintf(it->content, sizeof(it->content), "%u,%u",
		    it->major, it->minor);
		break;
	}
	write_entry(a, it, ent, data);
	free(data);
	archive_entry_free(ent);
}

/* A further name of something that is there. */
static void
make_link(struct archive *a, struct item *it)
{
	struct archive_entry *ent = archive_entry_new();
	int target;

	if (ent == NULL)
		err(1, NULL);
	do
		target = (int)below(nitems);
	while (items[target].kind == 'd');
	if (items[target].link >= 0)
		target = items[target].link;
	random_attributes(it);
	it->kind = items[target].kind;
	it->link = target;
	items[target].nlink++;
	write_entry(a, it, ent, NULL);
	archive_entry_free(ent);
}

/* The same name a second time: the later entry holds. */
static void
replace(struct archive *a)
{
	int i = (int)below(nitems);

	if (items[i].kind == 'f' && items[i].link < 0 && items[i].nlink == 1)
		make(a, &items[i], 'f');
}

static void
generate(struct archive *a)
{
	static const int counts[] = { 2, 6, 20, 60, ITEMS_MAX };
	int count = PICK(counts);
	bool linkable = false;

	shape = (enum shape)below(3);
	nitems = 1;
	make(a, &items[0], 'd');
	while (nitems < count) {
		struct item *it = &items[nitems];
		char kind = "ddffffffffllcbphhr"[below(18)];

		if (kind == 'r') {
			replace(a);
			continue;
		}
		random_name(it->name);
		if (kind != 'h')
			make(a, it, kind);
		else if (linkable)
			make_link(a, it);
		else
			continue;
		linkable = linkable || it->kind != 'd';
		nitems++;
	}
}

static void
list(FILE *f)
{
	for (int i = 0; i < nitems; i++) {
		const struct item *it = &items[i];
		const char *name = it->name[0] != '\0' ? it->name : ".";
		int nlink;

		if (it->link >= 0)
			it = &items[it->link];
		nlink = it->nlink;
		if (it->kind == 'd') {
			nlink = 2;
			for (int j = 1; j < nitems; j++) {
				const char *n = items[j].name;
				const char *base = strrchr(n, '/');
				size_t len = base ? (size_t)(base - n) : 0;

				if (items[j].kind == 'd' &&
				    strlen(it->name) == len &&
				    strncmp(n, it->name, len) == 0)
					nlink++;
			}
		}
		(void)fprintf(f, "%s\t%c\t%o\t%" PRId64 "\t%" PRId64 "\t%"
		    PRId64 "\t%d\t%" PRId64, name, it->kind, it->mode,
		    it->uid, it->gid, it->kind == 'd' ? 0 : it->size, nlink,
		    it->mtime);
		if (type == FFS || type == FFS2)
			(void)fprintf(f, ".%09ld", it->ns);
		(void)fprintf(f, "\t%s\t%d\n", it->content,
		    (int)(it - items));
	}
}

int
main(int argc, char **argv)
{
	struct archive *a = archive_write_new();
	FILE *f;

	if (argc == 5)
		type = strcmp(argv[4], "ext2") == 0 ? EXT2 :
		    strcmp(argv[4], "ffs") == 0 ? FFS :
		    strcmp(argv[4], "ffs2") == 0 ? FFS2 : PLAIN;
	if (argc != 4 && type == PLAIN) {
		(void)fprintf(stderr, "usage: gentree seed archive list "
		    "[ext2|ffs|ffs2]\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 10);
	times_state = ~state;
	/* Names are bytes: no conversion from the locale's encoding. */
	if (a == NULL || archive_write_set_format_pax(a) != ARCHIVE_OK ||
	    archive_write_set_options(a, "hdrcharset=BINARY") != ARCHIVE_OK ||
	    archive_write_open_filename(a, argv[2]) != ARCHIVE_OK)
		errx(1, "%s: %s", argv[2], archive_error_string(a));
	generate(a);
	if (archive_write_close(a) != ARCHIVE_OK)
		errx(1, "%s: %s", argv[2], archive_error_string(a));
	archive_write_free(a);
	if ((f = fopen(argv[3], "w")) == NULL) {
		warn("%s", argv[3]);
		return 1;
	}
	list(f);
	if (fclose(f) != 0)
		err(1, "%s", argv[3]);
	return 0;
}
