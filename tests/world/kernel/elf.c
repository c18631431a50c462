/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elf.c: an initramfs and a few instructions added to an x86 vmlinux, so that
 * a PVH loader which is given one file starts all of it.
 *
 * The note of the PVH entry is pointed at the instructions; they complete the
 * start info that the loader made and go on to Linux's own entry. What they
 * fill in (Xen, arch-x86/hvm/start_info.h; offsets from its start):
 *	12 number of modules, 16 their list, 24 command line, 32 RSDP.
 * They run in 32-bit mode without paging, with the start info in %ebx.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#define PT_LOAD		1
#define PT_NOTE		4
#define PVH_NOTE	18	/* XEN_ELFNOTE_PHYS32_ENTRY, owner "Xen" */
#define PAGE		4096

/* Our segment: instructions, modules' list, command line, tables, content. */
#define AT_MODULE	256
#define AT_WORDS	512
#define AT_LINE		1024
#define LINE_ROOM	2048
#define AT_ACPI		(AT_LINE + LINE_ROOM)
#define AT_CONTENT	(2 * PAGE)

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

/*
 * The instructions. An operand of 32 bits is written where the comment names
 * it.
 */
static void
code_write(unsigned char *c, uint32_t seg, uint32_t entry)
{
	static const unsigned char code[] = {
		0xfc,				/*  0 cld */
		0xbf, 0, 0, 0, 0,		/*  1 mov $LINE, %edi */
		0xbe, 0, 0, 0, 0,		/*  6 mov $WORDS, %esi */
		0xb9, 0, 0, 0, 0,		/* 11 mov $length, %ecx */
		0xf3, 0xa4,			/* 16 rep movsb */
		0x8b, 0x73, 24,			/* 18 mov 24(%ebx), %esi */
		0x85, 0xf6,			/* 21 test %esi, %esi */
		0x74, 11,			/* 23 jz 36 */
		0xb9, 0, 0, 0, 0,		/* 25 mov $room, %ecx */
		0xac,				/* 30 lodsb */
		0xaa,				/* 31 stosb */
		0x84, 0xc0,			/* 32 test %al, %al */
		0xe0, -6 & 0xff,		/* 34 loopne 30 */
		0xc6, 0x07, 0,			/* 36 movb $0, (%edi) */
		0xc7, 0x43, 24, 0, 0, 0, 0,	/* 39 movl $LINE, 24(%ebx) */
		0x31, 0xc0,			/* 46 xor %eax, %eax */
		0x89, 0x43, 28,			/* 48 mov %eax, 28(%ebx) */
		0x89, 0x43, 20,			/* 51 mov %eax, 20(%ebx) */
		0xc7, 0x43, 12, 1, 0, 0, 0,	/* 54 movl $1, 12(%ebx) */
		0xc7, 0x43, 16, 0, 0, 0, 0,	/* 61 movl $MODULE, 16(%ebx) */
		0x39, 0x43, 32,			/* 68 cmp %eax, 32(%ebx) */
		0x75, 43,			/* 71 jne 116: has ACPI */
		0xc7, 0x43, 32, 0, 0, 0, 0,	/* 73 movl $RSDP, 32(%ebx) */
		/* the number of processors, from fw_cfg (selector 5) */
		0x66, 0xba, 0x10, 0x05,		/* 80 mov $0x510, %dx */
		0xb0, 5,			/* 84 mov $5, %al */
		0x66, 0xef,			/* 86 out %ax, (%dx) */
		0x42,				/* 88 inc %edx */
		0xec,				/* 89 in (%dx), %al */
		0x3c, ACPI_CPUS,		/* 90 cmp $most, %al */
		0x76, 2,			/* 92 jbe 96 */
		0xb0, ACPI_CPUS,		/* 94 mov $most, %al */
		0x89, 0xc1,			/* 96 mov %eax, %ecx */
		0xbf, 0, 0, 0, 0,		/* 98 mov $CPUS, %edi */
		0xfe, 0x07,			/* 103 incb (%edi) */
		0xfe, 0x0d, 0, 0, 0, 0,		/* 105 decb SUM */
		0x83, 0xc7, 8,			/* 111 add $8, %edi */
		0xe2, -13 & 0xff,		/* 114 loop 103 */
		0xb8, 0, 0, 0, 0,		/* 116 mov $entry, %eax */
		0xff, 0xe0			/* 121 jmp *%eax */
	};
	uint32_t rsdp, cpus, sum;

	if (acpi_write(c + AT_ACPI, seg + AT_ACPI, &rsdp, &cpus, &sum) >
	    ACPI_ROOM)
		errx(1, "firmware tables: larger than their room");
	memcpy(c, code, sizeof(code));
	put32(c + 2, seg + AT_LINE);
	put32(c + 7, seg + AT_WORDS);
	put32(c + 12, sizeof(OWN_WORDS) - 1);
	put32(c + 26, LINE_ROOM - sizeof(OWN_WORDS) - 1);
	put32(c + 42, seg + AT_LINE);
	put32(c + 64, seg + AT_MODULE);
	put32(c + 76, rsdp);
	put32(c + 99, cpus);
	put32(c + 107, sum);
	put32(c + 117, entry);
}

/* The segment of our own, for the physical address seg. */
static void
segment_write(unsigned char *p, uint32_t seg, uint32_t entry, struct bytes ramfs)
{
	code_write(p, seg, entry);
	put64(p + AT_MODULE, seg + AT_CONTENT);
	put64(p + AT_MODULE + 8, ramfs.len);
	memcpy(p + AT_WORDS, OWN_WORDS, sizeof(OWN_WORDS));
	memcpy(p + AT_CONTENT, ramfs.p, ramfs.len);
}

/* A program header that loads len bytes of the file at off to addr. */
static void
load_header(const struct shape *s, unsigned char *ph, uint64_t off,
    uint32_t addr, uint64_t len)
{
	memset(ph, 0, s->phentsize);
	put32(ph, PT_LOAD);
	put32(ph + s->flags, 7);
	set(s, ph + s->offset, off);
	set(s, ph + s->vaddr, addr);
	set(s, ph + s->paddr, addr);
	set(s, ph + s->filesz, len);
	set(s, ph + s->memsz, len);
	set(s, ph + s->align, PAGE);
}

struct bytes
elf_kernel(struct bytes in, struct bytes ramfs)
{
	const struct shape *s;
	unsigned char *ph, *src, *entry = NULL;
	struct bytes out;
	uint64_t off, len, end, top = 0, seg;
	uint32_t start;
	unsigned i, n;

	if (in.len < 64 || memcmp(in.p, "\177ELF", 4) != 0)
		errx(1, "vmlinux: no ELF file");
	s = &shapes[in.p[4] == 2];
	n = get16(in.p + s->phnum);
	/* Headers anew: one more than there were, and no sections. */
	out.len = PAGE;
	if ((out.p = calloc(1, out.len)) == NULL)
		err(1, "memory");
	memcpy(out.p, in.p, s->ehsize);
	set(s, out.p + s->phoff, s->ehsize);
	set(s, out.p + s->shoff, 0);
	memset(out.p + s->shnum - 2, 0, 6);	/* shentsize, shnum, shstrndx */
	put16(out.p + s->phnum, n + 1);
	for (i = 0; i < n; i++) {
		src = in.p + word(s, in.p + s->phoff) + i * s->phentsize;
		memcpy(out.p + s->ehsize + i * s->phentsize, src, s->phentsize);
	}
	for (i = 0; i < n; i++) {
		ph = out.p + s->ehsize + i * s->phentsize;
		off = word(s, ph + s->offset);
		len = word(s, ph + s->filesz);
		if (off > in.len || len > in.len - off)
			errx(1, "vmlinux: segment %u is cut short", i);
		if (get32(ph) == PT_LOAD) {
			end = word(s, ph + s->paddr) + word(s, ph + s->memsz);
			top = end > top ? end : top;
			/* bss stands in the file as zeros: leave it out */
			while (len > 0 && in.p[off + len - 1] == 0)
				len--;
		}
		set(s, ph + s->offset, out.len);
		set(s, ph + s->filesz, len);
		end = out.len;
		bytes_grow(&out, (out.len + len + PAGE - 1) / PAGE * PAGE);
		memcpy(out.p + end, in.p + off, len);
	}
	/* Notes are read by their own header and from the segment around. */
	seg = (top + (1 << 20)) & ~(uint64_t)(PAGE - 1);
	start = 0;
	for (i = 0; i < n; i++) {
		ph = out.p + s->ehsize + i * s->phentsize;
		if (get32(ph) != PT_NOTE)
			continue;
		entry = pvh_entry(out.p + word(s, ph + s->offset),
		    word(s, ph + s->filesz));
		start = get32(entry);
		put32(entry, (uint32_t)seg);
	}
	if (entry == NULL)
		errx(1, "vmlinux: no PVH entry");
	off = out.len;
	len = AT_CONTENT + ramfs.len;
	bytes_grow(&out, off + len);
	load_header(s, out.p + s->ehsize + n * s->phentsize, off,
	    (uint32_t)seg, len);
	segment_write(out.p + off, (uint32_t)seg, start, ramfs);
	return out;
}
