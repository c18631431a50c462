/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elfinfo.c: reads program headers and the dynamic section by libelf. Only
 * the ranges that are wanted are read, each first held against the file's
 * size. Source: System V ABI, gABI 4.1, chapters 4 and 5.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gelf.h>
#include <libelf.h>

#include "elfinfo.h"
#include "mem.h"
#include "path.h"
#include "stagefile.h"

#define DYNAMIC_MAX (1u << 20)	/* bytes of a dynamic section */
#define NEEDED_MAX  4096

/* A file being read. */
struct elf {
	int		 fd;
	uint64_t	 size;
	const char	*name;
	Elf		*elf;
	GElf_Ehdr	 ehdr;
	size_t		 nphdrs;
	struct elfinfo	*info;
};

/* Entries of the dynamic section that others are relative to. */
struct strings {
	uint64_t	addr;	/* STRTAB */
	uint64_t	size;	/* STRSZ */
	uint64_t	off;	/* where addr is in the file */
};

static int
damaged(const struct elf *f, struct err *e, const char *what)
{
	return err_code(e, ERR_DAMAGED, "%s: a damaged ELF file: %s", f->name,
	    what);
}

/* libelf reads by itself: what a call of its says is in errno, which was 0. */
static int
bad(const struct elf *f, struct err *e)
{
	return errno != 0 ? err_sys(e, "%s", f->name) :
	    damaged(f, e, elf_errmsg(-1));
}

static int
read_at(const struct elf *f, void *buf, size_t len, uint64_t off,
    struct err *e)
{
	int64_t n = stagefile_read(f->fd, buf, len, off);

	if (n < 0)
		return err_sys(e, "%s", f->name);
	return n == (int64_t)len ? 0 : damaged(f, e, "it is cut off");
}

static bool
inside(const struct elf *f, uint64_t off, uint64_t len)
{
	return off <= f->size && len <= f->size - off;
}

/* The string at off, which ends before `end`; to be freed. */
static char *
read_string(const struct elf *f, uint64_t off, uint64_t end, struct err *e)
{
	char buf[PATH_LEN_MAX], *s;
	size_t len;

	if (end > f->size)
		end = f->size;
	if (off >= end) {
		(void)damaged(f, e, "a name outside of it");
		return NULL;
	}
	len = end - off < sizeof(buf) ? (size_t)(end - off) : sizeof(buf);
	if (read_at(f, buf, len, off, e) != 0)
		return NULL;
	if (memchr(buf, '\0', len) == NULL) {
		(void)damaged(f, e, "a name without an end");
		return NULL;
	}
	if ((s = mem_printf("%s", buf)) == NULL)
		(void)err_mem(e);
	return s;
}

/* Where in the file the byte at an address is, by the PT_LOAD it is in. */
static int
offset_of(const struct elf *f, uint64_t addr, uint64_t *off, struct err *e)
{
	GElf_Phdr p;
	size_t i;

	for (i = 0; i < f->nphdrs; i++) {
		if (gelf_getphdr(f->elf, (int)i, &p) == NULL)
			return bad(f, e);
		if (p.p_type != PT_LOAD || addr < p.p_vaddr ||
		    addr - p.p_vaddr >= p.p_filesz)
			continue;
		*off = p.p_offset + (addr - p.p_vaddr);
		return *off >= p.p_offset && inside(f, *off, 0) ? 0 :
		    damaged(f, e, "an address outside of it");
	}
	return damaged(f, e, "an address that nothing is at");
}

/* Whichever the class is, as the larger one. */
static GElf_Dyn
dyn_at(const struct elf *f, const void *table, size_t i)
{
	GElf_Dyn d;

	if (f->info->class == ELFCLASS64) {
		const Elf64_Dyn *p = (const Elf64_Dyn *)table + i;

		d.d_tag = p->d_tag;
		d.d_un.d_val = p->d_un.d_val;
	} else {
		const Elf32_Dyn *p = (const Elf32_Dyn *)table + i;

		d.d_tag = p->d_tag;
		d.d_un.d_val = p->d_un.d_val;
	}
	return d;
}

/* The string that entry d names. */
static int
take_string(const struct elf *f, const struct strings *s, GElf_Dyn d,
    struct err *e)
{
	struct elfinfo *i = f->info;
	char *text, **slot;
	void *p;

	if (d.d_un.d_val >= s->size)
		return damaged(f, e, "a name outside of its strings");
	text = read_string(f, s->off + d.d_un.d_val, s->off + s->size, e);
	if (text == NULL)
		return -1;
	if (d.d_tag == DT_NEEDED) {
		if (i->nneeded == NEEDED_MAX) {
			free(text);
			return damaged(f, e, "thousands of NEEDED");
		}
		p = mem_grow(i->needed, &i->cap, i->nneeded + 1,
		    sizeof(*i->needed));
		if (p == NULL) {
			free(text);
			return err_mem(e);
		}
		i->needed = p;
		i->needed[i->nneeded++] = text;
		return 0;
	}
	slot = d.d_tag == DT_RPATH ? &i->rpath : &i->runpath;
	free(*slot);
	*slot = text;
	return 0;
}

/* n entries, in the host's byte order. */
static int
take_dynamic(const struct elf *f, const void *table, size_t n, struct err *e)
{
	struct strings s = { 0, 0, 0 };
	bool wanted = false;
	GElf_Dyn d;
	size_t i, used;

	for (used = 0; used < n; used++) {
		d = dyn_at(f, table, used);
		if (d.d_tag == DT_NULL)
			break;
		if (d.d_tag == DT_STRTAB)
			s.addr = d.d_un.d_val;
		else if (d.d_tag == DT_STRSZ)
			s.size = d.d_un.d_val;
		else if (d.d_tag == DT_NEEDED || d.d_tag == DT_RPATH ||
		    d.d_tag == DT_RUNPATH)
			wanted = true;
	}
	if (!wanted)
		return 0;
	if (offset_of(f, s.addr, &s.off, e) != 0)
		return -1;
	if (!inside(f, s.off, s.size))
		return damaged(f, e, "strings outside of it");
	for (i = 0; i < used; i++) {
		d = dyn_at(f, table, i);
		if ((d.d_tag == DT_NEEDED || d.d_tag == DT_RPATH ||
		    d.d_tag == DT_RUNPATH) && take_string(f, &s, d, e) != 0)
			return -1;
	}
	return 0;
}

static int
read_dynamic(const struct elf *f, const GElf_Phdr *p, struct err *e)
{
	size_t each = f->info->class == ELFCLASS64 ? sizeof(Elf64_Dyn) :
	    sizeof(Elf32_Dyn);
	Elf_Data from, to;
	size_t n, len;
	void *raw, *table;
	int r = -1;

	/* A file of symbols tells where it would be, and has nothing there. */
	if (p->p_filesz == 0)
		return 0;
	if (p->p_filesz > DYNAMIC_MAX || !inside(f, p->p_offset, p->p_filesz))
		return damaged(f, e, "a dynamic section outside of it");
	n = (size_t)p->p_filesz / each;
	len = n * each;
	raw = mem_array(n + 1, each);
	table = mem_array(n + 1, each);
	memset(&from, 0, sizeof(from));
	from.d_buf = raw;
	from.d_size = len;
	from.d_type = ELF_T_DYN;
	from.d_version = EV_CURRENT;
	to = from;
	to.d_buf = table;
	if (raw == NULL || table == NULL)
		(void)err_mem(e);
	else if (read_at(f, raw, len, p->p_offset, e) != 0)
		;
	else if (n != 0 && gelf_xlatetom(f->elf, &to, &from,
	    f->ehdr.e_ident[EI_DATA]) == NULL)
		(void)bad(f, e);
	else
		r = take_dynamic(f, table, n, e);
	free(raw);
	free(table);
	return r;
}

static int
read_headers(struct elf *f, struct err *e)
{
	GElf_Phdr p;
	size_t i;

	if (gelf_getehdr(f->elf, &f->ehdr) == NULL ||
	    elf_getphdrnum(f->elf, &f->nphdrs) != 0)
		return bad(f, e);
	f->info->machine = f->ehdr.e_machine;
	f->info->class = f->ehdr.e_ident[EI_CLASS];
	f->info->order = f->ehdr.e_ident[EI_DATA];
	f->info->runs = f->ehdr.e_type == ET_EXEC || f->ehdr.e_type == ET_DYN;
	if (!f->info->runs)
		return 0;
	for (i = 0; i < f->nphdrs; i++) {
		if (gelf_getphdr(f->elf, (int)i, &p) == NULL)
			return bad(f, e);
		if (p.p_type == PT_INTERP && p.p_filesz != 0 &&
		    f->info->interp == NULL) {
			if (!inside(f, p.p_offset, p.p_filesz))
				return damaged(f, e, "INTERP outside of it");
			f->info->interp = read_string(f, p.p_offset,
			    p.p_offset + p.p_filesz, e);
			if (f->info->interp == NULL)
				return -1;
		} else if (p.p_type == PT_DYNAMIC &&
		    read_dynamic(f, &p, e) != 0)
			return -1;
	}
	return 0;
}

int
elfinfo_read(struct elfinfo *info, int fd, uint64_t size, const char *name,
    struct err *e)
{
	struct elf f = { .fd = fd, .size = size, .name = name, .info = info };
	char magic[4];
	int64_t n;
	int r;

	memset(info, 0, sizeof(*info));
	if ((n = stagefile_read(fd, magic, sizeof(magic), 0)) < 0)
		return err_sys(e, "%s", name);
	if (n != sizeof(magic) || memcmp(magic, "\177ELF", sizeof(magic)) != 0)
		return 0;
	errno = 0;
	if (elf_version(EV_CURRENT) == EV_NONE ||
	    (f.elf = elf_begin(fd, ELF_C_READ, NULL)) == NULL)
		return bad(&f, e);
	r = elf_kind(f.elf) != ELF_K_ELF ? damaged(&f, e, "its header") :
	    read_headers(&f, e);
	(void)elf_end(f.elf);
	if (r == 0)
		return 1;
	elfinfo_free(info);
	return -1;
}

bool
elfinfo_fits(const struct elfinfo *a, const struct elfinfo *b)
{
	return a->class == b->class && a->order == b->order &&
	    a->machine == b->machine;
}

void
elfinfo_free(struct elfinfo *i)
{
	size_t n;

	for (n = 0; n < i->nneeded; n++)
		free(i->needed[n]);
	free(i->needed);
	free(i->interp);
	free(i->rpath);
	free(i->runpath);
	memset(i, 0, sizeof(*i));
}
