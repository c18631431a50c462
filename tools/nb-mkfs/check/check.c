/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * check.c: nb-mkfs -c: the passes in their order, and what they found.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "check_impl.h"
#include "gpt.h"
#include "mem.h"
#include "path.h"

static void add(struct check *, uint32_t, const char *, const char *, va_list)
    NB_PRINTF(4, 0);

static void
add(struct check *c, uint32_t ino, const char *object, const char *fmt,
    va_list ap)
{
	struct finding *f;
	char text[512];

	if (c->faults++ >= CHECK_FOUND_MAX)
		return;
	f = mem_grow(c->found, &c->foundcap, c->nfound + 1, sizeof(*f));
	if (f == NULL) {
		c->nomem = true;
		return;
	}
	c->found = f;
	f += c->nfound;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	f->ino = ino;
	f->object = object != NULL ? mem_printf("%s", object) : NULL;
	f->text = mem_printf("%s", text);
	if (f->text == NULL || (object != NULL && f->object == NULL))
		c->nomem = true;
	c->nfound++;
}

void
check_found(struct check *c, const char *object, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(c, 0, object, fmt, ap);
	va_end(ap);
}

void
check_inode_found(struct check *c, uint32_t ino, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(c, ino, NULL, fmt, ap);
	va_end(ap);
}

void
check_group_found(struct check *c, uint32_t g, const char *fmt, ...)
{
	char object[32];
	va_list ap;

	(void)snprintf(object, sizeof(object), "group %" PRIu32, g);
	va_start(ap, fmt);
	add(c, 0, object, fmt, ap);
	va_end(ap);
}

void
check_table(struct check *c, uint32_t g, const char *what, uint64_t addr,
    uint64_t n)
{
	uint64_t i;

	if (addr >= c->fs->units || n > c->fs->units - addr) {
		check_group_found(c, g, "%s at %" PRIu64 ": outside the file "
		    "system", what, addr);
		return;
	}
	for (i = addr; i < addr + n; i++) {
		if (check_bit(c->tables, i)) {
			check_group_found(c, g, "%s at %" PRIu64 ": where "
			    "another table is", what, i);
			return;
		}
		check_set(c->tables, i);
	}
}

static int
set_up(struct check *c, struct err *e)
{
	struct fsread *fs = c->fs;
	size_t bytes = (size_t)(fs->units / 8 + 1), i;

	c->type = fs->type == &fsread_ffs ? &check_ffs : &check_ext2;
	c->tables = mem_array(bytes, 1);
	c->used = mem_array(bytes, 1);
	c->shared = mem_array(bytes, 1);
	c->ino = mem_array((size_t)fs->inodes + 1, sizeof(*c->ino));
	if (c->tables == NULL || c->used == NULL || c->shared == NULL ||
	    c->ino == NULL)
		return err_mem(e);
	for (i = 0; i < FSREAD_LEVELS; i++) {
		if ((c->level[i] = mem_array(fs->bsize, 1)) == NULL)
			return err_mem(e);
	}
	return (c->stream = fsread_stream_new(fs, e)) != NULL ? 0 : -1;
}

static void
tear_down(struct check *c)
{
	size_t i;

	for (i = 0; i < c->nfound; i++) {
		free(c->found[i].object);
		free(c->found[i].text);
	}
	for (i = 0; i < FSREAD_LEVELS; i++)
		free(c->level[i]);
	fsread_stream_free(c->stream);
	free(c->found);
	free(c->dup);
	free(c->ino);
	free(c->shared);
	free(c->used);
	free(c->tables);
	fsread_close(c->fs);
}

static int
check_system(struct check *c, struct err *e)
{
	const struct check_type *t;

	if (set_up(c, e) != 0)
		return -1;
	t = c->type;
	if (t->able(c, e) != 0 || t->super(c, e) != 0 ||
	    t->tables(c, e) != 0)
		return -1;
	memcpy(c->used, c->tables, (size_t)(c->fs->units / 8 + 1));
	if (check_inodes(c, e) != 0 || check_tree(c, e) != 0)
		return -1;
	return t->maps(c, e);
}

/* What a partition is said to hold, when that is one of the two that are
 * known here. */
static void
check_content(struct check *c, const uint8_t type[16])
{
	bool ffs = c->fs->type == &fsread_ffs;

	if (memcmp(type, ffs ? gpt_linux_data : gpt_netbsd_ffs, 16) == 0)
		check_found(c, "GPT", "the partition's type is %s, its content "
		    "%s", ffs ? "Linux data" : "NetBSD FFS", c->fs->name);
}

static void
put_safe(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char ch = (unsigned char)*s;

		(void)fputc(ch < ' ' || ch == 127 ? '?' : ch, f);
	}
}

static void
print(struct check *c, const char *path, FILE *f)
{
	char name[PATH_LEN_MAX];
	const struct finding *x;
	size_t i;

	for (i = 0; i < c->nfound; i++) {
		x = &c->found[i];
		(void)fprintf(f, "%s: ", path);
		if (x->ino == 0)
			(void)fputs(x->object, f);
		else if (check_path(c, x->ino, name)) {
			(void)fputc('/', f);
			put_safe(f, name);
			(void)fprintf(f, " (inode %" PRIu32 ")", x->ino);
		} else
			(void)fprintf(f, "inode %" PRIu32, x->ino);
		(void)fprintf(f, ": %s\n", x->text);
	}
	if (c->faults > c->nfound)
		(void)fprintf(f, "%s: and %zu more\n", path,
		    (size_t)(c->faults - c->nfound));
}

static int
run(struct check *c, const char *path, struct err *e)
{
	uint64_t start, size;
	uint8_t type[16];
	int r;

	if ((r = check_gpt(c, path, &start, &size, type, e)) < 0)
		return -1;
	c->fs = r > 0 ? fsread_open_at(path, start, size, type, e) :
	    fsread_open(path, e);
	if (c->fs == NULL)
		return -1;
	if (r > 0)
		check_content(c, type);
	return check_system(c, e);
}

int
check_image(const char *path, FILE *f, struct check_result *result,
    struct err *e)
{
	struct check c = { .fs = NULL };
	int r = run(&c, path, e);

	memset(result, 0, sizeof(*result));
	if (c.nomem)
		r = err_mem(e);
	else {
		print(&c, path, f);
		errno = 0;
		if ((fflush(f) != 0 || ferror(f)) && r == 0)
			r = err_sys(e, "standard output");
	}
	if (c.fs != NULL)
		(void)snprintf(result->name, sizeof(result->name), "%s",
		    c.fs->name);
	result->inodes = c.in_use;
	result->faults = c.faults;
	tear_down(&c);
	return r;
}
