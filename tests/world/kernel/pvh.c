/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pvh.c: the few instructions that run on x86 before Linux, and the segment
 * that they are in with all that they hand over.
 *
 * They complete the start info that the loader made and go on to Linux's own
 * entry. What they fill in (Xen, arch-x86/hvm/start_info.h; offsets from its
 * start): 12 number of modules, 16 their list, 24 command line, 32 RSDP. They
 * run in 32-bit mode without paging, with the start info in %ebx.
 */
#include <assert.h>
#include <err.h>
#include <string.h>

#include "kernel.h"

/* Words that Linux is told before those of the command line. */
static const char words[] =
    "console=ttyS0 reboot=triple tsc=reliable tsc_early_khz=0x00000000 ";
#define DIGITS		(sizeof(words) - 1 - 9)

/* The segment: instructions, modules' list, command line, tables, content. */
#define AT_MODULE	512
#define AT_WORDS	640
#define AT_STACK	1024
#define AT_LINE		1024
#define LINE_ROOM	2048
#define AT_ACPI		(AT_LINE + LINE_ROOM)
#define AT_CONTENT	8192

static_assert(ACPI_CPUS == 0x10, "the number stands in code, too");
static_assert(AT_ACPI + ACPI_ROOM <= AT_CONTENT, "tables have room");

static const unsigned char code[] = {
	/* the rate of the time stamp counter, by channel 2 of the PIT:
	 * Linux cannot measure it while the host is busy, and hangs */
	0xbd, 0, 0, 0x10, 0,		/*   0 mov $0x100000,%ebp */
	0xbc, 0, 0, 0, 0,		/*   5 mov $STACK,%esp */
	/* count down from 65535 */
	0xb0, 0xb0,			/*   a mov $0xb0,%al */
	0xe6, 0x43,			/*   c out %al,$0x43 */
	0xb0, 0xff,			/*   e mov $0xff,%al */
	0xe6, 0x42,			/*  10 out %al,$0x42 */
	0xe6, 0x42,			/*  12 out %al,$0x42 */
	0xe8, 0x57, 0, 0, 0,		/*  14 call 70 */
	0x89, 0xc6,			/*  19 mov %eax,%esi */
	0x89, 0xcf,			/*  1b mov %ecx,%edi */
	0x50,				/*  1d push %eax */
	/* until 24576 ticks later, 20.6 ms; it may have counted
	 * all round if there was no look at it for long */
	0xe8, 0x4d, 0, 0, 0,		/*  1e call 70 */
	0x89, 0xc2,			/*  23 mov %eax,%edx */
	0x2b, 0x14, 0x24,		/*  25 sub (%esp),%edx */
	0x89, 0x04, 0x24,		/*  28 mov %eax,(%esp) */
	0x81, 0xfa, 0, 0, 0, 0x02,	/*  2b cmp $0x2000000,%edx */
	0x73, 0xd2,			/*  31 jae 5 */
	0x89, 0xfa,			/*  33 mov %edi,%edx */
	0x29, 0xca,			/*  35 sub %ecx,%edx */
	0x81, 0xfa, 0, 0x60, 0, 0,	/*  37 cmp $0x6000,%edx */
	0x72, 0xdf,			/*  3d jb 1e */
	/* cycles * 1193 / ticks are kHz; as eight digits */
	0x89, 0xd1,			/*  3f mov %edx,%ecx */
	0x29, 0xf0,			/*  41 sub %esi,%eax */
	0xba, 0xa9, 0x04, 0, 0,		/*  43 mov $0x4a9,%edx */
	0xf7, 0xe2,			/*  48 mul %edx */
	0xf7, 0xf1,			/*  4a div %ecx */
	0xbf, 0, 0, 0, 0,		/*  4c mov $DIGITS,%edi */
	0xb9, 0x08, 0, 0, 0,		/*  51 mov $0x8,%ecx */
	0xc1, 0xc0, 0x04,		/*  56 rol $0x4,%eax */
	0x88, 0xc2,			/*  59 mov %al,%dl */
	0x80, 0xe2, 0x0f,		/*  5b and $0xf,%dl */
	0x80, 0xfa, 0x0a,		/*  5e cmp $0xa,%dl */
	0x72, 0x03,			/*  61 jb 66 */
	0x80, 0xc2, 0x27,		/*  63 add $0x27,%dl */
	0x80, 0xc2, 0x30,		/*  66 add $0x30,%dl */
	0x88, 0x17,			/*  69 mov %dl,(%edi) */
	0x47,				/*  6b inc %edi */
	0xe2, 0xe8,			/*  6c loop 56 */
	0xeb, 0x23,			/*  6e jmp 93 */
	/* counter and count, read so close together that it does */
	0x4d,				/*  70 dec %ebp */
	0x74, 0x20,			/*  71 je 93 */
	0x0f, 0x31,			/*  73 rdtsc */
	0x50,				/*  75 push %eax */
	0xb0, 0x80,			/*  76 mov $0x80,%al */
	0xe6, 0x43,			/*  78 out %al,$0x43 */
	0x31, 0xc9,			/*  7a xor %ecx,%ecx */
	0xe4, 0x42,			/*  7c in $0x42,%al */
	0x88, 0xc1,			/*  7e mov %al,%cl */
	0xe4, 0x42,			/*  80 in $0x42,%al */
	0x88, 0xc5,			/*  82 mov %al,%ch */
	0x0f, 0x31,			/*  84 rdtsc */
	0x5a,				/*  86 pop %edx */
	0x29, 0xd0,			/*  87 sub %edx,%eax */
	0x3d, 0, 0, 0x04, 0,		/*  89 cmp $0x40000,%eax */
	0x73, 0xe0,			/*  8e jae 70 */
	0x89, 0xd0,			/*  90 mov %edx,%eax */
	0xc3,				/*  92 ret */
	/* our words, then theirs, as much as there is room for */
	0xfc,				/*  93 cld */
	0xbf, 0, 0, 0, 0,		/*  94 mov $LINE,%edi */
	0xbe, 0, 0, 0, 0,		/*  99 mov $WORDS,%esi */
	0xb9, 0, 0, 0, 0,		/*  9e mov $length,%ecx */
	0xf3, 0xa4,			/*  a3 rep movsb */
	0x8b, 0x73, 0x18,		/*  a5 mov 0x18(%ebx),%esi */
	0x85, 0xf6,			/*  a8 test %esi,%esi */
	0x74, 0x0b,			/*  aa je b7 */
	0xb9, 0, 0, 0, 0,		/*  ac mov $room,%ecx */
	0xac,				/*  b1 lodsb */
	0xaa,				/*  b2 stosb */
	0x84, 0xc0,			/*  b3 test %al,%al */
	0xe0, 0xfa,			/*  b5 loopne b1 */
	0xc6, 0x07, 0,			/*  b7 movb $0x0,(%edi) */
	/* the start info */
	0xc7, 0x43, 0x18, 0, 0, 0, 0,	/*  ba movl $LINE,0x18(%ebx) */
	0x31, 0xc0,			/*  c1 xor %eax,%eax */
	0x89, 0x43, 0x1c,		/*  c3 mov %eax,0x1c(%ebx) */
	0x89, 0x43, 0x14,		/*  c6 mov %eax,0x14(%ebx) */
	0xc7, 0x43, 12, 1, 0, 0, 0,	/*  c9 movl $0x1,0xc(%ebx) */
	0xc7, 0x43, 0x10, 0, 0, 0, 0,	/*  d0 movl $MODULE,0x10(%ebx) */
	/* tables, if the firmware made none */
	0x39, 0x43, 0x20,		/*  d7 cmp %eax,0x20(%ebx) */
	0x75, 0x2b,			/*  da jne 107 */
	0xc7, 0x43, 0x20, 0, 0, 0, 0,	/*  dc movl $RSDP,0x20(%ebx) */
	/* enable as many processors as fw_cfg says (selector 5) */
	0x66, 0xba, 0x10, 0x05,		/*  e3 mov $0x510,%dx */
	0xb0, 0x05,			/*  e7 mov $0x5,%al */
	0x66, 0xef,			/*  e9 out %ax,(%dx) */
	0x42,				/*  eb inc %edx */
	0xec,				/*  ec in (%dx),%al */
	0x3c, 0x10,			/*  ed cmp $0x10,%al */
	0x76, 0x02,			/*  ef jbe f3 */
	0xb0, 0x10,			/*  f1 mov $0x10,%al */
	0x89, 0xc1,			/*  f3 mov %eax,%ecx */
	0xbf, 0, 0, 0, 0,		/*  f5 mov $CPUS,%edi */
	0xfe, 0x07,			/*  fa incb (%edi) */
	0xfe, 0x0d, 0, 0, 0, 0,		/*  fc decb SUM */
	0x83, 0xc7, 0x08,		/* 102 add $0x8,%edi */
	0xe2, 0xf3,			/* 105 loop fa */
	/* an initrd, by fw_cfg: its size (selector 11) */
	0xb8, 0x0b, 0, 0, 0,		/* 107 mov $0xb,%eax */
	0x66, 0xba, 0x10, 0x05,		/* 10c mov $0x510,%dx */
	0x66, 0xef,			/* 110 out %ax,(%dx) */
	0x42,				/* 112 inc %edx */
	0xb9, 0x04, 0, 0, 0,		/* 113 mov $0x4,%ecx */
	0xec,				/* 118 in (%dx),%al */
	0xc1, 0xc8, 0x08,		/* 119 ror $0x8,%eax */
	0xe2, 0xfa,			/* 11c loop 118 */
	0x85, 0xc0,			/* 11e test %eax,%eax */
	0x74, 0x44,			/* 120 je 166 */
	/* it becomes a file of the initramfs, which gets longer */
	0x89, 0xc5,			/* 122 mov %eax,%ebp */
	0x83, 0xc0, 0,			/* 124 add $HEAD,%eax */
	0x01, 0x05, 0, 0, 0, 0,		/* 127 add %eax,SIZE */
	0x89, 0xe8,			/* 12d mov %ebp,%eax */
	0xbf, 0, 0, 0, 0,		/* 12f mov $DIGITS,%edi */
	0xb9, 0x08, 0, 0, 0,		/* 134 mov $0x8,%ecx */
	0xc1, 0xc0, 0x04,		/* 139 rol $0x4,%eax */
	0x88, 0xc2,			/* 13c mov %al,%dl */
	0x80, 0xe2, 0x0f,		/* 13e and $0xf,%dl */
	0x80, 0xfa, 0x0a,		/* 141 cmp $0xa,%dl */
	0x72, 0x03,			/* 144 jb 149 */
	0x80, 0xc2, 0x27,		/* 146 add $0x27,%dl */
	0x80, 0xc2, 0x30,		/* 149 add $0x30,%dl */
	0x88, 0x17,			/* 14c mov %dl,(%edi) */
	0x47,				/* 14e inc %edi */
	0xe2, 0xe8,			/* 14f loop 139 */
	/* its bytes (selector 18) */
	0xb8, 0x12, 0, 0, 0,		/* 151 mov $0x12,%eax */
	0x66, 0xba, 0x10, 0x05,		/* 156 mov $0x510,%dx */
	0x66, 0xef,			/* 15a out %ax,(%dx) */
	0x42,				/* 15c inc %edx */
	0xbf, 0, 0, 0, 0,		/* 15d mov $DATA,%edi */
	0x89, 0xe9,			/* 162 mov %ebp,%ecx */
	0xf3, 0x6c,			/* 164 rep insb */
	/* Linux */
	0xb8, 0, 0, 0, 0,		/* 166 mov $ENTRY,%eax */
	0xff, 0xe0,			/* 16b jmp *%eax */
};

static_assert(sizeof(code) <= AT_MODULE, "the instructions have room");

/*
 * The header of the file that an initrd becomes, /md.img, behind all of the
 * initramfs (Linux Documentation/driver-api/early-userspace/
 * buffer-format.rst): 110 bytes of digits, the name, and to a multiple of 4.
 */
static const char md[120] = "070701" "00000001" "00008180" "00000000"
    "00000000" "00000001" "00000000" "00000000" "00000000" "00000000"
    "00000000" "00000000" "00000007" "00000000" "md.img";
#define MD_DIGITS	54	/* of the file's size */

static size_t
padded(struct bytes ramfs)
{
	return (ramfs.len + 3) / 4 * 4;
}

size_t
pvh_length(struct bytes ramfs)
{
	return AT_CONTENT + padded(ramfs) + sizeof(md);
}

void
pvh_write(unsigned char *p, uint32_t seg, uint32_t entry, struct bytes ramfs)
{
	uint32_t rsdp, cpus, sum;
	size_t end = padded(ramfs);

	if (acpi_write(p + AT_ACPI, seg + AT_ACPI, &rsdp, &cpus, &sum) >
	    ACPI_ROOM)
		errx(1, "firmware tables: larger than their room");
	memcpy(p, code, sizeof(code));
	put32(p + 0x06, seg + AT_STACK);
	put32(p + 0x4d, (uint32_t)(seg + AT_WORDS + DIGITS));
	put32(p + 0x95, seg + AT_LINE);
	put32(p + 0x9a, seg + AT_WORDS);
	put32(p + 0x9f, sizeof(words) - 1);
	put32(p + 0xad, LINE_ROOM - sizeof(words) - 1);
	put32(p + 0xbd, seg + AT_LINE);
	put32(p + 0xd3, seg + AT_MODULE);
	put32(p + 0xdf, rsdp);
	put32(p + 0xf6, cpus);
	put32(p + 0xfe, sum);
	p[0x126] = (unsigned char)(end - ramfs.len + sizeof(md));
	put32(p + 0x129, seg + AT_MODULE + 8);
	put32(p + 0x130, (uint32_t)(seg + AT_CONTENT + end + MD_DIGITS));
	put32(p + 0x15e, (uint32_t)(seg + AT_CONTENT + end + sizeof(md)));
	put32(p + 0x167, entry);
	put64(p + AT_MODULE, seg + AT_CONTENT);
	put64(p + AT_MODULE + 8, ramfs.len);
	memcpy(p + AT_WORDS, words, sizeof(words));
	memcpy(p + AT_CONTENT, ramfs.p, ramfs.len);
	memset(p + AT_CONTENT + ramfs.len, 0, end - ramfs.len);
	memcpy(p + AT_CONTENT + end, md, sizeof(md));
}
