/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elf.c: the few questions that nb-start asks an ELF file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf.h"
#include "le.h"

/* ELF header, System V ABI figure 4-3; ELF-64 Object File Format, table 1. */
#define EI_CLASS	4
#define EI_DATA		5
#define EI_VERSION	6
#define CLASS32		1
#define CLASS64		2
#define DATA_LSB	1
#define E_TYPE		16
#define E_MACHINE	18
#define E32_PHOFF	28
#define E32_SHOFF	32
#define E32_PHENTSIZE	42
#define E32_BYTES	52
#define E64_PHOFF	32
#define E64_SHOFF	40
#define E64_PHENTSIZE	54
#define E64_BYTES	64
/* From e_phentsize on both classes go in step. */
#define E_PHNUM		2
#define E_SHENTSIZE	4
#define E_SHNUM		6
#define PN_XNUM		0xffff	/* the count is in section 0's sh_info */

/* Program header, figure 5-1 and table 8. */
#define PT_LOAD		1
#define PT_NOTE		4
#define P32_BYTES	32
#define P64_BYTES	56

/* Section header, figure 4-8 and table 3. */
#define SHT_SYMTAB	2
#define SHT_STRTAB	3
#define S32_BYTES	40
#define S64_BYTES	64

/* Symbol, figure 4-15 and table 6: st_name is the first word of both. */
#define SYM32_BYTES	16
#define SYM64_BYTES	24

/* What no kernel comes near, so that a hostile file cannot ask for it all:
 * GENERIC's table of symbols is about 2 MB, its notes a few hundred bytes. */
#define TABLE_MAX	(256u << 20)
#define NOTES_MAX	(1u << 20)
#define HEADERS_MAX	65536u	/* a kernel has some 10, and some 40 sections */

struct segment {
	uint32_t type;
	uint64_t off, size, align;
};

struct section {
	uint32_t type, link, info;
	uint64_t off, size, entsize;
};

bool
elf_is(const uint8_t *head, uint64_t len)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };

	return len >= sizeof(magic) && memcmp(head, magic, sizeof(magic)) == 0;
}

static int
damaged(const struct elf *f, const char *what, struct err *e)
{
	return err_set(e, "%s: damaged ELF file: %s", f->path, what);
}

/* Exactly len bytes at off, which the file must have. */
static int
get(const struct elf *f, void *buf, uint64_t off, size_t len, const char *what,
    struct err *e)
{
	uint8_t *to = buf;

	if (off > f->size || len > f->size - off)
		return err_set(e, "%s: cut short: %s is past its end", f->path,
		    what);
	while (len > 0) {
		ssize_t n = pread(f->fd, to, len, (off_t)off);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "%s", f->path);
		if (n == 0)
			return err_set(e, "%s: cut short while it was read",
			    f->path);
		to += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* off and size of a table, as bytes of its own; NULL on error. */
static uint8_t *
get_table(const struct elf *f, uint64_t off, uint64_t size, uint64_t max,
    const char *what, struct err *e)
{
	uint8_t *p;

	/* Before there is memory for it, not after. */
	if (off > f->size || size > f->size - off) {
		(void)err_set(e, "%s: cut short: %s is past its end", f->path,
		    what);
		return NULL;
	}
	if (size > max) {
		(void)damaged(f, what, e);
		return NULL;
	}
	if ((p = malloc((size_t)size + 1)) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if (get(f, p, off, (size_t)size, what, e) == -1) {
		free(p);
		return NULL;
	}
	p[size] = '\0';
	return p;
}

static int
section(const struct elf *f, uint32_t n, struct section *s, struct err *e)
{
	uint8_t b[S64_BYTES] = { 0 };

	if (get(f, b, f->shoff + (uint64_t)n * f->shentsize,
	    f->is64 ? S64_BYTES : S32_BYTES, "a section header", e) == -1)
		return -1;
	s->type = le_get32(b + 4);
	if (f->is64) {
		s->off = le_get64(b + 24);
		s->size = le_get64(b + 32);
		s->link = le_get32(b + 40);
		s->info = le_get32(b + 44);
		s->entsize = le_get64(b + 56);
	} else {
		s->off = le_get32(b + 16);
		s->size = le_get32(b + 20);
		s->link = le_get32(b + 24);
		s->info = le_get32(b + 28);
		s->entsize = le_get32(b + 36);
	}
	return 0;
}

static int
segment(const struct elf *f, uint32_t n, struct segment *p, struct err *e)
{
	uint8_t b[P64_BYTES] = { 0 };

	if (get(f, b, f->phoff + (uint64_t)n * f->phentsize,
	    f->is64 ? P64_BYTES : P32_BYTES, "a program header", e) == -1)
		return -1;
	p->type = le_get32(b);
	if (f->is64) {
		p->off = le_get64(b + 8);
		p->size = le_get64(b + 32);
		p->align = le_get64(b + 48);
	} else {
		p->off = le_get32(b + 4);
		p->size = le_get32(b + 16);
		p->align = le_get32(b + 28);
	}
	return 0;
}

/* Counts over 65279 are in section 0 (System V ABI, e_shnum, e_phnum). */
static int
extended_counts(struct elf *f, struct err *e)
{
	struct section s;

	if (f->shoff == 0 || (f->shnum != 0 && f->phnum != PN_XNUM))
		return 0;
	if (section(f, 0, &s, e) == -1)
		return -1;
	if (f->shnum == 0) {
		if (s.size > UINT32_MAX)
			return damaged(f, "number of sections", e);
		f->shnum = (uint32_t)s.size;
	}
	if (f->phnum == PN_XNUM)
		f->phnum = s.info;
	return 0;
}

/* The tables as a whole lie in the file, so that no sum below overflows. */
static int
check_tables(const struct elf *f, struct err *e)
{
	uint32_t phmin = f->is64 ? P64_BYTES : P32_BYTES;
	uint32_t shmin = f->is64 ? S64_BYTES : S32_BYTES;

	if (f->phnum > HEADERS_MAX || f->shnum > HEADERS_MAX)
		return damaged(f, "number of headers", e);
	if (f->phnum != 0 && f->phentsize < phmin)
		return damaged(f, "size of program headers", e);
	if (f->phoff > f->size ||
	    (uint64_t)f->phnum * f->phentsize > f->size - f->phoff)
		return err_set(e, "%s: cut short: the program headers are "
		    "past its end", f->path);
	if (f->shoff != 0 && f->shentsize < shmin)
		return damaged(f, "size of section headers", e);
	if (f->shoff > f->size)
		return err_set(e, "%s: cut short: the section headers are "
		    "past its end", f->path);
	return 0;
}

int
elf_open(struct elf *f, int fd, const char *path, uint64_t size, struct err *e)
{
	uint8_t h[E64_BYTES] = { 0 };
	const uint8_t *tail;

	memset(f, 0, sizeof(*f));
	f->fd = fd;
	f->path = path;
	f->size = size;
	if (get(f, h, 0, E32_BYTES, "the ELF header", e) == -1)
		return -1;
	f->is64 = h[EI_CLASS] == CLASS64;
	if (!f->is64 && h[EI_CLASS] != CLASS32)
		return damaged(f, "neither 32 nor 64 bits", e);
	if (h[EI_DATA] != DATA_LSB)
		return err_set(e, "%s: a big-endian kernel, for no machine of "
		    "ours", path);
	if (h[EI_VERSION] != 1)
		return damaged(f, "version", e);
	if (f->is64 && get(f, h, 0, E64_BYTES, "the ELF header", e) == -1)
		return -1;
	f->machine = le_get16(h + E_MACHINE);
	f->phoff = f->is64 ? le_get64(h + E64_PHOFF) : le_get32(h + E32_PHOFF);
	f->shoff = f->is64 ? le_get64(h + E64_SHOFF) : le_get32(h + E32_SHOFF);
	tail = h + (f->is64 ? E64_PHENTSIZE : E32_PHENTSIZE);
	f->phentsize = le_get16(tail);
	f->phnum = le_get16(tail + E_PHNUM);
	f->shentsize = le_get16(tail + E_SHENTSIZE);
	f->shnum = le_get16(tail + E_SHNUM);
	if (check_tables(f, e) == -1 || extended_counts(f, e) == -1)
		return -1;
	return check_tables(f, e);
}

int
elf_loadable(const struct elf *f, struct err *e)
{
	struct segment p;
	bool any = false;

	for (uint32_t i = 0; i < f->phnum; i++) {
		if (segment(f, i, &p, e) == -1)
			return -1;
		if (p.type != PT_LOAD)
			continue;
		any = true;
		if (p.off > f->size || p.size > f->size - p.off)
			return err_set(e, "%s: cut short: a segment to load "
			    "is past its end", f->path);
	}
	if (!any)
		return err_set(e, "%s: an ELF file with nothing to load, "
		    "not a kernel", f->path);
	return 0;
}

/* n rounded up to a multiple of 4 or 8, into 64 bits. */
static uint64_t
padded(uint32_t n, uint32_t align)
{
	return ((uint64_t)n + align - 1) / align * align;
}

/* Notes: namesz, descsz, type, the owner's name, then the description, each
 * padded (System V ABI figure 5-7; to 8 bytes where the segment says so). */
static bool
find_note(const uint8_t *p, uint64_t len, uint32_t align, const char *owner,
    uint32_t type)
{
	size_t ownerlen = strlen(owner) + 1;

	while (len >= 12) {
		uint32_t namesz = le_get32(p);
		uint64_t name = padded(namesz, align);
		uint64_t desc = padded(le_get32(p + 4), align);

		if (name > len - 12)
			return false;
		if (le_get32(p + 8) == type && namesz == ownerlen &&
		    le_get32(p + 4) <= len - 12 - name &&
		    memcmp(p + 12, owner, ownerlen) == 0)
			return true;
		if (desc > len - 12 - name)
			return false;
		p += 12 + name + desc;
		len -= 12 + name + desc;
	}
	return false;
}

int
elf_note(const struct elf *f, const char *owner, uint32_t type, struct err *e)
{
	struct segment s;
	uint8_t *notes;
	bool found;

	for (uint32_t i = 0; i < f->phnum; i++) {
		if (segment(f, i, &s, e) == -1)
			return -1;
		if (s.type != PT_NOTE)
			continue;
		notes = get_table(f, s.off, s.size, NOTES_MAX, "its notes", e);
		if (notes == NULL)
			return -1;
		found = find_note(notes, s.size, s.align == 8 ? 8 : 4, owner,
		    type);
		free(notes);
		if (found)
			return 1;
	}
	return 0;
}

static int
find_symbol(const struct elf *f, const struct section *sym,
    const struct section *str, const char *name, struct err *e)
{
	uint32_t size = f->is64 ? SYM64_BYTES : SYM32_BYTES;
	uint8_t *syms, *strs = NULL;
	int found = 0;

	syms = get_table(f, sym->off, sym->size, TABLE_MAX, "its symbols", e);
	if (syms != NULL)
		strs = get_table(f, str->off, str->size, TABLE_MAX,
		    "its strings", e);
	if (strs == NULL) {
		free(syms);
		return -1;
	}
	for (uint64_t at = 0; found == 0 && at + size <= sym->size;
	    at += size) {
		uint32_t n = le_get32(syms + at);

		/* get_table has put a NUL behind the last string. */
		if (n < str->size && strcmp((char *)strs + n, name) == 0)
			found = 1;
	}
	free(syms);
	free(strs);
	return found;
}

int
elf_symbol(const struct elf *f, const char *name, struct err *e)
{
	uint32_t size = f->is64 ? SYM64_BYTES : SYM32_BYTES;
	struct section sym, str;

	for (uint32_t i = 0; f->shoff != 0 && i < f->shnum; i++) {
		if (section(f, i, &sym, e) == -1)
			return -1;
		if (sym.type != SHT_SYMTAB)
			continue;
		if (sym.entsize != size)
			return damaged(f, "size of symbols", e);
		if (sym.link >= f->shnum)
			return damaged(f, "symbols without names", e);
		if (section(f, sym.link, &str, e) == -1)
			return -1;
		if (str.type != SHT_STRTAB)
			return damaged(f, "symbols without names", e);
		/* A file has one such table at most (figure 4-9). */
		return find_symbol(f, &sym, &str, name, e);
	}
	return 0;
}
