/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elf.c: a segment with an initramfs (pvh.c) added to an x86 vmlinux, so that a
 * PVH loader which is given one file starts all of it. The note of the PVH
 * entry is pointed at the segment.
 */
#include <err.h>
#include <string.h>

#include "kernel.h"

#define PT_LOAD		1
#define PT_NOTE		4
#define PVH_NOTE	18	/* XEN_ELFNOTE_PHYS32_ENTRY, owner "Xen" */
#define PAGE		4096

/* Where the fields of program headers and the file header are, by class. */
struct shape {
	int		wide;
	size_t		ehsize, phentsize;
	size_t		phoff, shoff, phentsize_at, phnum, shnum;
	size_t		offset, vaddr, paddr, filesz, memsz, flags, align;
};

static const struct shape shapes[] = {
	{ 0, 52, 32, 28, 32, 42, 44, 48, 4, 8, 12, 16, 20, 24, 28 },
	{ 1, 64, 56, 32, 40, 54, 56, 60, 8, 16, 24, 32, 40, 4, 48 }
};

static uint64_t
word(const struct shape *s, const unsigned char *p)
{
	return s->wide ? get64(p) : get32(p);
}

static void
set(const struct shape *s, unsigned char *p, uint64_t v)
{
	if (s->wide)
		put64(p, v);
	else
		put32(p, (uint32_t)v);
}

/* The place in the file of the PVH entry's address. */
static unsigned char *
pvh_entry(unsigned char *note, uint64_t len)
{
	uint64_t at, name, desc;

	for (at = 0; at + 12 <= len; at += 12 + name + desc) {
		name = (get32(note + at) + 3u) & ~3u;
		desc = (get32(note + at + 4) + 3u) & ~3u;
		if (name + desc > len - at - 12)
			break;
		if (get32(note + at + 8) == PVH_NOTE && name == 4 &&
		    desc >= 4 && memcmp(note + at + 12, "Xen", 4) == 0)
			return note + at + 12 + name;
	}
	errx(1, "vmlinux: no PVH entry");
}

static unsigned char *
header(const struct shape *s, struct bytes out, unsigned i)
{
	return out.p + s->ehsize + i * s->phentsize;
}

/* The file's head: program headers with room for one more, no sections. */
static struct bytes
heads(const struct shape *s, struct bytes in, unsigned n)
{
	struct bytes out = { NULL, 0 };
	uint64_t at = word(s, in.p + s->phoff);

	if (at > in.len || n * s->phentsize > in.len - at)
		errx(1, "vmlinux: program headers are cut short");
	bytes_grow(&out, PAGE);
	memcpy(out.p, in.p, s->ehsize);
	set(s, out.p + s->phoff, s->ehsize);
	set(s, out.p + s->shoff, 0);
	memset(out.p + s->shnum - 2, 0, 6);	/* shentsize, shnum, shstrndx */
	put16(out.p + s->phnum, n + 1);
	memcpy(header(s, out, 0), in.p + at, n * s->phentsize);
	return out;
}

/* A segment's content to the end of the file; its header follows it. */
static void
segment_copy(const struct shape *s, struct bytes in, struct bytes *out,
    unsigned i)
{
	unsigned char *ph = header(s, *out, i);
	uint64_t off = word(s, ph + s->offset), len = word(s, ph + s->filesz);
	size_t at = out->len;

	if (off > in.len || len > in.len - off)
		errx(1, "vmlinux: segment %u is cut short", i);
	/* bss stands in the file as zeros: leave it out */
	while (get32(ph) == PT_LOAD && len > 0 && in.p[off + len - 1] == 0)
		len--;
	set(s, ph + s->offset, at);
	set(s, ph + s->filesz, len);
	bytes_grow(out, (at + len + PAGE - 1) / PAGE * PAGE);
	memcpy(out->p + at, in.p + off, len);
}

/* Our own segment, with the last program header. */
static void
segment_add(const struct shape *s, struct bytes *out, unsigned n,
    uint32_t addr, uint32_t entry, struct bytes ramfs)
{
	unsigned char *ph = header(s, *out, n);
	size_t at = out->len, len = pvh_length(ramfs);

	memset(ph, 0, s->phentsize);
	put32(ph, PT_LOAD);
	put32(ph + s->flags, 7);
	set(s, ph + s->offset, at);
	set(s, ph + s->vaddr, addr);
	set(s, ph + s->paddr, addr);
	set(s, ph + s->filesz, len);
	set(s, ph + s->memsz, len);
	set(s, ph + s->align, PAGE);
	bytes_grow(out, at + len);
	pvh_write(out->p + at, addr, entry, ramfs);
}

struct bytes
elf_kernel(struct bytes in, struct bytes ramfs)
{
	const struct shape *s;
	unsigned char *ph, *note = NULL;
	struct bytes out;
	uint64_t end, top = 0;
	uint32_t addr, entry;
	unsigned i, n;

	if (in.len < 64 || memcmp(in.p, "\177ELF", 4) != 0)
		errx(1, "vmlinux: no ELF file");
	s = &shapes[in.p[4] == 2];
	n = get16(in.p + s->phnum);
	out = heads(s, in, n);
	for (i = 0; i < n; i++) {
		segment_copy(s, in, &out, i);
		ph = header(s, out, i);
		end = word(s, ph + s->paddr) + word(s, ph + s->memsz);
		if (get32(ph) == PT_LOAD && end > top)
			top = end;
	}
	for (i = 0; i < n; i++) {
		ph = header(s, out, i);
		if (get32(ph) == PT_NOTE)
			note = pvh_entry(out.p + word(s, ph + s->offset),
			    word(s, ph + s->filesz));
	}
	if (note == NULL)
		errx(1, "vmlinux: no PVH entry");
	/* Behind Linux and what it puts behind itself early. */
	addr = (uint32_t)((top + (1 << 20)) / PAGE * PAGE);
	entry = get32(note);
	put32(note, addr);
	segment_add(s, &out, n, addr, entry, ramfs);
	return out;
}
