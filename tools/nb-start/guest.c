/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * guest.c: tiny guests, one ELF file each: headers, a note, instructions.
 */
#include <string.h>

#include "guest.h"
#include "le.h"

/*
 * x86, entered by PVH: 32-bit protected mode, flat segments, no paging. It
 * clears 8 MB (fresh pages, so that page faults of the host's are taken) and
 * counts down from 8 million: some 10 ms together on a processor.
 */
static const uint8_t x86_code[] = {
	0xfc,				/* cld */
	0x31, 0xc0,			/* xor %eax,%eax */
	0xbf, 0x00, 0x00, 0x80, 0x00,	/* mov $0x800000,%edi */
	0xb9, 0x00, 0x00, 0x20, 0x00,	/* mov $0x200000,%ecx */
	0xf3, 0xab,			/* rep stos %eax,(%edi) */
	0xb9, 0x00, 0x12, 0x7a, 0x00,	/* mov $8000000,%ecx */
	0x49,				/* 1: dec %ecx */
	0x75, 0xfd,			/* jnz 1b */
	0x66, 0xba, 0xf8, 0x03,		/* mov $0x3f8,%dx: COM1's data */
	0xb0, GUEST_BYTE,		/* mov $'K',%al */
	0xee,				/* out %al,(%dx) */
	0xf4,				/* 2: hlt */
	0xeb, 0xfd			/* jmp 2b */
};

/*
 * aarch64, entered at EL1 without MMU and so without caches: counts down from
 * 65536. PL011's data register is at 0x09000000 on QEMU's virt machine
 * (hw/arm/virt.c).
 */
static const uint8_t arm_code[] = {
	0x20, 0x00, 0xa0, 0xd2,		/* mov x0, #0x10000 */
	0x00, 0x04, 0x00, 0xd1,		/* 1: sub x0, x0, #1 */
	0xe0, 0xff, 0xff, 0xb5,		/* cbnz x0, 1b */
	0x01, 0x20, 0xa1, 0xd2,		/* mov x1, #0x09000000 */
	0x62, 0x09, 0x80, 0x52,		/* mov w2, #'K' */
	0x22, 0x00, 0x00, 0xb9,		/* str w2, [x1] */
	0x7f, 0x20, 0x03, 0xd5,		/* 2: wfi */
	0xff, 0xff, 0xff, 0x17		/* b 2b */
};

_Static_assert(GUEST_BYTE == 'K', "arm_code has it inside an instruction");

/* System V ABI figures 4-3 and 5-1 (32 bits), ELF-64 tables 1 and 8. */
#define EH32	52
#define PH32	32
#define EH64	64
#define PH64	56
#define NOTE	20	/* 12 of header, "Xen" and NUL, a 32-bit address */

#define X86_BASE 0x100000u	/* the first megabyte is the firmware's */
#define ARM_BASE 0x40200000u	/* memory begins at 1 GB on virt */

static void
elf_head(uint8_t *p, int class, uint16_t machine)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };

	memcpy(p, magic, sizeof(magic));
	p[4] = (uint8_t)class;
	p[5] = 1;			/* little-endian */
	p[6] = 1;			/* EV_CURRENT */
	le_put16(p + 16, 2);		/* ET_EXEC */
	le_put16(p + 18, machine);
	le_put32(p + 20, 1);		/* EV_CURRENT */
}

/* A 32-bit file does for both x86 machines: PVH enters in 32-bit mode. */
static size_t
make_x86(uint8_t *p)
{
	uint32_t note = EH32 + 2 * PH32, code = note + NOTE;
	uint32_t size = code + sizeof(x86_code);
	uint8_t *load = p + EH32, *notes = load + PH32;

	elf_head(p, 1, 3);		/* EM_386 */
	le_put32(p + 24, X86_BASE + code);	/* e_entry */
	le_put32(p + 28, EH32);		/* e_phoff */
	le_put16(p + 40, EH32);		/* e_ehsize */
	le_put16(p + 42, PH32);		/* e_phentsize */
	le_put16(p + 44, 2);		/* e_phnum */
	le_put32(load, 1);		/* PT_LOAD, the whole file */
	le_put32(load + 8, X86_BASE);	/* p_vaddr */
	le_put32(load + 12, X86_BASE);	/* p_paddr */
	le_put32(load + 16, size);	/* p_filesz */
	le_put32(load + 20, size);	/* p_memsz */
	le_put32(load + 24, 7);		/* rwx */
	le_put32(load + 28, 4);		/* p_align */
	le_put32(notes, 4);		/* PT_NOTE */
	le_put32(notes + 4, note);	/* p_offset */
	le_put32(notes + 8, X86_BASE + note);
	le_put32(notes + 12, X86_BASE + note);
	le_put32(notes + 16, NOTE);
	le_put32(notes + 20, NOTE);
	le_put32(notes + 24, 4);	/* r */
	le_put32(notes + 28, 4);
	le_put32(p + note, 4);		/* n_namesz */
	le_put32(p + note + 4, 4);	/* n_descsz */
	le_put32(p + note + 8, 18);	/* XEN_ELFNOTE_PHYS32_ENTRY */
	memcpy(p + note + 12, "Xen", 4);
	le_put32(p + note + 16, X86_BASE + code);
	memcpy(p + code, x86_code, sizeof(x86_code));
	return size;
}

static size_t
make_arm(uint8_t *p)
{
	uint32_t code = EH64 + PH64, size = code + sizeof(arm_code);
	uint8_t *load = p + EH64;

	elf_head(p, 2, 183);		/* EM_AARCH64 */
	le_put64(p + 24, ARM_BASE + code);	/* e_entry */
	le_put64(p + 32, EH64);		/* e_phoff */
	le_put16(p + 52, EH64);		/* e_ehsize */
	le_put16(p + 54, PH64);		/* e_phentsize */
	le_put16(p + 56, 1);		/* e_phnum */
	le_put32(load, 1);		/* PT_LOAD, the whole file */
	le_put32(load + 4, 7);		/* rwx */
	le_put64(load + 16, ARM_BASE);	/* p_vaddr */
	le_put64(load + 24, ARM_BASE);	/* p_paddr */
	le_put64(load + 32, size);	/* p_filesz */
	le_put64(load + 40, size);	/* p_memsz */
	le_put64(load + 48, 8);		/* p_align */
	memcpy(p + code, arm_code, sizeof(arm_code));
	return size;
}

size_t
guest_make(uint8_t file[GUEST_MAX], const struct arch *a)
{
	memset(file, 0, GUEST_MAX);
	return a->x86 ? make_x86(file) : make_arm(file);
}
