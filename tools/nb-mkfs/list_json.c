/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * list_json.c: entries as JSON (RFC 8259), one object a line.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "list.h"
#include "utf8.h"

/* The inside of a string. What is no UTF-8 becomes U+FFFD; returns whether
 * anything did. */
static bool
put_text(FILE *f, const char *s)
{
	const uint8_t *p = (const uint8_t *)s;
	bool lost = false;
	uint32_t cp;
	size_t len;

	for (; *p != '\0'; p += len) {
		len = utf8_get(&cp, p);
		if (len == 0) {
			(void)fputs("\\ufffd", f);
			lost = true;
			len = 1;
		} else if (cp == '"' || cp == '\\')
			(void)fprintf(f, "\\%c", (int)cp);
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			(void)fprintf(f, "\\u%04" PRIx32, cp);
		else
			(void)fwrite(p, 1, len, f);
	}
	return lost;
}

/* "key":"...", and "key_hex" with all of its bytes if a string cannot hold
 * them. Names begin with a slash. */
static void
put_bytes(FILE *f, const char *key, const char *slash, const char *s)
{
	const uint8_t *p;

	(void)fprintf(f, "\"%s\":\"%s", key, slash);
	if (!put_text(f, s)) {
		(void)fputc('"', f);
		return;
	}
	(void)fprintf(f, "\",\"%s_hex\":\"%s", key,
	    *slash != '\0' ? "2f" : "");
	for (p = (const uint8_t *)s; *p != '\0'; p++)
		(void)fprintf(f, "%02x", *p);
	(void)fputc('"', f);
}

static const char *
type_name(const struct fsread_entry *x)
{
	if ((x->inode.mode & FSREAD_IFMT) == FSREAD_IFSOCK)
		return "socket";
	switch (x->ent.kind) {
	case ENTRY_DIR: return "dir";
	case ENTRY_SYMLINK: return "link";
	case ENTRY_CHAR: return "char";
	case ENTRY_BLOCK: return "block";
	case ENTRY_FIFO: return "fifo";
	default: return "file";
	}
}

static void
json_entry(FILE *f, const struct fsread_entry *x)
{
	const struct entry *ent = &x->ent;

	(void)fputc('{', f);
	put_bytes(f, "name", "/", ent->name);
	(void)fprintf(f, ",\"type\":\"%s\",\"mode\":\"%04" PRIo32 "\","
	    "\"uid\":%" PRIu32 ",\"gid\":%" PRIu32 ",\"nlink\":%" PRIu32 ","
	    "\"size\":%" PRIu64 ",\"time\":%" PRId64 ",\"nsec\":%" PRIu32 ","
	    "\"inode\":%" PRIu32, type_name(x), ent->mode, ent->uid, ent->gid,
	    x->inode.nlink, x->inode.size, ent->mtime, ent->mtime_ns,
	    x->inode.ino);
	if (ent->kind == ENTRY_CHAR || ent->kind == ENTRY_BLOCK)
		(void)fprintf(f, ",\"major\":%" PRIu32 ",\"minor\":%" PRIu32,
		    ent->major, ent->minor);
	if (ent->kind == ENTRY_SYMLINK) {
		(void)fputc(',', f);
		put_bytes(f, "target", "", ent->target);
	}
	if (x->first != NULL) {
		(void)fputc(',', f);
		put_bytes(f, "link", "/", x->first);
	}
	(void)fputs("}\n", f);
}

const struct list_form list_json = {
	"json", "one JSON object a line", NULL, json_entry
};
