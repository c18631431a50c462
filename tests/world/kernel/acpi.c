/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * acpi.c: the firmware tables by which Linux finds the devices of QEMU's
 * microvm.
 *
 * A NetBSD kernel is told of the virtio-mmio devices on its command line, and
 * so the launcher turns ACPI off. Debian's Linux is built without that and
 * knows only ACPI. The devices are where microvm has them without ACPI (QEMU
 * hw/i386/microvm.c): eight at 0xfeb00000, 512 bytes and one interrupt each.
 * Layouts: ACPI 6.3, 5.2 (tables), 6.4 (resources), 20.2 (AML).
 */
#include <stdio.h>
#include <string.h>

#include "kernel.h"

#define VIRTIO_BASE	0xfeb00000
#define VIRTIO_SIZE	0x200
#define VIRTIO_IRQ	5
#define VIRTIO_COUNT	8

#define IOAPIC_ADDR	0xfec00000
#define LAPIC_ADDR	0xfee00000

#define HEADER		36
#define FADT_LEN	276
#define MADT_CPU0	(44 + 12)
#define MADT_LEN	(MADT_CPU0 + 8 * ACPI_CPUS)

/* AML: a package whose length is filled in when it ends, two bytes of it. */
struct aml {
	unsigned char	*p;
};

static void
aml_bytes(struct aml *a, const void *p, size_t n)
{
	memcpy(a->p, p, n);
	a->p += n;
}

static unsigned char *
aml_open(struct aml *a, const char *op, size_t oplen, const char *name)
{
	unsigned char *len;

	aml_bytes(a, op, oplen);
	len = a->p;
	a->p += 2;
	aml_bytes(a, name, 4);
	return len;
}

/* PkgLength counts itself; in its two-byte form 4 bits, then 8. */
static void
aml_close(struct aml *a, unsigned char *len)
{
	size_t n = (size_t)(a->p - len);

	len[0] = 0x40 | (n & 0x0f);
	len[1] = n >> 4 & 0xff;
}

/* Name (_HID, "...") and Name (_UID, n) */
static void
aml_ids(struct aml *a, const char *hid, unsigned char uid)
{
	aml_bytes(a, "\x08_HID\x0d", 6);
	aml_bytes(a, hid, strlen(hid) + 1);
	aml_bytes(a, "\x08_UID\x0a", 6);
	*a->p++ = uid;
}

/* Name (_CRS, Buffer () { resources, end tag }) */
static void
aml_resources(struct aml *a, const unsigned char *res, unsigned char n)
{
	aml_bytes(a, "\x08_CRS\x11", 6);
	*a->p++ = (unsigned char)(n + 2 + 3);	/* one-byte PkgLength */
	*a->p++ = 0x0a;
	*a->p++ = (unsigned char)(n + 2);
	aml_bytes(a, res, n);
	aml_bytes(a, "\x79\0", 2);
}

static void
aml_device(struct aml *a, const char *name, const char *hid,
    unsigned char uid, const unsigned char *res, unsigned char n)
{
	unsigned char *len = aml_open(a, "\x5b\x82", 2, name);

	aml_ids(a, hid, uid);
	aml_resources(a, res, n);
	aml_close(a, len);
}

static void
aml_virtio(struct aml *a, unsigned i)
{
	/* Memory32Fixed, read-write; Interrupt: level, active high */
	unsigned char res[12 + 9] = { 0x86, 9, 0, 1 };
	char name[5];

	put32(res + 4, VIRTIO_BASE + i * VIRTIO_SIZE);
	put32(res + 8, VIRTIO_SIZE);
	memcpy(res + 12, "\x89\x06\0\x01\x01", 5);
	put32(res + 17, VIRTIO_IRQ + i);
	snprintf(name, sizeof(name), "VR%02u", i);
	aml_device(a, name, "LNRO0005", (unsigned char)i, res, sizeof(res));
}

static size_t
dsdt_write(unsigned char *t)
{
	/* IO (decode 16, from, to, align 1, length); IRQ 4 as a mask */
	static const unsigned char fwcfg[] =
	    { 0x47, 1, 0x10, 0x05, 0x10, 0x05, 1, 12 };
	static const unsigned char com1[] =
	    { 0x47, 1, 0xf8, 0x03, 0xf8, 0x03, 1, 8, 0x22, 1 << 4, 0 };
	struct aml a = { t + HEADER };
	unsigned char *scope;
	unsigned i;

	scope = aml_open(&a, "\x10", 1, "_SB_");
	for (i = 0; i < VIRTIO_COUNT; i++)
		aml_virtio(&a, i);
	aml_device(&a, "FWCF", "QEMU0002", 0, fwcfg, sizeof(fwcfg));
	aml_device(&a, "COM1", "PNP0501", 1, com1, sizeof(com1));
	aml_close(&a, scope);
	return (size_t)(a.p - t);
}

static void
fadt_write(unsigned char *t, uint32_t dsdt)
{
	put32(t + 40, dsdt);
	put16(t + 109, 1 << 2);			/* no VGA, no 8042 */
	put32(t + 112, 1 << 20 | 1 << 5 | 1 << 4); /* reduced, no buttons */
	t[131] = 3;				/* of ACPI 6 */
	put64(t + 140, dsdt);
}

/*
 * All processors are there but disabled: the code that runs before Linux
 * enables as many as QEMU says that there are.
 */
static void
madt_write(unsigned char *t)
{
	unsigned char *p = t + 44;
	unsigned i;

	put32(t + 36, LAPIC_ADDR);
	p[0] = 1;				/* I/O APIC, from GSI 0 */
	p[1] = 12;
	put32(p + 4, IOAPIC_ADDR);
	for (i = 0, p = t + MADT_CPU0; i < ACPI_CPUS; i++, p += 8) {
		p[1] = 8;
		p[2] = p[3] = (unsigned char)i;
	}
}

static unsigned char
checksum(const unsigned char *p, size_t n)
{
	unsigned char sum = 0;

	while (n-- > 0)
		sum = (unsigned char)(sum + *p++);
	return (unsigned char)-sum;
}

static void
table_head(unsigned char *t, const char *sig, unsigned char rev, size_t len)
{
	memcpy(t, sig, 4);
	put32(t + 4, (uint32_t)len);
	t[8] = rev;
	memcpy(t + 10, "NBTESTSTAND-IN\0", 14);
	put32(t + 24, 1);
	memcpy(t + 28, "NBTT", 4);
	put32(t + 32, 1);
	t[9] = checksum(t, len);
}

size_t
acpi_write(unsigned char *base, uint32_t addr, uint32_t *rsdp,
    uint32_t *cpus, uint32_t *sum)
{
	const uint32_t xsdt = 64, fadt = 128, madt = 448, dsdt = 704;
	size_t len;

	memcpy(base, "RSD PTR ", 8);
	memcpy(base + 9, "NBTEST", 6);
	base[15] = 2;
	put32(base + 20, 36);
	put64(base + 24, addr + xsdt);
	base[8] = checksum(base, 20);
	base[32] = checksum(base, 36);

	put64(base + xsdt + HEADER, addr + fadt);
	put64(base + xsdt + HEADER + 8, addr + madt);
	table_head(base + xsdt, "XSDT", 1, HEADER + 16);
	fadt_write(base + fadt, addr + dsdt);
	table_head(base + fadt, "FACP", 6, FADT_LEN);
	madt_write(base + madt);
	table_head(base + madt, "APIC", 5, MADT_LEN);
	len = dsdt_write(base + dsdt);
	table_head(base + dsdt, "DSDT", 2, len);

	*rsdp = addr;
	*cpus = addr + madt + MADT_CPU0 + 4;
	*sum = addr + madt + 9;
	return dsdt + len;
}
