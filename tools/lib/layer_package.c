/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_package.c: where the files of a binary package of pkgsrc go.
 *
 * pkg_create(1) writes +CONTENTS first, then the other files that describe the
 * package, then its files, whose names begin at the first @cwd of +CONTENTS.
 * pkg_add(1) puts what describes it into PKG_DBDIR/NAME: pkgdb in LOCALBASE,
 * which +BUILD_INFO tells of. So the former are held until the latter come.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "layer_impl.h"
#include "mem.h"
#include "package.h"
#include "path.h"

/* A file that describes the package. */
struct held {
	struct held	*next;
	char		*name;		/* "+DESC" */
	char		*data;		/* and a NUL */
	struct entry	 ent;
};

struct package {
	const char	*path;			/* for messages */
	struct held	*first, **last;
	struct held	*told, *tell;		/* data of one, the next one */
	size_t		 bytes, files;		/* held */
	const char	*line;			/* of +CONTENTS, for @pkgdir */
	char		 prefix[PATH_LEN_MAX];	/* canonical, of the files */
	char		 db[PATH_LEN_MAX];	/* and of what is held */
	char		 name[PATH_LEN_MAX];
};

static bool
describes(const char *name)
{
	return *name == '+';
}

bool
package_begins(struct archive_entry *ae)
{
	const char *name = reader_pathname(ae);

	if (name == NULL || archive_entry_filetype(ae) != AE_IFREG)
		return false;
	while (name[0] == '.' && name[1] == '/')
		name += 2;
	return strcmp(name, "+CONTENTS") == 0;
}

/* pkg_add(1)'s own, which do not ask the archive. */
static uint32_t
mode_of(const char *name)
{
	static const struct {
		const char	*name;
		uint32_t	 mode;
	} modes[] = {
		{ "+CONTENTS", 0644 },
		{ "+DEINSTALL", 0555 },
		{ "+INSTALL", 0555 },
		{ "+INSTALLED_INFO", 0644 },
		{ "+REQUIRED_BY", 0644 },
	};
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(modes[i].name, name) == 0)
			return modes[i].mode;
	}
	return 0444;
}

static struct held *
held_find(const struct package *p, const char *name)
{
	struct held *h = p->first;

	while (h != NULL && strcmp(h->name, name) != 0)
		h = h->next;
	return h;
}

/* Append an empty one; size is that of its content. */
static struct held *
held_new(struct package *p, const char *name, uint64_t size, struct err *e)
{
	struct held *h;

	if (size > PACKAGE_HEAD_MAX - p->bytes ||
	    p->files == PACKAGE_HEAD_FILES) {
		(void)err_set(e, "%s: %s: over %u MB or %d files to describe "
		    "a package: not made by pkg_create", p->path, name,
		    PACKAGE_HEAD_MAX >> 20, PACKAGE_HEAD_FILES);
		return NULL;
	}
	if ((h = mem_array(1, sizeof(*h))) == NULL ||
	    (h->name = mem_printf("%s", name)) == NULL ||
	    (h->data = mem_array((size_t)size + 1, 1)) == NULL) {
		if (h != NULL)
			free(h->name);
		free(h);
		(void)err_mem(e);
		return NULL;
	}
	h->ent.size = size;
	p->bytes += (size_t)size;
	p->files++;
	*p->last = h;
	p->last = &h->next;
	return h;
}

/* Read the present entry of the archive. */
static int
hold(struct package *p, struct reader *rd, struct archive_entry *ae,
    const char *name, struct err *e)
{
	struct held *h;
	const void *buf;
	uint64_t off;
	size_t len;
	int r;

	if (archive_entry_filetype(ae) != AE_IFREG ||
	    reader_hardlink(ae) != NULL || !archive_entry_size_is_set(ae) ||
	    archive_entry_size(ae) < 0)
		return err_set(e, "%s: %s: describes a package, and is no "
		    "plain file", p->path, name);
	if (held_find(p, name) != NULL)
		return err_set(e, "%s: %s: there twice", p->path, name);
	if ((h = held_new(p, name, (uint64_t)archive_entry_size(ae), e)) ==
	    NULL)
		return -1;
	h->ent.kind = ENTRY_FILE;
	h->ent.mode = mode_of(name);
	if (archive_entry_mtime_is_set(ae)) {
		h->ent.mtime = archive_entry_mtime(ae);
		h->ent.mtime_ns = (uint32_t)archive_entry_mtime_nsec(ae);
	} else
		h->ent.flags = ENTRY_UNDATED;
	while ((r = reader_data(rd, &buf, &len, &off, e)) > 0) {
		if (off > h->ent.size || len > h->ent.size - off)
			return err_set(e, "%s: %s: content does not agree "
			    "with its size", p->path, name);
		memcpy(h->data + off, buf, len);
	}
	return r;
}

/* Hold what comes first; *ae is the first header behind it, NULL the end. */
static int
hold_all(struct package *p, struct reader *rd, struct archive_entry **ae,
    struct err *e)
{
	char name[PATH_LEN_MAX];
	const char *raw;
	int r;

	do {
		if ((raw = reader_pathname(*ae)) == NULL)
			return 0;
		if (path_canonical(name, raw, p->path, e) != 0)
			return -1;
		if (!describes(name))
			return 0;
		if (hold(p, rd, *ae, name, e) != 0)
			return -1;
	} while ((r = reader_next(rd, ae, e)) > 0);
	if (r == 0)
		*ae = NULL;
	return r;
}

/*
 * What stands behind key on the next line that begins with it, less the blanks
 * around, copied into buf (PATH_LEN_MAX bytes): 1, 0 at the end, -1. *at goes
 * on to the line behind.
 */
static int
value(const struct package *p, const char **at, const char *key, char *buf,
    struct err *e)
{
	size_t len, k = strlen(key);
	const char *s;

	while (**at != '\0') {
		s = *at;
		len = strcspn(s, "\n");
		*at = s + len + (s[len] == '\n');
		while (len != 0 && isspace((unsigned char)s[len - 1]))
			len--;
		if (len < k || strncmp(s, key, k) != 0)
			continue;
		for (s += k, len -= k; len != 0 && isblank((unsigned char)*s);
		    s++)
			len--;
		if (len >= PATH_LEN_MAX)
			return err_set(e, "%s: %s%.60s...: over %d bytes",
			    p->path, key, s, PATH_LEN_MAX - 1);
		memcpy(buf, s, len);
		buf[len] = '\0';
		return 1;
	}
	return 0;
}

/* A folder of the system, as a name in the image. */
static int
absolute(const struct package *p, const char *key, const char *text, char *buf,
    struct err *e)
{
	if (*text != '/')
		return err_set(e, "%s: %s%s: has to be an absolute name",
		    p->path, key, text);
	while (*text == '/')
		text++;
	return path_canonical(buf, text, p->path, e);
}

/* The text of a file that describes the package; NULL: it has none such. */
static int
text_of(const struct package *p, const char *name, const char **text,
    struct err *e)
{
	const struct held *h = held_find(p, name);

	*text = NULL;
	if (h == NULL)
		return 0;
	if (memchr(h->data, '\0', (size_t)h->ent.size) != NULL)
		return err_set(e, "%s: %s: is no text", p->path, name);
	*text = h->data;
	return 0;
}

/* The value of a key that +CONTENTS has to have. */
static int
must_say(const struct package *p, const char *key, char *buf, struct err *e)
{
	const char *text;
	int r;

	if (text_of(p, "+CONTENTS", &text, e) != 0)
		return -1;
	if ((r = value(p, &text, key, buf, e)) == 0)
		return err_set(e, "%s: no \"%s\" in its +CONTENTS: not made "
		    "by pkg_create", p->path, key);
	return r < 0 ? -1 : 0;
}

static int
find_name(struct package *p, struct err *e)
{
	char *name = p->name;

	if (must_say(p, "@name ", name, e) != 0)
		return -1;
	if (*name == '\0' || strlen(name) > PATH_NAME_MAX ||
	    strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return err_set(e, "%s: @name %.300s: is no package's name",
		    p->path, name);
	return 0;
}

int
package_db(char *buf, const char *base, const char *name, struct err *e)
{
	if (path_join(buf, base, "pkgdb", e) != 0)
		return -1;
	return path_join(buf, buf, name, e);
}

/* Where its files go, and what describes it. */
static int
find_places(struct package *p, struct err *e)
{
	char said[PATH_LEN_MAX];
	const char *text;
	int r = 0;

	if (find_name(p, e) != 0 || must_say(p, "@cwd ", said, e) != 0 ||
	    absolute(p, "@cwd ", said, p->prefix, e) != 0 ||
	    text_of(p, "+BUILD_INFO", &text, e) != 0)
		return -1;
	if (text != NULL && (r = value(p, &text, "LOCALBASE=", said, e)) < 0)
		return -1;
	if (r == 0)
		memcpy(said, PACKAGE_LOCALBASE, sizeof(PACKAGE_LOCALBASE));
	if (absolute(p, "LOCALBASE=", said, p->db, e) != 0)
		return -1;
	return package_db(p->db, p->db, p->name, e);
}

struct package *
package_open(struct reader *rd, const char *path, struct archive_entry **ae,
    struct err *e)
{
	struct package *p = mem_array(1, sizeof(*p));

	if (p == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	p->path = path;
	p->last = &p->first;
	if (hold_all(p, rd, ae, e) != 0 || find_places(p, e) != 0) {
		package_close(p);
		return NULL;
	}
	p->tell = p->first;
	p->line = p->first->data;
	return p;
}

int
package_place(const struct package *p, char *buf, const char *name,
    struct err *e)
{
	return path_join(buf, describes(name) ? p->db : p->prefix, name, e);
}

/* A folder that the package wants though nothing need be in it. */
static int
next_folder(struct package *p, struct entry *ent, struct err *e)
{
	char said[PATH_LEN_MAX], name[PATH_LEN_MAX];
	const char *s = said;
	int r = value(p, &p->line, "@pkgdir ", said, e);

	if (r <= 0)
		return r;
	while (*s == '/')
		s++;
	if (path_canonical(name, s, p->path, e) != 0 ||
	    path_join(p->name, p->prefix, name, e) != 0)
		return -1;
	memset(ent, 0, sizeof(*ent));
	ent->kind = ENTRY_DIR;
	ent->mode = 0755;
	ent->flags = ENTRY_WEAK | ENTRY_UNDATED;
	ent->name = p->name;
	return 1;
}

/* All was told: what was held is needed no more. */
static void
let_go(struct package *p)
{
	struct held *h;

	while ((h = p->first) != NULL) {
		p->first = h->next;
		free(h->name);
		free(h->data);
		free(h);
	}
	p->line = "";
}

int
package_next(struct package *p, struct entry *ent, struct err *e)
{
	int r = next_folder(p, ent, e);

	p->told = NULL;
	if (r != 0)
		return r;
	if (p->tell == NULL) {
		let_go(p);
		return 0;
	}
	if (package_place(p, p->name, p->tell->name, e) != 0)
		return -1;
	p->told = p->tell;
	p->tell = p->tell->next;
	*ent = p->told->ent;
	ent->name = p->name;
	return 1;
}

int
package_data(struct package *p, const void **buf, size_t *len, uint64_t *off)
{
	struct held *h = p->told;

	p->told = NULL;
	if (h == NULL || h->ent.size == 0)
		return 0;
	*buf = h->data;
	*len = (size_t)h->ent.size;
	*off = 0;
	return 1;
}

void
package_owner(struct entry *ent, struct archive_entry *ae)
{
	const char *user = archive_entry_uname(ae);
	const char *group = archive_entry_gname(ae);

	if (user != NULL && strcmp(user, "root") == 0)
		ent->uid = 0;
	if (group != NULL && strcmp(group, "wheel") == 0)
		ent->gid = 0;
}

void
package_close(struct package *p)
{
	if (p == NULL)
		return;
	let_go(p);
	free(p);
}
