/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * tarfile.c: plain tar files, by two system calls a quarter of a megabyte.
 *
 * libarchive reads them all, but turns each name into wide characters and
 * back, which costs as much as copying a set does. The format: POSIX.1-2017,
 * pax, "ustar Interchange Format" and "pax Header Block"; the manual of GNU
 * tar, "Basic Tar Format". What a field may hold here is what its writers
 * agree on; all else is left to libarchive, so that one reader decides on it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "mem.h"
#include "path.h"
#include "tarfile.h"

#define BLOCK	512u
#define PIECE	(256u * 1024)
#define EXTENDED_MAX (16u * 1024)	/* bytes of a pax header, here */

/* Where a header's fields begin; each ends where the next begins. */
enum {
	H_NAME = 0, H_MODE = 100, H_UID = 108, H_GID = 116, H_SIZE = 124,
	H_MTIME = 136, H_SUM = 148, H_TYPE = 156, H_LINK = 157, H_MAGIC = 257,
	H_UNAME = 265, H_GNAME = 297, H_MAJOR = 329, H_MINOR = 337,
	H_PREFIX = 345, H_PREFIX_END = 500
};

/* What stands before an entry's own header overrides it. */
struct extended {
	bool		 pax;		/* it is one of pax */
	bool		 size_set, uid_set, gid_set, mtime_set;
	uint64_t	 size, uid, gid, mtime;
	uint32_t	 mtime_ns;
	char		*path, *link, *uname, *gname;	/* in text, or NULL */
};

struct tarfile {
	int		 fd;
	const char	*name;
	uint64_t	 size;		/* of the file */
	unsigned char	*buf;
	uint64_t	 at;		/* of buf's first byte in the file */
	size_t		 have;		/* bytes in buf */
	uint64_t	 head;		/* of the entry's first header */
	uint64_t	 next;		/* what is to be read next */
	uint64_t	 left;		/* of the present content */
	uint64_t	 off;		/* of the next piece of it */
	unsigned	 pad;		/* behind the content */
	struct extended	 ext;
	char		 text[EXTENDED_MAX + 2 * PATH_LEN_MAX];
	size_t		 used;		/* of text */
};

/*
 * So many bytes, at most, from t->next on: *p points at them. Fewer than want
 * only at the end of the file.
 */
static int
look(struct tarfile *t, size_t want, const unsigned char **p, size_t *len,
    struct err *e)
{
	ssize_t n;

	if (t->next < t->at || t->next - t->at > t->have ||
	    t->have - (size_t)(t->next - t->at) < want) {
		t->at = t->next;
		t->have = 0;
		while (t->have < want) {
			n = pread(t->fd, t->buf + t->have, PIECE - t->have,
			    (off_t)(t->at + t->have));
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return err_sys(e, "%s", t->name);
			if (n == 0)
				break;
			t->have += (size_t)n;
		}
	}
	*p = t->buf + (t->next - t->at);
	*len = t->have - (size_t)(t->next - t->at);
	return 0;
}

static int
truncated(const struct tarfile *t, struct err *e)
{
	return err_set(e, "%s: cannot be read as an archive: it ends in the "
	    "middle of an entry (cut short?)", t->name);
}

/*
 * A number of octal digits, which blanks and a NUL may surround. GNU tar
 * writes larger ones as base 256.
 */
static bool
octal(const unsigned char *f, size_t len, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	while (i < len && f[i] == ' ')
		i++;
	for (; i < len && f[i] >= '0' && f[i] <= '7'; i++)
		*value = *value << 3 | (unsigned)(f[i] - '0');
	return i == len || f[i] == ' ' || f[i] == '\0';
}

static bool
sum_is_right(const unsigned char *h)
{
	uint64_t told;
	unsigned sum = 0, i;

	for (i = 0; i < BLOCK; i++)
		sum += h[i];
	for (i = H_SUM; i < H_TYPE; i++)
		sum += ' ' - (unsigned)h[i];
	return octal(h + H_SUM, H_TYPE - H_SUM, &told) && told == sum;
}

static bool
is_zero(const unsigned char *h, size_t len)
{
	return h[0] == 0 && memcmp(h, h + 1, len - 1) == 0;
}

static bool
is_ustar(const unsigned char *h)
{
	return memcmp(h + H_MAGIC, "ustar\0" "00", 8) == 0;
}

static bool
is_gnu(const unsigned char *h)
{
	return memcmp(h + H_MAGIC, "ustar  \0", 8) == 0;
}

/* Room for a string of len bytes, to end in NUL; NULL when there is none. */
static char *
text_room(struct tarfile *t, size_t len)
{
	char *p = t->text + t->used;

	if (len >= sizeof(t->text) - t->used)
		return NULL;
	t->used += len + 1;
	p[len] = '\0';
	return p;
}

/* A field's text, which ends at a NUL or with the field. */
static const char *
text_field(struct tarfile *t, const unsigned char *f, size_t size)
{
	const unsigned char *end = memchr(f, '\0', size);
	size_t len = end != NULL ? (size_t)(end - f) : size;
	char *p;

	if (end != NULL)
		return (const char *)f;
	if ((p = text_room(t, len)) != NULL)
		memcpy(p, f, len);
	return p;
}

/* The name of an entry's own header; NULL when it is not plain. */
static const char *
own_name(struct tarfile *t, const unsigned char *h)
{
	const unsigned char *pre = h + H_PREFIX;
	size_t plen, nlen;
	char *p;

	if (is_gnu(h) || pre[0] == '\0')
		return text_field(t, h + H_NAME, H_MODE - H_NAME);
	plen = strnlen((const char *)pre, H_PREFIX_END - H_PREFIX);
	nlen = strnlen((const char *)h, H_MODE - H_NAME);
	if (pre[plen - 1] == '/' || nlen == 0 ||
	    (p = text_room(t, plen + 1 + nlen)) == NULL)
		return NULL;
	memcpy(p, pre, plen);
	p[plen] = '/';
	memcpy(p + plen + 1, h, nlen);
	return p;
}

/* ASCII is the same in all character sets that a header may tell of. */
static bool
is_ascii(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\0' || (unsigned char)s[i] > 127)
			return false;
	}
	return len != 0;
}

/* Decimal digits up to end: false when it is something else or very large. */
static bool
decimal(const char *s, const char *end, uint64_t *value)
{
	*value = 0;
	if (s == end || end - s > 18)
		return false;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return false;
		*value = *value * 10 + (unsigned)(*s - '0');
	}
	return true;
}

/* Seconds and, behind a point, their fraction. */
static bool
pax_time(struct extended *x, const char *s, const char *end)
{
	const char *point = memchr(s, '.', (size_t)(end - s));
	uint32_t scale = 100000000;

	x->mtime_ns = 0;
	if (!decimal(s, point != NULL ? point : end, &x->mtime))
		return false;
	if (point == NULL)
		return true;
	if (point + 1 == end)
		return false;
	for (s = point + 1; s < end; s++, scale /= 10) {
		if (*s < '0' || *s > '9')
			return false;
		x->mtime_ns += scale * (uint32_t)(*s - '0');
	}
	return true;
}

static bool
key_is(const char *key, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(key, word, len) == 0;
}

/* One record of a pax header; its value ends at end, where a NUL may be put. */
static bool
pax_record(struct extended *x, const char *key, size_t klen, char *value,
    char *end)
{
	size_t len = (size_t)(end - value);
	char **text = NULL;

	if (key_is(key, klen, "mtime"))
		return x->mtime_set = pax_time(x, value, end);
	if (key_is(key, klen, "size"))
		return x->size_set = decimal(value, end, &x->size);
	if (key_is(key, klen, "uid"))
		return x->uid_set = decimal(value, end, &x->uid);
	if (key_is(key, klen, "gid"))
		return x->gid_set = decimal(value, end, &x->gid);
	if (key_is(key, klen, "path"))
		text = &x->path;
	else if (key_is(key, klen, "linkpath"))
		text = &x->link;
	else if (key_is(key, klen, "uname"))
		text = &x->uname;
	else if (key_is(key, klen, "gname"))
		text = &x->gname;
	else
		return key_is(key, klen, "atime") ||
		    key_is(key, klen, "ctime");
	if (!is_ascii(value, len))
		return false;
	*end = '\0';
	*text = value;
	return true;
}

/* Records are "LENGTH KEY=VALUE\n", and the length counts all of that. */
static bool
pax_records(struct extended *x, char *p, size_t left)
{
	char *blank, *equals;
	uint64_t len;

	for (; left != 0; p += len, left -= (size_t)len) {
		blank = memchr(p, ' ', left);
		if (blank == NULL || !decimal(p, blank, &len) || len > left ||
		    p + len <= blank + 1 || p[len - 1] != '\n')
			return false;
		equals = memchr(blank, '=', (size_t)(p + len - blank));
		if (equals == NULL || !pax_record(x, blank + 1,
		    (size_t)(equals - blank - 1), equals + 1, p + len - 1))
			return false;
	}
	return true;
}

/* A header's content, as text: 1; 0: it is not plain; -1. */
static int
extended_text(struct tarfile *t, uint64_t size, char **textp, struct err *e)
{
	const unsigned char *p;
	size_t want, len;

	if (size == 0 || size > EXTENDED_MAX ||
	    (*textp = text_room(t, (size_t)size)) == NULL)
		return 0;
	want = (size_t)((size + BLOCK - 1) / BLOCK * BLOCK);
	if (look(t, want, &p, &len, e) != 0)
		return -1;
	if (len < want)
		return truncated(t, e);
	memcpy(*textp, p, (size_t)size);
	t->next += want;
	return 1;
}

/* An extended header, size bytes of it, from t->next on: as above. */
static int
extended(struct tarfile *t, int type, uint64_t size, struct err *e)
{
	char *text, **slot;
	int r = extended_text(t, size, &text, e);

	if (r <= 0 || t->ext.pax)
		return r < 0 ? -1 : 0;
	if (type == 'x') {
		t->ext.pax = true;
		return t->ext.path == NULL && t->ext.link == NULL &&
		    pax_records(&t->ext, text, (size_t)size);
	}
	/* GNU's long names end in one NUL. */
	slot = type == 'L' ? &t->ext.path : &t->ext.link;
	if (*slot != NULL || strlen(text) != size - 1 || size == 1)
		return 0;
	*slot = text;
	return 1;
}

/* The owner, mode, size and time of an entry: 1, or 0 when not plain;
 * -1. */
static int
numbers(struct tarfile *t, const unsigned char *h, struct archive_entry *ae,
    const char *name, uint64_t *size, struct err *e)
{
	const struct extended *x = &t->ext;
	uint64_t mode, uid, gid, mtime;

	if (!octal(h + H_MODE, H_UID - H_MODE, &mode) ||
	    !octal(h + H_UID, H_GID - H_UID, &uid) ||
	    !octal(h + H_GID, H_SIZE - H_GID, &gid) ||
	    !octal(h + H_MTIME, H_SUM - H_MTIME, &mtime))
		return 0;
	if (x->size_set)
		*size = x->size;
	if (x->mtime_set)
		mtime = x->mtime;
	/* libarchive would make another time of it. */
	if (!compat_time_fits((int64_t)mtime))
		return err_set(e, "%s: %s: of a time that this system has no "
		    "number for", t->name, name);
	archive_entry_set_mode(ae, (mode_t)mode & 07777);
	archive_entry_set_uid(ae, (la_int64_t)(x->uid_set ? x->uid : uid));
	archive_entry_set_gid(ae, (la_int64_t)(x->gid_set ? x->gid : gid));
	archive_entry_set_size(ae, (la_int64_t)*size);
	archive_entry_set_mtime(ae, (time_t)mtime,
	    x->mtime_set ? (long)x->mtime_ns : 0);
	return 1;
}

/* The kind of an entry and what belongs to it: 1, or 0 when not plain. */
static int
kind(struct tarfile *t, const unsigned char *h, struct archive_entry *ae,
    uint64_t size)
{
	uint64_t major, minor;
	const char *link = t->ext.link;

	switch (h[H_TYPE]) {
	case '0':
	case '\0':
		archive_entry_set_filetype(ae, AE_IFREG);
		return 1;
	case '5':
		archive_entry_set_filetype(ae, AE_IFDIR);
		break;
	case '6':
		archive_entry_set_filetype(ae, AE_IFIFO);
		break;
	case '3':
	case '4':
		if (!octal(h + H_MAJOR, H_MINOR - H_MAJOR, &major) ||
		    !octal(h + H_MINOR, H_PREFIX - H_MINOR, &minor))
			return 0;
		archive_entry_set_filetype(ae,
		    h[H_TYPE] == '3' ? AE_IFCHR : AE_IFBLK);
		archive_entry_set_rdevmajor(ae, (dev_t)major);
		archive_entry_set_rdevminor(ae, (dev_t)minor);
		break;
	case '1':
	case '2':
		if (link == NULL && (h[H_LINK] == '\0' ||
		    (link = text_field(t, h + H_LINK, H_MAGIC - H_LINK)) ==
		    NULL))
			return 0;
		if (h[H_TYPE] == '1')
			archive_entry_copy_hardlink(ae, link);
		else {
			archive_entry_set_filetype(ae, AE_IFLNK);
			archive_entry_copy_symlink(ae, link);
		}
		break;
	default:
		return 0;
	}
	/* Of those that have no content some writers tell a size. */
	return size == 0;
}

/* An entry's own header into ae: 1, or 0 when it is not plain; -1. */
static int
own_header(struct tarfile *t, const unsigned char *h,
    struct archive_entry *ae, uint64_t size, struct err *e)
{
	int r;
	const char *name, *uname = t->ext.uname, *gname = t->ext.gname;

	name = t->ext.path != NULL ? t->ext.path : own_name(t, h);
	if (uname == NULL)
		uname = text_field(t, h + H_UNAME, H_GNAME - H_UNAME);
	if (gname == NULL)
		gname = text_field(t, h + H_GNAME, H_MAJOR - H_GNAME);
	/* A "file" whose name ends in a slash is an old tar's directory. */
	if (name == NULL || name[0] == '\0' || uname == NULL ||
	    gname == NULL ||
	    (h[H_TYPE] != '5' && name[strlen(name) - 1] == '/'))
		return 0;
	archive_entry_clear(ae);
	if ((r = numbers(t, h, ae, name, &size, e)) <= 0)
		return r;
	if (!kind(t, h, ae, size))
		return 0;
	archive_entry_copy_pathname(ae, name);
	archive_entry_copy_uname(ae, uname);
	archive_entry_copy_gname(ae, gname);
	t->left = size;
	t->off = 0;
	t->pad = (unsigned)(-size % BLOCK);
	return 1;
}

/* Whether a header of BLOCK bytes is one that is known here. */
static bool
is_plain(const unsigned char *h)
{
	/* GNU keeps more times, and what sparse files need, there. */
	return sum_is_right(h) && (is_ustar(h) ||
	    (is_gnu(h) && is_zero(h + H_PREFIX, BLOCK - H_PREFIX)));
}

/*
 * The next header at t->next: 1 (it is passed over), 0 at the end of the
 * file, -1. Archives may stand one behind the other, with zeros between.
 */
static int
header(struct tarfile *t, const unsigned char **h, struct err *e)
{
	size_t len;

	for (;;) {
		if (look(t, BLOCK, h, &len, e) != 0)
			return -1;
		if (len == 0)
			return 0;
		if (len < BLOCK)
			return truncated(t, e);
		if (!is_zero(*h, BLOCK))
			break;
		t->next += BLOCK;
	}
	t->next += BLOCK;
	return 1;
}

/* Behind the present entry's content, which the file must have. */
static int
pass_over(struct tarfile *t, struct err *e)
{
	if (t->left + t->pad > t->size - t->next)
		return truncated(t, e);
	t->next += t->left + t->pad;
	t->left = t->pad = 0;
	t->used = 0;
	memset(&t->ext, 0, sizeof(t->ext));
	t->head = t->next;
	return 0;
}

int
tarfile_next(struct tarfile *t, struct archive_entry *ae, struct err *e)
{
	const unsigned char *h;
	uint64_t size, expected = 0;
	int r, type;

	if (pass_over(t, e) != 0)
		return -1;
	while ((r = header(t, &h, e)) > 0) {
		if (expected == 0)
			t->head = t->next - BLOCK;
		else if (t->next != expected)
			return TARFILE_OTHER;
		if (!is_plain(h) ||
		    !octal(h + H_SIZE, H_MTIME - H_SIZE, &size))
			return TARFILE_OTHER;
		type = h[H_TYPE];
		if (type != 'L' && type != 'K' && type != 'x')
			return (r = own_header(t, h, ae, size, e)) != 0 ? r :
			    TARFILE_OTHER;
		if ((r = extended(t, type, size, e)) < 0)
			return -1;
		if (r == 0)
			return TARFILE_OTHER;
		expected = t->next + BLOCK;
	}
	return r == 0 && expected != 0 ? truncated(t, e) : r;
}

uint64_t
tarfile_where(const struct tarfile *t)
{
	return t->head;
}

int
tarfile_data(struct tarfile *t, const void **buf, size_t *len, uint64_t *off,
    struct err *e)
{
	const unsigned char *p;
	size_t n;

	if (t->left == 0)
		return 0;
	if (look(t, 1, &p, &n, e) != 0)
		return -1;
	if (n == 0)
		return truncated(t, e);
	if (n > t->left)
		n = (size_t)t->left;
	*buf = p;
	*len = n;
	*off = t->off;
	t->off += n;
	t->next += n;
	t->left -= n;
	return 1;
}

int
tarfile_open(struct tarfile **tp, int fd, const char *name, struct err *e)
{
	struct tarfile *t;
	const unsigned char *h;
	struct stat st;
	size_t len;

	/* What does not stand at its beginning is somebody else's to read. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    lseek(fd, 0, SEEK_CUR) != 0)
		return 0;
	if ((t = mem_array(1, sizeof(*t))) == NULL ||
	    (t->buf = malloc(PIECE)) == NULL) {
		free(t);
		return err_mem(e);
	}
	t->fd = fd;
	t->name = name;
	t->size = (uint64_t)st.st_size;
	if (look(t, BLOCK, &h, &len, e) == 0 && len >= BLOCK && is_plain(h)) {
		*tp = t;
		return 1;
	}
	tarfile_close(t);
	return 0;
}

void
tarfile_close(struct tarfile *t)
{
	if (t == NULL)
		return;
	free(t->buf);
	free(t);
}
